"""An appointment for one's own calendar (予定のファイル): a title that says nothing, two times."""

from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from madoguchi.web.portal.own_clinic.cards import Mine

TOKYO = ZoneInfo("Asia/Tokyo")


def appointment(booking: Mine, title: str, now: datetime) -> bytes:
    """The file; neither place nor sender stands in it, and a later one replaces an earlier one."""
    entry = Event()
    entry.add("uid", str(booking.seen.id))
    entry.add("dtstamp", now)
    entry.add("dtstart", booking.begins.astimezone(TOKYO))
    if booking.ends:
        entry.add("dtend", booking.ends.astimezone(TOKYO))
    entry.add("summary", title)
    entries = Calendar()
    entries.add("prodid", "-//dates//JA")
    entries.add("version", "2.0")
    entries.add_component(entry)
    entries.add_missing_timezones()
    file: bytes = entries.to_ical()
    return file
