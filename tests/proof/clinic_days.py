"""Days and bookings of a town in its own house, as if the desk had made them: `-m … VERB ARGS`."""

import os
import sys
from datetime import timedelta

from madoguchi.ops.start import django

django(os.environ["MADOGUCHI_WINDOW"])

from madoguchi.rules import slots  # noqa: E402 - Django must have started
from madoguchi.rules.koyomi.dates import fiscal_year  # noqa: E402
from madoguchi.rules.programme.changes import (  # noqa: E402
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.load import programme  # noqa: E402
from madoguchi.rules.steps.booking import FREE  # noqa: E402
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import by_id  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.models import Case, Due  # noqa: E402
from madoguchi.work.clinic import public as bookings  # noqa: E402
from madoguchi.work.clinic.models import Booking  # noqa: E402
from madoguchi.work.notices import public as notices  # noqa: E402
from tests.web.portal import saturdays  # noqa: E402

NOW = now()
OFFICE = by_id(Office.objects.get().id)
CLINIC = programme(OFFICE.slug).clinic
assert CLINIC


def day() -> slots.ClinicDay:
    """The day of the newest booking, wherever it is by now."""
    assert CLINIC
    ref = (
        Booking.objects.exclude(state__in=FREE).order_by("at").values_list("day", flat=True).last()
    )
    found = slots.day(CLINIC, ref or "", notices.changes(OFFICE.id))
    assert found
    return found


def coming() -> tuple[slots.ClinicDay, ...]:
    """The published days."""
    assert CLINIC
    return slots.coming(CLINIC, NOW.date(), notices.changes(OFFICE.id))


def publish() -> None:
    """This fiscal year and the next."""
    for year in (fiscal_year(NOW.date()), fiscal_year(NOW.date()) + 1):
        saturdays.decide(OFFICE, ClinicYearPublished(year), NOW)


def move() -> None:
    """The day a day later."""
    saturdays.decide(OFFICE, ClinicDayMoved(day().on, day().on + timedelta(days=1)), NOW)


def today() -> None:
    """The day is today, in the small hours: its first slot has begun at any time of the day."""
    saturdays.decide(OFFICE, ClinicDayMoved(day().on, NOW.date(), "0:00-3:00"), NOW)


def due(name: str, kind: str) -> None:
    """The desk has something of this kind to do today for a case."""
    case = Case.objects.get(short_name=name)
    Due.objects.create(office_id=OFFICE.id, case_id=case.pk, kind=kind, on=NOW.date(), how="today")


def cancel() -> None:
    """The day does not take place."""
    saturdays.decide(OFFICE, ClinicDayCancelled(day().on), NOW)


def book(number: str, secret: str, state: str, slot: str = "2") -> None:
    """A place for the case of a receipt."""
    until = NOW + timedelta(hours=5) if state == "offered" else None
    saturdays.book(OFFICE, (number, secret), NOW, coming()[1].ref, int(slot), state, until)


def advise() -> None:
    """The desk writes down what came of the newest booking, as if its day were over."""
    from madoguchi.rules.steps.outcome import Result
    from madoguchi.work.cases import actions, queries
    from madoguchi.work.clinic.sittings import actions as outcomes_actions
    from tests.offices import actor_of, make_staff

    row, then = Booking.objects.exclude(state__in=FREE).latest("at"), NOW + timedelta(days=99)
    actor = actor_of(make_staff(OFFICE, "counsellor", "木村", NOW))
    assert row.case_id
    queries.open_case(actor, row.case_id, now=then)
    actions.take(actor, queries.find(actor, row.case_id), now=then)
    told = "弁護士に見積書をたのんでください。\n次は、見積書を持って窓口にお越しください。"
    said = outcomes_actions.Consultation("came", (Result.DELETION, Result.SUBSIDY), advice=told)
    seen = bookings.BookingRevision(row.id, row.revision)
    outcomes_actions.write(actor, queries.find(actor, row.case_id), seen, said, now=then)


def state(name: str) -> None:
    """Every booking is in this state."""
    Booking.objects.exclude(state__in=FREE).update(state=name, until_at=NOW + timedelta(hours=5))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
