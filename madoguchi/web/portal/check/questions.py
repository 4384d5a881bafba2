"""The questions of the check (設問): what a citizen is asked, and for which rule.

A rule that has no question here is one that the desk alone looks at: nobody is asked about arrears
of taxes or whom they know. Each question can be answered with わからない.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.rules.programme import subsidy as rules
from madoguchi.rules.programme.subsidy import Act, Condition, SubsidyVersion, Timing
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.web.kit.fields import Choice, Day, Field, Slip, Value, Whole, Yen
from madoguchi.web.kit.form import Typed

UNKNOWN = "unknown"
LATER = "later"
MEANS = ("phone", "face", "email", "web")
GONE_PAST = {"used_desk": LATER, "consulted": LATER}
"""Answers that an ending gives to who goes past it: no page offers them."""


def is_unknown(given: Sequence[str]) -> bool:
    """Was the button わからない pressed beside a field that is written in?"""
    return list(given[:1]) == [UNKNOWN]


@dataclass(frozen=True)
class Amount(Yen):
    """An amount that its person may not know."""

    width: str = "middle"

    def read(self, given: Sequence[str]) -> tuple[Value, Slip | None]:
        """The yen; None without a slip where the person does not know."""
        return (None, None) if is_unknown(given) else super().read(given)


@dataclass(frozen=True)
class People(Whole):
    """A number of people that its person may not know."""

    def read(self, given: Sequence[str]) -> tuple[Value, Slip | None]:
        """How many; None without a slip where the person does not know."""
        return (None, None) if is_unknown(given) else super().read(given)


@dataclass(frozen=True)
class WrittenOn(Day):
    """A day that its person may not know."""

    def read(self, given: Sequence[str]) -> tuple[Value, Slip | None]:
        """The day; None without a slip where the person does not know."""
        return (None, None) if is_unknown(given) else super().read(given)


FIELDS: tuple[Field, ...] = (
    Choice("registered", required=True, options=("yes", "no", UNKNOWN)),
    Choice("used_desk", required=True, options=(*MEANS, "no", LATER, UNKNOWN)),
    Choice("consulted", required=True, options=("yes", "no", LATER, UNKNOWN)),
    Choice("contract", required=True, hint=True, options=("none", "today", "earlier", UNKNOWN)),
    Choice("paid", required=True, options=("yes", "repaying", "suspended", "no", UNKNOWN)),
    Choice("engaged", required=True, options=("lawyer", "judicial_scrivener", "other", UNKNOWN)),
    Choice("act", required=True, options=("deletion", "disclosure", "both", "other", UNKNOWN)),
    Choice("estimate", required=True, hint=True, options=("yes", "no", UNKNOWN)),
    WrittenOn("estimate_on", required=True, hint=True),
    Amount("yen_deletion", required=True, hint=True),
    Amount("yen_disclosure", required=True, hint=True),
    Amount("yen_either", required=True, hint=True),
    Choice("other_aid", required=True, hint=True, options=("no", "yes", UNKNOWN)),
    People("household", required=True, hint=True, least=1, most=99),
    Amount("income_year", required=True, hint=True),
    Amount("income_month", required=True, hint=True),
)
QUESTIONS = {field.name: field for field in FIELDS}
ACTS: dict[str, tuple[Act, ...]] = {
    "deletion": ("deletion",),
    "disclosure": ("disclosure",),
    "both": ("deletion", "disclosure"),
}
"""What is asked for, and the acts whose retainers are asked about."""


ASKED_FOR: dict[type[Condition | Timing], tuple[str, ...]] = {
    rules.Resident: ("registered",),
    rules.UsedDesk: ("used_desk",),
    rules.UsedAnyOf: ("consulted",),
    rules.EngagedLawyer: ("engaged",),
    rules.Estimate: ("estimate", "estimate_on"),
    rules.BeforeContract: ("contract",),
    rules.AfterPayment: ("paid",),
}


def asked_for(rule: Condition | Timing) -> tuple[str, ...]:
    """The questions whose answers a rule looks at; none where the desk alone looks.

    What nobody confirmed is not asked about either: an answer could decide nothing. So it is with
    income as long as no row of its table is confirmed.
    """
    if rule.source == UNCONFIRMED:
        return ()
    if isinstance(rule, rules.IncomeWithin):
        confirmed = any(row.source != UNCONFIRMED for row in rule.row)
        return ("household", f"income_{rule.period}") if confirmed else ()
    return ASKED_FOR.get(type(rule), ())


def due(version: SubsidyVersion, typed: Typed) -> tuple[str, ...]:
    """The questions for somebody who answered so far, in their order."""
    told = set(_told(version, typed))
    if first(typed, "estimate") != "yes":
        told.discard("estimate_on")
    return tuple(name for name in QUESTIONS if name in told)


def _told(version: SubsidyVersion, typed: Typed) -> Iterator[str]:
    for rule in (*version.condition, version.timing):
        yield from asked_for(rule)
    yield "act"
    act, counts = first(typed, "act"), {cost.act for cost in version.cost}
    yield from (f"yen_{one}" for one in ACTS.get(act, ()) if one in counts)
    if act == UNKNOWN:
        yield "yen_either"
    less = version.amount.less
    if less.other_aid != "not_at_all" or less.source == UNCONFIRMED:
        yield "other_aid"


def first(typed: Typed, name: str) -> str:
    """What was answered to a question, empty if nothing was."""
    return (typed.get(name) or [""])[0]


def is_written(name: str) -> bool:
    """Is it answered by writing, so that わからない needs a button of its own?"""
    return not isinstance(QUESTIONS[name], Choice)
