"""Is somebody there now? The desk's state in words, for the top of a page (受付の状態)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import ChannelName
from madoguchi.web.kit.reading import Reading, words_for


@dataclass(frozen=True)
class Reception:
    """One channel's state: open until `until`, or next open `opens`."""

    open: bool
    until: str
    opens: str


def reception(
    request: HttpRequest, channel: ChannelName, changes: Sequence[Change]
) -> Reception | None:
    """The state now; None where the desk has no such channel or does not open within a year."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    try:
        state = opening(request.programme.desk, channel, now, changes)  # type: ignore[attr-defined]
    except NeverOpenError:
        return None
    read = Reading(words_for(request))
    return Reception(
        state.open,
        read.clock(state.closes_at) if state.closes_at else "",
        read.opening(state.next_opening, now),
    )
