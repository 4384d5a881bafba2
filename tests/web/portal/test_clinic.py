"""The clinic's page: free or full and nothing more; page, calendar and data change by one act."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayAdded
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import days
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, finished, publications
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions
from madoguchi.work.clinic.actions import Announcement
from madoguchi.work.clinic.decisions import Year
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import actor_of, make_staff
from tests.two import signed
from tests.web.portal import booking
from tests.work.clinic.coming import DECEMBER, at, coming

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
THIRD, NEXT_DAY = date(2026, 12, 19), date(2026, 12, 26)
SAID = Announcement("日程が変わります")


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """The moment at which requests arrive; every request looks for a new version."""
    here = [now]
    monkeypatch.setattr(arrival, "now", lambda: here[0])
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    finished.forget()
    return here


@pytest.fixture
def actor(office: OfficeCard, now: datetime, moment: list[datetime]) -> Actor:
    """A counsellor; the year is public."""
    clinic = programme("shibukawa").clinic
    assert clinic
    dates = tuple(day.on for day in days(clinic, 2026))
    one = actor_of(make_staff(office, "counsellor", "木村", now))
    plan = Year(2026, dates, looked=dates)
    signed(actions.publish, one, AtOffice(office.id), plan, Announcement("日程"), now=now)
    return one


def row(portal: Client, on: str, path: str = "/clinic/") -> str:
    """What the page's row of a day says, without its signs."""
    page = squeezed(portal.get(path))
    found = re.search(rf'<tr><th scope="row"><time datetime="{on}">.*?</tr>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


def data(portal: Client, ref: str = DECEMBER) -> dict[str, Any]:
    """The day as JSON."""
    found: list[dict[str, Any]] = json.loads(portal.get("/clinic/dates.json").content)
    return next(one for one in found if one["ref"] == ref)


def entry(portal: Client, ref: str = DECEMBER) -> Any:
    """The day's entry of the calendar."""
    found = icalendar.Calendar.from_ical(portal.get("/clinic/dates.ics").content)
    return next(one for one in found.walk("VEVENT") if str(one["UID"]).startswith(f"{ref}@"))


def test_a_day_is_free_until_its_last_place_is_taken_and_free_again(
    portal: Client, office: OfficeCard, actor: Actor, now: datetime
) -> None:
    before = row(portal, "2026-12-19")
    assert "空きあり" in before
    assert "キャンセル待ち" not in squeezed(portal.get("/clinic/"))
    people = [coming(office, now) for _ in range(4)]
    booked = []
    for number, one in enumerate(people, start=1):
        assert row(portal, "2026-12-19") == before, number  # never how many come
        booked.append(one.books(Place(DECEMBER, number), wanted=Wanted("なりすまし")))
    assert "満席" in row(portal, "2026-12-19")
    assert data(portal)["booking"] == "full"
    assert "Full" in row(portal, "2026-12-19", "/en/clinic/")
    booking.begin(portal)
    for path in ("/clinic/", "/", "/s/l/"):
        shown = squeezed(portal.get(path))
        assert "キャンセル待ち" in shown, path
        assert 'href="/s/f/"' in shown.split("キャンセル待ち", 1)[1], path
    page = squeezed(portal.get("/clinic/"))
    for one in people:
        assert not stand_in(page, one.case.short_name)
    row_ = Booking.objects.get(pk=booked[0])
    Booking.objects.filter(pk=row_.pk).update(state="cancelled", revision=row_.revision + 1)
    assert row(portal, "2026-12-19") == before
    assert data(portal)["booking"] == "free"


def test_control_a_page_that_does_not_follow_the_places_stays_as_it_was(
    portal: Client,
    office: OfficeCard,
    actor: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "madoguchi.web.kit.publications.current_version",
        lambda _office, _mark=None: "the same",
    )
    assert "空きあり" in row(portal, "2026-12-19")
    for number in range(1, 5):
        coming(office, now).books(Place(DECEMBER, number), wanted=Wanted("なりすまし"))
    assert "空きあり" in row(portal, "2026-12-19")


def test_a_place_that_is_held_falls_free_by_itself(
    portal: Client, office: OfficeCard, actor: Actor, now: datetime, moment: list[datetime]
) -> None:
    for number in range(1, 4):
        coming(office, now).books(Place(DECEMBER, number), wanted=Wanted("なりすまし"))
    coming(office, now).holds(Place(DECEMBER, 4))
    assert "満席" in row(portal, "2026-12-19")
    moment[0] = now + timedelta(minutes=16)
    assert "空きあり" in row(portal, "2026-12-19")


def test_a_day_is_closed_when_its_last_slot_begins_and_past_after_midnight(
    portal: Client, actor: Actor, moment: list[datetime]
) -> None:
    for when, said in (("11:14", "空きあり"), ("11:15", "受付終了"), ("23:59", "受付終了")):
        moment[0] = at(f"2026-12-19 {when}")
        assert said in row(portal, "2026-12-19"), when
    moment[0] = at("2026-12-20 00:00")
    assert row(portal, "2026-12-19").split()[-1] == "9時–12時"
    page = squeezed(portal.get("/clinic/"))
    assert page.index("これまでに公表した日程") < page.index('datetime="2026-12-19"')
    assert data(portal)["booking"] is None


def test_one_act_changes_page_calendar_feed_and_data(
    portal: Client, office: OfficeCard, actor: Actor, now: datetime
) -> None:
    where = AtOffice(office.id)
    first = entry(portal)
    signed(actions.move, actor, where, DECEMBER, NEXT_DAY, "13:00-16:00", SAID, now=now)
    assert row(portal, "2026-12-19") == ""
    moved = row(portal, "2026-12-26")
    assert "12月19日（土） から変わりました" in moved or "12月19日（土）から変わりました" in moved
    assert "13時" in moved
    assert "空きあり" in moved
    told = data(portal)
    assert (told["on"], told["moved_from"]) == ("2026-12-26", "2026-12-19")
    second = entry(portal)
    assert second["UID"] == first["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert str(second.decoded("DTSTART")) == "2026-12-26 13:00:00+09:00"
    assert SAID.title in portal.get("/news/rss.xml").content.decode()
    signed(actions.cancel_day, actor, where, DECEMBER, SAID, now=now)
    assert "中止になりました" in row(portal, "2026-12-26")
    assert "空きあり" not in row(portal, "2026-12-26")
    assert data(portal)["cancelled"] is True
    off = entry(portal)
    assert str(off["STATUS"]) == "CANCELLED"
    assert str(off["SUMMARY"]) == "予定"
    signed(actions.add_day, actor, where, ClinicDayAdded(NEXT_DAY), SAID, now=now)
    assert "空きあり" in row(portal, "2026-12-26")


def test_what_is_not_public_is_nowhere(portal: Client, moment: list[datetime]) -> None:
    assert row(portal, "2026-12-19") == ""
    assert json.loads(portal.get("/clinic/dates.json").content)[-1]["on"] < "2026-04-01"
    assert b"VEVENT" not in portal.get("/clinic/dates.ics").content
