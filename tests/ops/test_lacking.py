"""`madoguchi clinic packs`: what lacks before the lawyer's day, as times and ids."""

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest

from madoguchi.ops.main import main
from madoguchi.rules.decision import Absent
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.packs import actions as packs
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import REF, booked, decided, published
from tests.work.reports.day import somebody

type Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Do the duty; its number, what it said, what it said of errors."""
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _window: None)

    def do(*more: str, on: str = REF, city: str = "shibukawa") -> tuple[int, str, str]:
        number = main(["clinic", "packs", city, "--on", on, *more])
        said = capsys.readouterr()
        return number, said.out, said.err

    return do


def test_what_lacks_is_named_by_time_and_id_until_it_is_there(
    office: OfficeCard, now: datetime, say: Say
) -> None:
    day, who, row = published(office, now), somebody(office), asked(office, now)
    opening.open_case(who, row.pk, now=now)
    cases.take(who, row, now=now)
    booking = booked(office, row.pk, 1, now)
    number, out, _ = say()
    assert (number, out) == (1, f"09:00  {booking.pk}  同意・要点・印刷\n")
    told = BriefText(agreed=True, how="phone", on=date(2026, 11, 30), asks="消せるか")
    briefs.write(who, Case.objects.get(pk=row.pk), booking.pk, told, 0, now=now)
    _, out, _ = say("--json")
    assert json.loads(out) == [{"starts": "09:00", "booking": str(booking.pk), "lacks": ["print"]}]
    packs.print_pack(who, Case.objects.get(pk=row.pk), booking.pk, day, now=now)
    number, out, _ = say()
    assert (number, out) == (0, "足りない書類はありません。\n")


def test_nothing_is_opened_for_it(
    office: OfficeCard, now: datetime, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(office, now)
    booked(office, asked(office, now).pk, 1, now)
    monkeypatch.setattr(unseal, "drawers_of", Absent)
    assert say()[0] == 1


def test_a_day_that_moved_is_asked_for_where_it_is(
    office: OfficeCard, now: datetime, say: Say
) -> None:
    published(office, now)
    booked(office, asked(office, now).pk, 1, now)
    decided(office, "clinic_moved", now, was_on=REF, now_on="2026-12-26")
    assert say(on="2026-12-26")[0] == 1
    number, _, error = say()
    assert number == 2
    assert "clinic dates" in error


def test_of_no_office_or_no_day_there_is_nothing(office: OfficeCard, say: Say) -> None:
    for city, on in ((office.slug, REF), ("nowhere", REF)):
        number, _, error = say(on=on, city=city)
        assert (number, bool(error)) == (2, True)
