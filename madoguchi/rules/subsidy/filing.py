"""What is typed from the city's own document system (文書管理システムから書き写すもの).

Numbers and dates become known one after the other: each step requires only what it depends on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from unicodedata import category

from madoguchi.rules.decision import Reason

type DecisionClass = Literal["ordinary", "delegated", "deputy", "after"]
"""通常の決裁、専決、代決、代決の後閲が済んだもの."""
type Disclosure = Literal["open", "partly", "closed"]
"""公開、一部公開、非公開."""

LINE, MOST_YEARS = 40, 100
_LINES = ("received_number", "deputy", "document_number", "binder")
_BREAKS = ("Cc", "Zl", "Zp")  # line breaks and what else steers a printer
_BY_DEPUTY = ("deputy", "after")

_DECIDED = ("drafted_on", "decided_on", "decision_class")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "draft": ("drafted_on",),
    **dict.fromkeys(("decide", "refuse", "change", "fix", "reduce", "revoke"), _DECIDED),
    "letter": (*_DECIDED, "enforced_on", "document_number"),
}
"""What each step needs: its verb, and ``letter`` for a letter that leaves the house (施行)."""


@dataclass(frozen=True, slots=True)
class Filing:
    """The numbers and dates of a step in the city's own files (文書の記録); "" and None: not yet.

    ``deputy``: who decided in place of another, by post or name (代決者).
    """

    received_number: str = ""
    drafted_on: date | None = None
    decided_on: date | None = None
    decision_class: DecisionClass | None = None
    deputy: str = ""
    enforced_on: date | None = None
    document_number: str = ""
    binder: str = ""
    retention_years: int | None = None
    disclosure: Disclosure | None = None


def check(
    filing: Filing, *, today: date, verb: str = "", since: date | None = None
) -> tuple[Reason, ...]:
    """What is wrong with the filing, or missing for a step; nothing where it may be kept.

    ``since``: the day before which it cannot have been drafted or decided. Each reason names in
    ``values["field"]`` the field at which it is shown.

    >>> from datetime import date
    >>> typed = Filing(drafted_on=date(2026, 8, 5), decided_on=date(2026, 8, 3))
    >>> [reason.code for reason in check(typed, today=date(2026, 8, 6), verb="decide")]
    ['grant.filing.missing.decision_class', 'grant.filing.decided_before_drafted']
    """
    return tuple(_faults(filing, today, verb, since))


def _faults(filing: Filing, today: date, verb: str, since: date | None) -> Iterator[Reason]:
    for field in REQUIRED.get(verb, ()):
        if not getattr(filing, field):
            yield _reason(f"missing.{field}", field)
    for field in _LINES:
        text: str = getattr(filing, field)
        if len(text) > LINE or any(category(sign) in _BREAKS for sign in text):
            yield _reason(f"line.{field}", field, most=LINE)
    drafted, decided, enforced = filing.drafted_on, filing.decided_on, filing.enforced_on
    if drafted and drafted > today:
        yield _reason("drafted_in_future", "drafted_on")
    if decided and decided > today:
        yield _reason("decided_in_future", "decided_on")
    if drafted and decided and decided < drafted:
        yield _reason("decided_before_drafted", "decided_on")
    earliest = decided or drafted
    if enforced and earliest and enforced < earliest:
        yield _reason("enforced_before_decided", "enforced_on")
    for field, on in (("drafted_on", drafted), ("decided_on", decided)):
        if since and on and on < since:
            yield _reason(f"too_early.{field}", field)
    by_deputy = filing.decision_class in _BY_DEPUTY
    if by_deputy and not filing.deputy.strip():
        yield _reason("deputy_missing", "deputy")
    if filing.deputy.strip() and filing.decision_class and not by_deputy:
        yield _reason("deputy_idle", "deputy")
    years = filing.retention_years
    if years is not None and not 1 <= years <= MOST_YEARS:
        yield _reason("retention_years", "retention_years", most=MOST_YEARS)


def _reason(code: str, field: str, **values: object) -> Reason:
    return Reason(f"grant.filing.{code}", values={"field": field, **values})
