"""The questions of the check (設問): what a citizen is asked, for which rule, and the answers.

A rule that has no question here is one that the desk alone looks at: nobody is asked about arrears
of taxes or whom they know. Each question can be answered with わからない. The answers travel in
hidden fields from page to page and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from madoguchi.rules.programme import subsidy as rules
from madoguchi.rules.programme.subsidy import Act, Condition, SubsidyVersion, Timing
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.tools.forms.fields import Choice, Day, Field, FieldError, Value, Whole, Yen
from madoguchi.tools.forms.form import Filled, Form, Typed

UNKNOWN = "unknown"
LATER = "later"
MEANS = ("phone", "face", "email", "web")
GONE_PAST = {"used_desk": LATER, "consulted": LATER}
"""Answers that an ending gives to who goes past it: no page offers them."""


@dataclass(frozen=True)
class Amount(Yen):
    """An amount that its person may not know."""

    width: str = "middle"

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """The yen; None without an error where the person does not know."""
        return (None, None) if is_unknown(given) else super().read(given)


@dataclass(frozen=True)
class People(Whole):
    """A number of people that its person may not know."""

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """How many; None without an error where the person does not know."""
        return (None, None) if is_unknown(given) else super().read(given)


@dataclass(frozen=True)
class WrittenOn(Day):
    """A day that its person may not know."""

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """The day; None without an error where the person does not know."""
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
BY_RULE = ("registered", "consulted")
BOXES = 3  # of a date; of every other field the last one counts, which its button sends


@dataclass(frozen=True)
class Answers:
    """What was answered to the questions of a version, with what stands on the page sent last."""

    version: SubsidyVersion = field(repr=False)
    typed: Typed = field(repr=False)

    @property
    def due(self) -> tuple[str, ...]:
        """The questions that are asked, given these answers."""
        return due(self.version, self.typed)

    def has(self, name: str) -> bool:
        """Whether a question was answered, so that nothing has to be changed."""
        return QUESTIONS[name].read(self.typed.get(name, []))[1] is None

    def value(self, name: str) -> Any:  # noqa: ANN401 - the field decides: str, int, date or None
        """The value for work; None where the question was not asked or the person does not know."""
        if name not in self.due or not self.has(name):
            return None
        value = QUESTIONS[name].read(self.typed[name])[0]
        return None if value == UNKNOWN else value

    def until(self, name: str) -> Answers:
        """Those up to a question; what was answered to later ones does not count yet."""
        names = self.due[: self.due.index(name) + 1]
        return replace(self, typed={each: self.typed.get(each, []) for each in names})

    def missing(self, last: str) -> str:
        """The first question up to `last` that still has to be answered; empty for none."""
        names = self.due[: self.due.index(last) + 1]
        return next((name for name in names if not self.has(name)), "")

    def before(self, name: str) -> str:
        """The question before this one; empty for the first."""
        place = self.due.index(name)
        return self.due[place - 1] if place else ""

    def after(self, name: str) -> str:
        """The question after this one; empty for the last."""
        return next(iter(self.due[self.due.index(name) + 1 :]), "")

    def about(self, name: str) -> Words | None:
        """The rule's own words, where a question asks no more than whether they hold."""
        if name not in BY_RULE:
            return None
        return next(rule.words for rule in self.version.condition if name in asked_for(rule))

    def shown(self, name: str) -> Filled:
        """The page of a question as it was answered; わからない is nothing to be written again."""
        given = self.typed.get(name, [])
        return form(name).show({} if is_written(name) and is_unknown(given) else {name: given})

    def checked(self, name: str) -> Filled:
        """The page of a question with what has to be changed."""
        typed = {name: self.typed.get(name, [])}
        return form(name).show(typed) if self.has(name) else form(name).check(typed)

    def carried(self, name: str = "") -> tuple[tuple[str, str], ...]:
        """The hidden fields of a page: all answers but that to the question it shows."""
        return tuple(
            (question, value)
            for question, values in self.typed.items()
            if question != name and values and self.has(question)
            for value in values
        )


def is_unknown(given: Sequence[str]) -> bool:
    """Whether the button わからない was pressed beside a field that is written in."""
    return list(given[:1]) == [UNKNOWN]


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
    names = {"act"}
    for rule in (*version.condition, version.timing):
        names |= set(asked_for(rule))
    act, counts = first(typed, "act"), {cost.act for cost in version.cost}
    names |= {f"yen_{each}" for each in ACTS.get(act, ()) if each in counts}
    if act == UNKNOWN:
        names.add("yen_either")
    less = version.amount.less
    if less.other_aid != "not_at_all" or less.source == UNCONFIRMED:
        names.add("other_aid")
    if first(typed, "estimate") != "yes":
        names.discard("estimate_on")
    return tuple(name for name in QUESTIONS if name in names)


def first(typed: Typed, name: str) -> str:
    """What was answered to a question, empty if nothing was."""
    return (typed.get(name) or [""])[0]


def is_written(name: str) -> bool:
    """Whether it is answered by writing, so that わからない needs a button of its own."""
    return not isinstance(QUESTIONS[name], Choice)


def form(name: str) -> Form:
    """The page of one question; an answer that an ending gives is not offered."""
    field = QUESTIONS[name]
    if name in GONE_PAST and isinstance(field, Choice):
        field = replace(
            field, options=tuple(code for code in field.options if code != GONE_PAST[name])
        )
    return Form("check", (field,))


def take(version: SubsidyVersion, post: QueryDict) -> Answers:
    """The answers that a page of ours sent; whatever else was sent is left out.

    What no page of ours could have sent counts as not answered, and is asked again.
    """
    typed = {
        name: post.getlist(name)[-(BOXES if isinstance(field, Day) else 1) :]
        for name, field in QUESTIONS.items()
    }
    unknown = post.get(UNKNOWN, "")
    if unknown in QUESTIONS and is_written(unknown):
        typed[unknown] = [UNKNOWN]
    return Answers(version, typed)
