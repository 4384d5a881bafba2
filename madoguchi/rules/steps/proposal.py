"""The acts of two (二人で決めること): which they are, who asks, who signs; all else takes one.

One takes away at once what may do harm; what people will believe, two have looked at. The second
may be any colleague who has the right, or the deputy, who sees who asks, what kind of act and when.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from madoguchi.rules.decision import Refused


@dataclass(frozen=True)
class OfTwo:
    """The verbs of `rights.toml` under which one asks and another signs."""

    asks: str
    signs: str


NUMBER = OfTwo("notice.propose", "notice.confirm")
STAFF = OfTwo("staff.propose", "staff.confirm")
GRANT = OfTwo("grant.ask_second", "grant.second")
ACTS: Mapping[str, OfTwo] = {
    # a number that people will ring
    **dict.fromkeys(("number", "number_hidden", "agency_shown", "agency_hidden"), NUMBER),
    **dict.fromkeys(("contact", "words", "paragraph"), NUMBER),
    # a public day of the clinic
    "clinic_year": OfTwo("clinic.publish", "clinic.confirm_day"),
    "clinic_moved": OfTwo("clinic.move_day", "clinic.confirm_day"),
    "clinic_cancelled": OfTwo("clinic.cancel_day", "clinic.confirm_day"),
    "clinic_added": OfTwo("clinic.add_day", "clinic.confirm_day"),
    # a year's law
    "year_law": OfTwo("subsidy.budget", "notice.confirm"),
    # paying: the sum is bound, and it is spent
    "grant_decided": GRANT,
    "grant_paid": GRANT,
    # bulk export
    "ledger_names": OfTwo("subsidy.names_ask", "subsidy.names_release"),
    # staff and roles
    "staff_added": STAFF,
    "staff_renewed": STAFF,
    # a line of the audit that does not hold (decision 40)
    "audit_looked_into": OfTwo("audit.looked_into", "audit.second"),
}
"""Every act that waits for a second person, by its kind; nothing else does."""

HIDES = frozenset({"number_hidden", "agency_hidden"})
"""One hides at once; to take that back shows a number again."""
HOLD_NUMBERS = frozenset({"words", "paragraph"})
"""Texts, which one changes alone as long as nobody can ring what stands in them."""
OF_CLINIC = frozenset({"clinic_year", "clinic_moved", "clinic_cancelled", "clinic_added"})
"""Decided by the clinic's own acts alone, and never taken back: people have booked these days."""
HOLDS = timedelta(days=1)
"""How long a signature is good for, where whoever asked then acts."""
TELEPHONE = re.compile(
    r"(?<!\d)(?:\d{2,5}-\d{1,4}-\d{3,4}|0\d{8,10}|#\d{4}|1(?:10|1[89]|8[89]))(?!\d)|☎"
)
"""A number, or the sign for which the directory's is put in."""
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


class Outcome(StrEnum):
    """How a proposal ended; the desk's words are `desk.settings.outcome.<value>`.

    `used`: it was signed, and whoever asked has acted by it.
    """

    OPEN = "open"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    USED = "used"


def act_of(kind: str) -> OfTwo:
    """Who asks and who signs; what waited and takes one by now was a decision of the desk."""
    return ACTS.get(kind, NUMBER)


def needs_two(kind: str, change: Mapping[str, object], *, taken_back: bool = False) -> bool:
    """Whether two must agree to a decision of the desk; to show again what was hidden, too.

    >>> needs_two("number_hidden", {}), needs_two("number_hidden", {}, taken_back=True)
    (False, True)
    >>> needs_two("words", {"words": {"ja": "窓口"}})
    False
    >>> needs_two("words", {"words": {"ja": "[moj_110：☎]"}})
    True
    >>> needs_two("words", {"words": {"ja": "０２７９ー２２ー１１１１"}})
    True
    """
    if kind in HIDES:
        return taken_back
    if kind in HOLD_NUMBERS:
        return TELEPHONE.search(_plain(str(change))) is not None
    return kind in ACTS


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def may_end(outcome: Outcome, *, own: bool, to: Outcome) -> None:
    """Raise Refused unless the proposal may end so: anybody drops it, nobody confirms their own.

    Raises:
        Refused: somebody was faster, or it is the colleague's own.
    """
    if outcome is not Outcome.OPEN:
        raise Refused("proposal.ended")
    if own and to is Outcome.CONFIRMED:
        raise Refused("proposal.own")
