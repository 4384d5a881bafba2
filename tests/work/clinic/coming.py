"""Who comes to the clinic, for these tests: a case taken, its person, a clinic booked online."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from madoguchi.rules.programme.changes import Change, ClinicYearPublished, encode
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import begins as beginning
from madoguchi.rules.slots import day
from madoguchi.tools.later.models import Job
from madoguchi.tools.later.queue import resolve
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import public as people
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice, Holding
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import BookingRevision, Place, Wanted
from madoguchi.work.intake.public import Request, ask
from madoguchi.work.notices.models import Notice
from madoguchi.work.record.models import Entry
from madoguchi.work.record.promises import NOTHING_SAID, Said
from tests.offices import actor_of, make_staff
from tests.web.portal.browsing import holding

TOKYO = ZoneInfo("Asia/Tokyo")
DECEMBER, JANUARY = "2026-12-19", "2027-01-16"
NINE, LATER, LAST = Place(DECEMBER, 1), Place(DECEMBER, 2), Place(DECEMBER, 4)
NEXT = Place(JANUARY, 1)
WANTED = Wanted("なりすましの書き込み", "山田 太郎", 2, names_ok=True, note="母と行きます")
MAIL = people.Wishes("mail_only", mail=True)
COUNT = count()
PUBLISHED: tuple[Change, ...] = (ClinicYearPublished(2026),)


def clinic(online: Any = "ask", **changed: Any) -> Clinic:
    """Shibukawa's clinic, with booking on the pages."""
    of_city = programme("shibukawa").clinic
    assert of_city
    rule = {name: changed.pop(name) for name in list(changed) if name in BOOKING}
    return replace(of_city, booking=replace(of_city.booking, online=online, **rule), **changed)


BOOKING = ("people_most", "hold_min", "waiting", "closes_working_days", "window_source")


def booked_online(**changed: Any) -> Clinic:
    """The clinic where a person's booking stands at once."""
    return clinic("book", window_source="試験のため", **changed)


def desk() -> Desk:
    """Shibukawa's desk."""
    return programme("shibukawa").desk


def at(when: str) -> datetime:
    """A moment in Japan: `2026-12-19 09:00`."""
    return datetime.fromisoformat(when).replace(tzinfo=TOKYO)


@dataclass(frozen=True)
class Coming:
    """A person with a receipt (`pair`: its numbers), their visit, the counsellor of their case."""

    held: Holding
    who: visit.Holder
    staff: Actor
    now: datetime
    pair: tuple[str, str] = ("", "")

    @property
    def case(self) -> Case:
        """The case's row as it is now."""
        return queries.find(self.staff, self.held.case_id)

    @property
    def person(self) -> Actor:
        """The person as an actor."""
        return people.consultee(self.held.office_id)

    @property
    def at_office(self) -> AtOffice:
        """What belongs to no case."""
        return AtOffice(self.held.office_id)

    def holds(
        self, place: Place = NINE, of: Clinic | None = None, now: datetime | None = None
    ) -> public.Held:
        """The visitor holds a place."""
        there = of or clinic()
        moment = now or self.now
        return public.hold(self.who, self.at_office, there, desk(), PUBLISHED, place, now=moment)

    def asks(
        self,
        wanted: Wanted = WANTED,
        of: Clinic | None = None,
        now: datetime | None = None,
        changes: tuple[Change, ...] = PUBLISHED,
    ) -> UUID:
        """The held place becomes the person's."""
        moment, there = now or self.now, of or clinic()
        return public.ask(
            self.person,
            self.held,
            self.who,
            there,
            desk(),
            changes,
            wanted,
            moment.date(),
            now=moment,
        )

    def books(
        self,
        place: Place = NINE,
        of: Clinic | None = None,
        wanted: Wanted = WANTED,
        reason: str = "",
        now: datetime | None = None,
        said: Said = NOTHING_SAID,
    ) -> UUID:
        """The counsellor books a place."""
        offer, moment = Rules(of or clinic(), desk(), PUBLISHED), now or self.now
        told = (offer, place, wanted, reason)
        return actions.book(self.staff, self.case, *told, said=said, now=moment)

    def steps(self) -> list[str]:
        """What the record says of the bookings, oldest first."""
        rows = Entry.objects.filter(case_id=self.held.case_id, kind="clinic").order_by("number")
        return [self.held.drawer.open("entry", row.id, row.words)["step"] for row in rows]

    def days(self) -> set[tuple[str, date]]:
        """The open days of the case."""
        rows = Due.objects.filter(case_id=self.held.case_id, done_at__isnull=True)
        return set(rows.values_list("kind", "on"))

    def kinds(self) -> set[str]:
        """Their kinds."""
        return {kind for kind, _ in self.days()}


def coming(
    office: OfficeCard, now: datetime, name: str = "", wishes: people.Wishes = MAIL, **about: str
) -> Coming:
    """Someone who asked for help, and whose case a counsellor took; nobody else by default."""
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now)
    told = {"name": name or f"相談 {next(COUNT)}", "email": "h@example.jp", **about}
    words = {"text": "書き込みを消したい"}
    asked = Request(urgent=False, about=told, wishes=wishes, story=words, first_due_on=now.date())
    assert ask(who, office, asked, "net", now=now)
    done = visit.recall(who, "done", now)
    assert done
    pair = done["number"], done["secret"]
    held = holding(office, pair)
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(staff, held.case_id, now=now)
    cases.take(staff, queries.find(staff, held.case_id), now=now)
    return Coming(held, visit.new_holder(office.id), staff, now, pair)


def seen(booking_id: UUID) -> BookingRevision:
    """The booking as a page of this moment shows it."""
    return BookingRevision(booking_id, Booking.objects.get(pk=booking_id).revision)


def decide(office: OfficeCard, kind: str, change: Change, now: datetime) -> None:
    """A dated decision that stands from now on, written as the desk's acts write it."""
    Notice.objects.create(
        office_id=office.id,
        number=Notice.objects.filter(office_id=office.id).count() + 1,
        kind=kind,
        title="",
        change=encode(change),
        on=now.date(),
        at=now,
    )


def work_through(now: datetime) -> None:
    """What the worker does with what was asked of it for the clinic, until nothing is left."""
    for _ in range(5):
        waiting = Job.objects.filter(done_at__isnull=True, name__startswith="clinic.")
        if not waiting:
            return
        for job in waiting:
            resolve(job.name)(job.subject_id, now=now)
            Job.objects.filter(pk=job.pk).update(done_at=now)


def begins(place: Place, changes: tuple[Change, ...] = PUBLISHED) -> datetime:
    """When a place begins."""
    found = day(clinic(), place.day, changes)
    assert found
    return beginning(found, place.number)
