"""A decision's way to the public (決定の手順): what one may do at once, what needs a second.

One takes away at once what may do harm; what people will believe, two have looked at.
"""

from enum import StrEnum

from madoguchi.rules.decision import Refused

BY_ONE = frozenset(
    {
        "news",
        "clinic_year",
        "clinic_moved",
        "clinic_cancelled",
        "clinic_added",
        "desk_closed",
        "desk_closed_span",
        "desk_hours",
        "number_hidden",
        "agency_hidden",
        "agency_checked",
    }
)
HIDES = frozenset({"number_hidden", "agency_hidden"})
OF_CLINIC = frozenset({"clinic_year", "clinic_moved", "clinic_cancelled", "clinic_added"})
"""Decided by the clinic's own acts alone, and never taken back: people have booked these days."""


class Outcome(StrEnum):
    """How a proposal ended; the desk's words are `desk.settings.outcome.<value>`."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


def needs_two(kind: str, *, taken_back: bool = False) -> bool:
    """Whether two colleagues must agree; to show again what was hidden, too.

    >>> needs_two("number_hidden"), needs_two("number_hidden", taken_back=True), needs_two("words")
    (False, True, True)
    """
    return kind not in BY_ONE or (taken_back and kind in HIDES)


def may_end(outcome: Outcome, *, own: bool, to: Outcome) -> None:
    """Raise Refused unless the proposal may end so: anybody drops it, nobody confirms their own.

    Raises:
        Refused: somebody was faster, or it is the colleague's own.
    """
    if outcome is not Outcome.OPEN:
        raise Refused("proposal.ended")
    if own and to is Outcome.CONFIRMED:
        raise Refused("proposal.own")
