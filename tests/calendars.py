"""An .ics as a second library reads it: what one writes, a phone's calendar has to take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import vobject

LONGEST_LINE = 75  # RFC 5545 3.1, in bytes without the line's end


@dataclass(frozen=True)
class Entry:
    """What a calendar shows of one entry, and which properties it holds."""

    uid: str
    summary: str
    starts: datetime
    ends: datetime
    holds: frozenset[str]


def entries(ics: bytes) -> Sequence[Entry]:
    """The entries of a calendar that vobject finds valid, in order.

    Raises:
        vobject.base.VObjectError: it cannot be read, or lacks what a calendar must have.
    """
    assert ics.count(b"\n") == ics.count(b"\r\n")
    assert max(map(len, ics.split(b"\r\n"))) <= LONGEST_LINE
    calendar = vobject.readOne(ics.decode())
    calendar.validate(raiseException=True)
    return [_entry(one) for one in calendar.contents.get("vevent", [])]


def _entry(event: vobject.base.Component) -> Entry:
    event.validate(raiseException=True)
    return Entry(
        uid=event.uid.value,
        summary=event.summary.value,
        starts=event.dtstart.value,
        ends=event.dtend.value,
        holds=frozenset(event.contents),
    )
