"""Feeds, calendar and data say what the page says."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import vobject
from django.test import Client

from madoguchi.ops.main import main
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.load import programme
from madoguchi.web.kit import arrival, finished
from tests import calendars


def publish(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """As if the desk had published this fiscal year's dates."""
    finished.forget()
    monkeypatch.setattr(arrival, "now", lambda: now)
    monkeypatch.setattr(
        "madoguchi.web.kit.publications.notices.changes", lambda _: (ClinicYearPublished(2026),)
    )


def test_published_dates_appear_everywhere(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    publish(monkeypatch, now)
    assert "2026-12-19" in portal.get("/").content.decode()
    assert "2026-12-19" in portal.get("/clinic/").content.decode()
    data = json.loads(portal.get("/clinic/dates.json").content)
    assert [
        slot["starts"] for day in data if day["on"] == "2026-12-19" for slot in day["slots"]
    ] == [
        "09:00",
        "09:45",
        "10:30",
        "11:15",
    ]


def test_the_calendar_tells_nobody_what_it_is(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    publish(monkeypatch, now)
    answer = portal.get("/clinic/dates.ics")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    starts: object = events[0].decoded("DTSTART")
    assert str(starts) == "2026-12-19 09:00:00+09:00"
    assert {str(event["SUMMARY"]) for event in events} == {"予定"}
    assert not [word for word in ("弁護士", "相談", "誹謗") if word in answer.content.decode()]


def test_a_second_library_takes_the_calendar(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    publish(monkeypatch, now)
    ics = portal.get("/clinic/dates.ics").content
    found = calendars.entries(ics)
    starts = datetime(2026, 12, 19, 9, tzinfo=UTC) - timedelta(hours=9)
    assert (found[0].starts, found[0].ends) == (starts, starts + timedelta(hours=3))
    assert found[0].starts.utcoffset() == timedelta(hours=9)
    assert {one.summary for one in found} == {"予定"}
    assert set().union(*(one.holds for one in found)) == {
        *("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary")
    }
    assert len({one.uid for one in found}) == len(found) > 2


@pytest.mark.parametrize("missing", [b"UID:", b"DTSTART", b"END:VEVENT"])
def test_the_second_library_would_notice(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, missing: bytes
) -> None:
    publish(monkeypatch, now)
    lines = portal.get("/clinic/dates.ics").content.split(b"\r\n")
    with pytest.raises(vobject.base.VObjectError):
        calendars.entries(b"\r\n".join(one for one in lines if not one.startswith(missing)))


def test_feeds_are_well_formed(portal: Client) -> None:
    for path in ("/news/rss.xml", "/news/atom.xml"):
        ET.fromstring(portal.get(path).content)


def test_the_directory_as_data_holds_only_what_is_confirmed(portal: Client) -> None:
    agencies = json.loads(portal.get("/desks.json").content)
    assert len(agencies) > 5
    assert all(agency["checked_on"] for agency in agencies)
    assert "要確認" not in portal.get("/desks.json").content.decode()


def test_hours_as_data(portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    finished.forget()
    monkeypatch.setattr(arrival, "now", lambda: now)
    phone = json.loads(portal.get("/hours.json").content)["phone"]
    assert (phone["open"], phone["closes_at"]) == (True, "2026-11-30T17:15:00+09:00")


def test_hours_as_data_are_what_the_command_says(
    portal: Client,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    finished.forget()
    monkeypatch.setattr(arrival, "now", lambda: now)
    main(("hours", "shibukawa", "--at", now.isoformat(), "--json"))
    said = json.loads(capsys.readouterr().out)
    phone = json.loads(portal.get("/hours.json").content)["phone"]
    assert set(said) - set(phone) == {"city", "channel", "at"}
    assert {key: said[key] for key in said if key in phone} == {
        key: phone[key] for key in phone if key != "hours"
    }


def test_the_directory_as_data_speaks_its_column(portal: Client) -> None:
    japanese, easy, english = (
        {one["id"]: one for one in json.loads(portal.get(f"{column}/desks.json").content)}
        for column in ("", "/easy", "/en")
    )
    assert set(japanese) == set(easy) == set(english)
    for agency in programme("shibukawa").directory:
        assert japanese[agency.id]["name"] == agency.name.ja
        assert easy[agency.id]["can"] == agency.can.get("easy").words
        assert english[agency.id]["name"] == agency.name.get("en").words
    assert [one["name"] for one in english.values()] != [one["name"] for one in japanese.values()]
    assert [one["can"] for one in easy.values()] != [one["can"] for one in japanese.values()]
