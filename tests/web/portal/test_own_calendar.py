"""The file for one's own calendar: valid by a second library, and it tells nobody what it is."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayMoved, ClinicYearPublished
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.clinic.models import Booking
from tests import calendars
from tests.answers import squeezed
from tests.web.portal import browsing, saturdays
from tests.web.portal.browsing import Pair
from tests.web.portal.saturdays import Clock, decide, page, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
BEGINS = datetime(2026, 12, 19, 0, 45, tzinfo=UTC)  # 9:45 in Japan
HALF_PAST_MIDNIGHT = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 1 December, 0:30 in Japan
TELLING = ("弁護士", "相談", "渋川", "窓口", "madoguchi", "shibukawa", "portal.test", "LOCATION")
ZONES = ("America/New_York", "UTC")


@pytest.fixture
def pair(portal: Client, office: OfficeCard, clock: Clock) -> Pair:
    """A person with a confirmed place, whose receipt is open: its two numbers."""
    decide(office, ClinicYearPublished(2026), clock.now)
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    saturdays.book(office, pair, clock.now)
    return pair


def test_it_holds_two_times_and_a_title_that_says_nothing(portal: Client, pair: Pair) -> None:
    answer = press(portal, "t", others="no")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="yotei.ics"'
    (entry,) = calendars.entries(answer.content)
    assert (entry.starts, entry.ends) == (BEGINS, BEGINS + timedelta(minutes=45))
    assert entry.summary == "予定"
    assert entry.holds == {"uid", "dtstamp", "dtstart", "dtend", "summary"}
    assert not [word for word in TELLING if word in squeezed(answer)]
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("DTSTART") == BEGINS


@pytest.mark.parametrize("others", [None, "", "yes", "x"])
def test_nothing_is_left_on_a_device_that_others_look_at(
    portal: Client, pair: Pair, others: str | None
) -> None:
    answer = press(portal, "t", **({} if others is None else {"others": others}))
    assert answer["Location"] == "/s/f/l/"
    assert portal.get("/s/f/l/t/")["Location"] == "/s/f/l/"


def test_it_waits_until_a_move_is_answered_and_keeps_its_name_then(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    shown = page(portal)
    (before,) = calendars.entries(press(portal, "t", shown, others="no").content)
    decide(office, ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26)), clock.now)
    assert press(portal, "t", shown, others="no")["Location"] == "/s/f/l/"
    assert "/s/f/l/t/" not in page(portal)
    press(portal, "k")
    (after,) = calendars.entries(press(portal, "t", others="no").content)
    assert (after.uid, after.starts) == (before.uid, BEGINS + timedelta(days=7))


@pytest.mark.parametrize(("column", "title"), [("/easy", "よてい"), ("/en", "Appointment")])
def test_it_speaks_the_column_of_the_page(
    portal: Client, pair: Pair, column: str, title: str
) -> None:
    shown = page(portal, column)
    answer = portal.post(f"{column}/s/f/l/t/", saturdays.fields(shown, "t") | {"others": "no"})
    (entry,) = calendars.entries(answer.content)
    assert entry.summary == title


@pytest.fixture(params=ZONES)
def host_elsewhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The host's clock stands in another zone."""
    with monkeypatch.context() as moved:
        moved.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_b12_booked_at_half_past_midnight_on_a_host_elsewhere(
    host_elsewhere: str, portal: Client, office: OfficeCard, clock: Clock
) -> None:
    assert time.tzname[0] in {"EST", "UTC"}
    clock.now = HALF_PAST_MIDNIGHT.astimezone(clock.now.tzinfo)
    decide(office, ClinicYearPublished(2026), clock.now)
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    made = saturdays.book(office, pair, clock.now)
    for path in ("/s/f/", "/s/f/l/"):
        shown = squeezed(portal.get(path))
        assert "2026年12月19日（土）" in shown
        assert "9時45分" in shown
    assert "2026年12月1日（火）</time> 0時30分" in squeezed(portal.get("/s/f/"))  # the message
    row = Booking.objects.get(pk=made)
    assert (row.at, row.agreed_at) == (HALF_PAST_MIDNIGHT, BEGINS)
    (entry,) = calendars.entries(press(portal, "t", others="no").content)
    assert (entry.starts, entry.starts.utcoffset()) == (BEGINS, timedelta(hours=9))


def test_b12_what_is_stored_is_utc(host_elsewhere: str, portal: Client, pair: Pair) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(agreed_at AS TEXT) FROM clinic_booking")
        assert str(cursor.fetchone()[0]).startswith("2026-12-19 00:45:00")


def test_b12_the_morning_of_the_day_is_the_day_wherever_the_host_is(
    host_elsewhere: str, portal: Client, pair: Pair, clock: Clock
) -> None:
    clock.now = BEGINS.astimezone(clock.now.tzinfo) - timedelta(hours=9, minutes=40)  # 0:05
    browsing.open_receipt(portal, *pair)
    shown = page(portal)
    assert "2026年12月19日（土）" in shown
    clock.now += timedelta(minutes=10)
    assert press(portal, "x", shown)["Location"] == "/s/f/l/"
    assert Booking.objects.get().state == "cancelled"
