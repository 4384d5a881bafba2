"""What is counted of the lawyer's clinic: by the day, without opening anything."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from madoguchi.rules.figures.tally import waited_days
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.models import Notice
from madoguchi.work.reports.counting import queries
from tests.web.desk.colleagues import asked
from tests.work.reports.day import came, deny, sheet, somebody

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
REF = "2026-11-21"


def decided(office: OfficeCard, kind: str, now: datetime, **change: object) -> None:
    """A decision of the desk's about its days."""
    number = Notice.objects.count() + 1
    Notice.objects.create(
        office_id=office.id, number=number, kind=kind, on=now.date(), at=now, change=change
    )


@pytest.fixture
def year(office: OfficeCard, now: datetime) -> None:
    """The days of fiscal 2026 are published."""
    decided(office, "clinic_year", now, fiscal_year=2026)


def booked(
    office: OfficeCard, case_id: UUID | None, number: int, state: str, asked_on: date
) -> Booking:
    at = datetime.combine(asked_on, datetime.min.time(), JAPAN)
    return Booking.objects.create(
        office_id=office.id,
        case_id=case_id,
        day=REF,
        number=number,
        state=state,
        channel="desk",
        agreed_at=at,
        until_at=at if state == "held" else None,
        at=at,
    )


@pytest.mark.usefixtures("year")
def test_a_day_is_counted_by_its_places_and_who_came(office: OfficeCard, now: datetime) -> None:
    who = somebody(office)
    ids = [asked(office, now).pk for _ in range(3)]
    booked(office, ids[0], 1, "came", date(2026, 11, 1))
    booked(office, ids[1], 2, "absent", date(2026, 11, 20))
    booked(office, ids[2], 3, "late", date(2026, 11, 21))
    booked(office, None, 4, "kept", date(2026, 11, 1))
    counted = sheet(who, NOVEMBER, now)
    rows = {name: counted["clinic", name].times for name in ("offered", "booked", "attended")}
    assert rows == {"offered": 4, "booked": 3, "attended": 2}
    assert counted["clinic", "absent"].persons == 1
    assert waited_days(counted) == 7
    assert sheet(who, DECEMBER, now)["clinic", "offered"].times == 4
    assert sheet(who, OCTOBER, now)["clinic", "offered"].times == 4


@pytest.mark.usefixtures("year")
def test_what_was_only_asked_for_cancelled_or_held_is_no_booking(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    booked(office, case.pk, 1, "asked", now.date())
    booked(office, case.pk, 1, "cancelled", now.date())
    booked(office, None, 2, "held", now.date())
    counted = sheet(somebody(office), NOVEMBER, now)
    assert (counted["clinic", "offered"].times, counted["clinic", "booked"].times) == (4, 0)


@pytest.mark.usefixtures("year")
def test_a_day_counts_where_it_takes_place(office: OfficeCard, now: datetime) -> None:
    booked(office, asked(office, now).pk, 1, "booked", date(2026, 11, 1))
    decided(office, "clinic_moved", now, was_on=REF, now_on="2026-12-05")
    who = somebody(office)
    assert sheet(who, NOVEMBER, now)["clinic", "offered"].times == 0
    december = sheet(who, DECEMBER, now)
    assert (december["clinic", "offered"].times, december["clinic", "unsaid"].times) == (8, 1)
    assert waited_days(december) == 34
    decided(office, "clinic_cancelled", now, on="2026-12-05")
    december = sheet(who, DECEMBER, now)
    assert (december["clinic", "offered"].times, december["clinic", "booked"].times) == (4, 0)


def test_a_draft_is_no_day(office: OfficeCard, now: datetime) -> None:
    assert queries.count_clinic(office.id, 2026, now, frozenset()) == ((), ())


@pytest.mark.usefixtures("year")
def test_a_denied_case_is_in_none_of_the_numbers(office: OfficeCard, now: datetime) -> None:
    who, other, case = (
        somebody(office),
        somebody(office),
        came(somebody(office), office, "phone", now),
    )
    booked(office, case.pk, 1, "came", now.date() - timedelta(days=20))
    assert sheet(who, NOVEMBER, now)["clinic", "booked"].times == 1
    deny(somebody(office, "supervisor"), case, who, now)
    assert sheet(who, NOVEMBER, now)["clinic", "booked"].times == 0
    assert sheet(other, NOVEMBER, now)["clinic", "booked"].times == 1


@pytest.mark.usefixtures("year")
def test_nothing_is_opened_for_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(office, asked(office, now).pk, 1, "came", now.date())
    monkeypatch.setattr(unseal, "drawers", None)
    monkeypatch.setattr(unseal, "drawers_of", None)
    consultations, offered = queries.count_clinic(office.id, 2026, now, frozenset())
    assert (len(consultations), len(offered)) == (1, 4 * 12)
