"""The questions of the check (設問): what a citizen is asked, for which rule, and the answers.

A rule that has no question here is one that the desk alone looks at: nobody is asked about arrears
of taxes or whom they know. Each question can be answered with わからない. The answers travel in
hidden fields from screen to screen and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from madoguchi.rules.programme import subsidy as rules
from madoguchi.rules.programme.subsidy import Condition, SubsidyVersion, Timing
from madoguchi.rules.programme.subsidy_amount import Act
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.tools.forms.fields import Choice, Field, FieldError, Value, Whole, Yen
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Typed

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


FIELDS: tuple[Field, ...] = (
    Choice("registered", required=True, options=("yes", "no", UNKNOWN)),
    Choice("used_desk", required=True, options=(*MEANS, "no", LATER, UNKNOWN)),
    Choice("consulted", required=True, options=("yes", "no", LATER, UNKNOWN)),
    Choice("contract", required=True, hint=True, options=("none", "today", "earlier", UNKNOWN)),
    Choice("paid", required=True, options=("yes", "repaying", "suspended", "no", UNKNOWN)),
    Choice("another", required=True, options=("yes", "no", UNKNOWN)),
    Choice(
        "act",
        required=True,
        options=("deletion", "disclosure", "both", "income", "other", UNKNOWN),
    ),
    Choice("engaged", required=True, options=("lawyer", "judicial_scrivener", "other", UNKNOWN)),
    Choice("estimate", required=True, hint=True, options=("yes", "other_year", "no", UNKNOWN)),
    Amount("yen_deletion", required=True, hint=True),
    Amount("yen_disclosure", required=True, hint=True),
    Amount("yen_either", required=True, hint=True),
    Choice("other_aid", required=True, hint=True, options=("no", "yes", UNKNOWN)),
    People("household", required=True, hint=True, least=1, most=99),
    Amount("income_year", required=True, hint=True),
    Amount("income_month", required=True, hint=True),
)

QUESTIONS = {field.name: field for field in FIELDS}
SCREENS = {
    "you": ("registered", "used_desk", "consulted"),
    "when": ("contract", "paid"),
    "another": ("another",),
    "what": ("act", "engaged"),
    "amount": ("estimate", "yen_deletion", "yen_disclosure", "yen_either"),
    "aid": ("other_aid",),
    "income": ("household", "income_year", "income_month"),
}
"""Which questions stand together; what a question leads to stands on a later screen."""
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
    rules.Estimate: ("estimate",),
    rules.BeforeContract: ("contract",),
    rules.AfterPayment: ("paid",),
}
SIGNED = ("today", "earlier")
BY_RULE = ("registered", "consulted")


@dataclass(frozen=True)
class Asked:
    """A question on its screen: `about`, the rule's own words, where it asks whether they hold.

    `unknown`: whether わからない is ticked beside a field that is written in.
    """

    card: FieldCard
    about: Words | None
    written: bool
    unknown: bool


@dataclass(frozen=True)
class Answers:
    """What was answered to the questions of a version, with what stands on the screen sent last."""

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

    @property
    def screens(self) -> tuple[str, ...]:
        """The screens on which they stand."""
        return tuple(screen for screen in SCREENS if self.on(screen))

    def on(self, screen: str) -> tuple[str, ...]:
        """The questions of a screen that are asked."""
        return tuple(name for name in self.due if name in SCREENS[screen])

    def until(self, screen: str) -> Answers:
        """Those up to a screen; what was answered to later ones does not count yet."""
        names = self._names_until(screen)
        return replace(self, typed={name: self.typed.get(name, []) for name in names})

    def missing(self, last: str) -> str:
        """The first screen up to `last` that still has to be answered; empty for none."""
        names = self._names_until(last)
        return next((screen_of(name) for name in names if not self.has(name)), "")

    def before(self, screen: str) -> str:
        """The screen before this one; empty for the first."""
        place = self.screens.index(screen)
        return self.screens[place - 1] if place else ""

    def after(self, screen: str) -> str:
        """The screen after this one; empty for the last."""
        return next(iter(self.screens[self.screens.index(screen) + 1 :]), "")

    def _names_until(self, screen: str) -> tuple[str, ...]:
        passed = self.screens[: self.screens.index(screen) + 1]
        return tuple(name for name in self.due if screen_of(name) in passed)

    def about(self, name: str) -> Words | None:
        """The rule's own words, where a question asks no more than whether they hold."""
        if name not in BY_RULE:
            return None
        return next(rule.words for rule in self.version.condition if name in asked_for(rule))

    def shown(self, screen: str) -> Filled:
        """A screen as it was answered; わからない is nothing to be written again."""
        return self._form(screen).show(self._written(screen))

    def checked(self, screen: str) -> Filled:
        """A screen with what has to be changed."""
        filled = self._form(screen).check(self._written(screen))
        errors = tuple(error for error in filled.errors if not self.has(error.name))
        return replace(filled, errors=errors)

    def asked(self, filled: Filled) -> tuple[Asked, ...]:
        """The questions of a screen as the page draws them."""
        return tuple(
            Asked(card, self.about(name), is_written(name), is_unknown(self.typed.get(name, [])))
            for name, card in filled.card.items()
        )

    def carried(self, screen: str = "") -> tuple[tuple[str, str], ...]:
        """The hidden fields of a page: all answers but those to the screen it shows."""
        return tuple(
            (question, value)
            for question, values in self.typed.items()
            if question not in SCREENS.get(screen, ()) and values and self.has(question)
            for value in values
        )

    def _written(self, screen: str) -> Typed:
        given = {name: self.typed.get(name, []) for name in self.on(screen)}
        return {
            name: [] if is_written(name) and is_unknown(words) else words
            for name, words in given.items()
        }

    def _form(self, screen: str) -> Form:
        """The form of a screen; an answer that an ending gives is not offered."""
        fields: list[Field] = []
        for name in self.on(screen):
            field = QUESTIONS[name]
            if isinstance(field, Choice):
                offered = (code for code in field.options if code != GONE_PAST.get(name))
                field = replace(field, options=tuple(offered))
            fields.append(field)
        return Form("check", tuple(fields))


def is_unknown(given: Sequence[str]) -> bool:
    """Whether わからない was chosen, or ticked beside a field that is written in."""
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
    if "contract" in names and first(typed, "contract") in SIGNED:
        names.add("another")  # who signed for one act may still apply for another
    return tuple(name for name in QUESTIONS if name in names)


def first(typed: Typed, name: str) -> str:
    """What was answered to a question, empty if nothing was."""
    return (typed.get(name) or [""])[0]


def is_written(name: str) -> bool:
    """Whether it is answered by writing, so that わからない is ticked beside it."""
    return not isinstance(QUESTIONS[name], Choice)


def screen_of(name: str) -> str:
    """The screen on which a question stands."""
    return next(screen for screen, names in SCREENS.items() if name in names)


def take(version: SubsidyVersion, post: QueryDict) -> Answers:
    """The answers that a page of ours sent; whatever else was sent is left out.

    What no page of ours could have sent counts as not answered, and is asked again. What can be
    read counts, also where わからない is still ticked beside it.
    """
    typed = {name: post.getlist(name)[-1:] for name in QUESTIONS}
    for name in post.getlist(UNKNOWN):
        if name in QUESTIONS and is_written(name) and QUESTIONS[name].read(typed[name])[1]:
            typed[name] = [UNKNOWN]
    return Answers(version, typed)
