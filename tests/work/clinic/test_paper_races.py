"""Ten write one brief at once, or type one outcome: one is written, the others are told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connections

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.steps.outcome import Result
from madoguchi.tools.act import action as acts
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings.public import BookingRevision
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking, Brief
from madoguchi.work.clinic.sittings import actions
from madoguchi.work.record.models import Entry
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import booked, published
from tests.work.reports.day import somebody

TIMES = 10
MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=JAPAN)
TOLD = BriefText(agreed=True, how="phone", on=date(2026, 11, 30), asks="消せるか")
pytestmark = pytest.mark.race

type Placed = tuple[Actor, Case, Booking]


@pytest.fixture
def placed(office: OfficeCard, now: datetime) -> Placed:
    """A counsellor, their case, its booking."""
    published(office, now)
    who, row = somebody(office), asked(office, now)
    opening.open_case(who, row.pk, now=now)
    cases.take(who, row, now=now)
    return who, Case.objects.get(pk=row.pk), booked(office, row.pk, 1, now)


def at_once(do: Callable[[int], object]) -> list[str]:
    """What became of each: `done`, the code of why not, or `broken`."""

    def one(at: int) -> str:
        try:
            do(at)
        except Refused as refused:
            return refused.reasons[0].code
        except IntegrityError:
            return "broken"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(TIMES) as pool:
        return sorted(pool.map(one, range(TIMES)))


def write(placed: Placed) -> list[str]:
    who, case, booking = placed

    def do(_: int) -> None:
        briefs.write(who, Case.objects.get(pk=case.pk), booking.pk, TOLD, 0, now=MONDAY)

    return at_once(do)


def test_of_ten_versions_of_one_brief_one_is_written(placed: Placed) -> None:
    assert write(placed) == ["clinic.brief_stale"] * 9 + ["done"]
    assert Brief.objects.count() == 1


def test_where_acts_on_a_case_do_not_wait_for_each_other_its_rows_still_do(
    placed: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "lock", lambda _key: None)
    found = write(placed)
    assert found.count("done") == 1, "the database refuses a second first version"
    assert set(found) <= {"done", "broken", "clinic.brief_stale", "case.stale"}


def test_of_ten_outcomes_of_one_page_one_is_written(placed: Placed) -> None:
    who, case, booking = placed
    said = actions.Consultation("came", (Result.DELETION,))

    def do(at: int) -> None:
        row = Case.objects.get(pk=case.pk)
        actions.write(
            who, row, BookingRevision(booking.pk, 0), said, now=MONDAY, idempotency_key=f"{at}"
        )

    found = at_once(do)
    assert found.count("done") == 1
    assert set(found) <= {"done", "clinic.stale", "case.stale"}
    assert Entry.objects.filter(kind="consulted").count() == 1
