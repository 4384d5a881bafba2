"""Who comes to an interview, for these tests: a case taken, its person, a desk with two places."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.programme.desk import Desk, Face, Interviews
from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding
from madoguchi.work.interviews import actions
from madoguchi.work.interviews.public import Wanted, When
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding

FRIDAY = When(date(2026, 12, 4), time(10, 30))
MONDAY = When(date(2026, 12, 7), time(13))
CLOSED = When(date(2026, 12, 5), time(10, 30))
WANTED = Wanted(("sign", "companion"), "中国語", "female", "母といっしょに行きます")


def desk(places: int = 2, *, citizens: bool = True) -> Desk:
    """Shibukawa's desk with other numbers of interviews."""
    rule = Interviews(60, places, "confirmed", Span.from_text("12:00-13:00"), citizens)
    return replace(programme("shibukawa").desk, face=Face("confirmed", interviews=rule))


@dataclass(frozen=True)
class Coming:
    """A person with a receipt and the counsellor of their case."""

    held: Holding
    staff: Actor
    now: datetime

    @property
    def case(self) -> Case:
        """The case's row as it is now."""
        return queries.find(self.staff, self.held.case_id)

    def books(self, when: When = FRIDAY, at: Desk | None = None, wanted: Wanted = WANTED) -> UUID:
        """The counsellor books an interview."""
        place = at or desk()
        return actions.book(self.staff, self.case, place, (), when, wanted, now=self.now)


def coming(office: OfficeCard, now: datetime) -> Coming:
    """Someone who asked for help, and whose case a counsellor took."""
    asked = asked_with_file(office, now)
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(staff, asked.case_id, now=now)
    cases.take(staff, queries.find(staff, asked.case_id), now=now)
    return Coming(holding(office, (asked.number, asked.secret)), staff, now)
