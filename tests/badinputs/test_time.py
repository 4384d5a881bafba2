"""B7, B10, B12: eras, midnight, fiscal years, a host elsewhere: the office's time counts."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.opening import opening
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, finished
from madoguchi.work.cases.models import Case
from tests.answers import squeezed
from tests.badinputs.ends import case_page, taken, words
from tests.conftest import TOKYO
from tests.web.desk.colleagues import do
from tests.web.portal import browsing
from tests.web.portal.browsing import Pair


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The host computer's clock is one of New York."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_b12_the_host_computers_time_zone_changes_nothing(
    portal: Client, office: OfficeCard, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert str(datetime.now().astimezone().tzinfo) in ("EST", "EDT")  # the control: the host's own
    assert arrival.now().utcoffset() == timedelta(hours=9)
    midnight, moment = datetime(2026, 11, 28, 0, 30, tzinfo=TOKYO), arrival.now
    monkeypatch.setattr(arrival, "now", lambda: midnight)
    browsing.fill(portal)
    pair = browsing.send(portal)
    assert "2026年11月28日（土）" in words(portal.get("/s/c/done/"))
    browsing.open_receipt(portal, *pair)
    assert "2026年11月28日（土） 0時30分" in words(portal.get("/s/f/"))
    monkeypatch.setattr(arrival, "now", moment)
    page = re.sub(r"<[^>]+>", "", case_page(settings, office, midnight))
    assert "11月28日（土） 0時30分" in page


def test_b12_the_calendar_of_the_clinic_is_the_same_everywhere(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = portal.get("/clinic/dates.ics").content
    for zone in ("America/New_York", "UTC", "Pacific/Kiritimati"):
        with monkeypatch.context() as patched:
            patched.setenv("TZ", zone)
            time.tzset()
            finished.forget()
            there = portal.get("/clinic/dates.ics").content
        time.tzset()
        assert _events(there) == _events(here)
    assert b"T090000" in here or b"BEGIN:VEVENT" not in here


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Pacific/Kiritimati"])
def test_b12_the_clinics_slots_are_booked_by_the_days_of_japan(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    whole = programme("toda")
    assert whole.clinic is not None
    told = (ClinicYearPublished(2026),)
    friday = slots.day(whole.clinic, "2026-12-11", told)
    assert friday is not None
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        assert slots.begins(friday, 1).isoformat() == "2026-12-11T15:00:00+09:00"
        for moment, answer in (
            (datetime(2026, 11, 13, 0, 30, tzinfo=TOKYO), "yes"),  # in New York still the 12th
            (datetime(2026, 11, 12, 23, 59, tzinfo=TOKYO), "no"),
            (datetime(2026, 12, 10, 23, 59, tzinfo=TOKYO), "yes"),
            (datetime(2026, 12, 11, 0, 30, tzinfo=TOKYO), "no"),
        ):
            for at in (moment, moment.astimezone(UTC), moment.astimezone()):
                said = slots.bookable(whole.clinic, whole.desk, friday, 1, at, "person", told)
                assert said.answer == answer
    time.tzset()


def _events(calendar: bytes) -> list[bytes]:
    return [line for line in calendar.splitlines() if not line.startswith(b"DTSTAMP")]


NEW_YEAR = datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO)


def test_b10_the_first_arrival_decides_about_the_fiscal_year(
    portal: Client, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: NEW_YEAR - timedelta(seconds=1))
    browsing.fill(portal)
    first = browsing.send(portal)
    monkeypatch.setattr(arrival, "now", lambda: NEW_YEAR + timedelta(seconds=1))
    assert browsing.send(portal) == first  # the same request, sent again after midnight
    case = Case.objects.get()
    at_office = case.opened_at.astimezone(TOKYO)
    assert at_office == NEW_YEAR - timedelta(seconds=1)
    assert fiscal_year(at_office.date()) == 2026
    assert "2027年3月31日" in words(portal.get("/s/c/done/"))


def test_b10_a_press_after_midnight_counts_in_the_new_year(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: only the moment of arrival differs."""
    monkeypatch.setattr(arrival, "now", lambda: NEW_YEAR - timedelta(seconds=1))
    browsing.fill(portal)
    monkeypatch.setattr(arrival, "now", lambda: NEW_YEAR)
    browsing.send(portal)
    assert fiscal_year(Case.objects.get().opened_at.astimezone(TOKYO).date()) == 2027


@pytest.mark.parametrize(
    ("at", "is_open"), [((17, 14, 59), True), ((17, 15, 0), False), ((17, 15, 59), False)]
)
def test_b10_the_desk_closes_on_the_second(at: tuple[int, int, int], *, is_open: bool) -> None:
    moment = datetime(2026, 11, 30, *at, tzinfo=TOKYO)
    assert opening(programme("shibukawa").desk, "phone", moment).open is is_open


@pytest.mark.usefixtures("stopped")
def test_b07_a_date_in_an_era_that_ended_is_taken_and_read_back(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: Pair
) -> None:
    browser, case = taken(settings, office, now)
    plan = {"plan_kind": "call", "plan_why": "様子を聞く"}
    far = ["平成40年4月20日", "2028-04-20"]  # confirmed: it is more than 60 days away
    assert do(browser, case, "plan", **plan, plan_on=far).status_code == 303  # type: ignore[arg-type]
    page = re.sub(r"<[^>]+>", "", squeezed(browser.get(f"/cases/{case.pk}/")))
    assert "2028年4月20日（木） 電話する" in page


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("typed", ["平成8年12月1日", "昭和9年1月7日"])
def test_b07_an_era_that_may_be_wrong_is_asked_about(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: Pair, typed: str
) -> None:
    browser, case = taken(settings, office, now)
    plan = {"plan_kind": "call", "plan_why": "様子を聞く", "plan_on": typed}
    page = do(browser, case, "plan", **plan)
    assert page.status_code == 422
    assert "令和ではありませんか" in squeezed(page)
    assert f'value="{typed}"' in squeezed(page)
