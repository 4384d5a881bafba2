"""What the acts on a grant ask (手続の入力欄); what the city's own system knows is typed once."""

from dataclasses import replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.wareki import NotADate, read_date, read_day_without_year, wareki
from madoguchi.rules.subsidy.afterwards import mark_of
from madoguchi.web.desk.case.days import ahead, passed
from madoguchi.web.kit.fields import Choice, Field, Line, Story, Whole, Yen
from madoguchi.web.kit.form import Filled, Form

WORDS = "desk.grant.form"
MOST_YEARS = 99


def day(name: str, *, required: bool = False, hint: bool = False, mark: str = "") -> Line:
    """A field for a day, in any spelling."""
    return Line(name, required=required, hint=hint, mark=mark, limit=40, width="middle")


def code(name: str, *, hint: bool = False) -> Line:
    """A field for a number or a name of the city's own systems."""
    return Line(name, hint=hint, limit=100, width="middle")


FILED: dict[str, Field] = {
    "drafted_on": day("drafted_on", required=True),
    "decided_on": day("decided_on", required=True),
    "decision_class": Choice(
        "decision_class", required=True, options=("ordinary", "delegated", "deputy", "after")
    ),
    "deputy": code("deputy", hint=True),
    "enforced_on": day("enforced_on"),
    "document_number": code("document_number", hint=True),
    "binder": code("binder"),
    "retention_years": Whole("retention_years", least=1, most=MOST_YEARS),
    "disclosure": Choice("disclosure", options=("open", "partly", "closed")),
}
ON_DRAFT = ("drafted_on", "binder", "retention_years", "disclosure")
ON_DECISION = (
    "decided_on",
    "enforced_on",
    "document_number",
    "decision_class",
    "deputy",
)
WHY = Story("why", required=True, limit=2000, rows=3, guarded=True)


def today(day: date) -> str:
    """A day as it stands in a field first."""
    return wareki(day)


def filed(*names: str) -> tuple[Field, ...]:
    """Fields of the city's own document system, in this order."""
    return tuple(FILED[name] for name in names)


ARRIVED = Form(WORDS, (day("received_on", required=True, hint=True), code("received_number")))
NUMBER = Form(WORDS, (Line("number", required=True, hint=True, limit=40, width="middle"),))
RETURN = Form(
    WORDS,
    (
        day("by_on", required=True, hint=True),
        Story("note", hint=True, limit=2000, rows=2, guarded=True),
    ),
)
PROPOSE = Form(
    WORDS,
    (
        Choice("outcome", required=True, options=("grant", "refuse")),
        Yen("amount_yen"),
        Line("amount_why", limit=500, guarded=True),
        *filed(*ON_DRAFT),
    ),
)
REASON = Form(WORDS, (WHY,))
SEND_BACK = Form(WORDS, (replace(WHY, required=False),))
WITHDRAW = Form(WORDS, (replace(WHY, mark=mark_of("withdraw", "why")),))
DECIDE = Form(WORDS, (*filed(*ON_DECISION), code("commitment_number")))
REFUSE = Form(WORDS, filed(*ON_DECISION))
CHANGE = Form(WORDS, (Yen("amount_yen", required=True), WHY, *filed("drafted_on", *ON_DECISION)))
FIX = Form(
    WORDS,
    (
        Yen("amount_yen", required=True),
        Line("amount_why", limit=500, guarded=True),
        *filed("drafted_on", *ON_DECISION),
    ),
)
PAY = Form(
    WORDS,
    (
        day("paid_on", required=True),
        Yen("amount_yen", required=True),
        code("order_number"),
        code("creditor_number"),
    ),
)
REVOKE = Form(
    WORDS,
    (
        *(WHY, Yen("repay_yen", hint=True), day("repay_by_on", hint=True)),
        *filed("drafted_on", *ON_DECISION),
    ),
)
REPAY = Form(WORDS, (day("repaid_on", required=True), Yen("yen", required=True)))
AMEND = Form(WORDS, (Line("of", required=True, limit=60), Line("value", limit=200), WHY))
CHECK = Form(
    "desk.grant.check",
    (
        Choice("verdict", options=("met", "unmet", "unknown")),
        day("on"),
        day("moved"),
        Line("note", limit=500, guarded=True),
    ),
)


def days(filled: Filled, today: date, **ways: Literal["past", "ahead", "near"]) -> Filled:
    """The form, with a slip at each of these fields that holds no day that may stand there."""
    for name, way in ways.items():
        if way == "near":
            filled = _near(filled, name, today)
        else:
            read = passed if way == "past" else ahead
            filled, _ = read(filled, name, today)
    return filled


def day_of(filled: Filled, name: str, today: date, *, coming: bool = False) -> date | None:
    """The day in a field that was checked; None where it is empty. `coming`: 12/8 is the next."""
    words = filled.words(name)
    if not words.strip():
        return None
    try:
        return read_day_without_year(words, today, ahead=coming)
    except NotADate:
        return read_date(words, near=today).day


def _near(filled: Filled, name: str, today: date) -> Filled:
    """A day that may lie before today or after it, as when a letter goes out (施行日)."""
    try:
        day_of(filled, name, today)
    except NotADate as wrong:
        return filled.refuse(name, "no_such_day" if wrong.code == "no_such_day" else "date")
    return filled
