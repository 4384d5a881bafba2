"""An act on a grant (手続): its form, its days, the press that does it, why it was not done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.fields import mark_of
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import words_of
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import Choice, Field, Line, Story, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.subsidy import requests
from madoguchi.work.subsidy.acts.act import FILED, LESS, ON_DECISION, WORDS
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.reviewing.findings import SEEN


def code(name: str, *, hint: bool = False) -> Line:
    """A field for a number or a name of the city's own systems."""
    return Line(name, hint=hint, limit=100, width="middle")


ON_DRAFT = ("drafted_on", "binder", "retention_years", "disclosure")
WHY = Story("why", required=True, limit=2000, rows=3, guarded=True)


def filed(*names: str) -> tuple[Field, ...]:
    """Fields of the city's own document system, in this order."""
    return tuple(FILED[name] for name in names)


NUMBER = Form(WORDS, (Line("number", required=True, hint=True, limit=40, width="middle"),))
RETURN = Form(
    WORDS,
    (
        DayLine("by_on", when="ahead", required=True, hint=True),
        Story("note", hint=True, limit=2000, rows=2, guarded=True),
    ),
)
PROPOSE = Form(
    WORDS,
    (
        Choice("outcome", required=True, options=("grant", "refuse")),
        Yen("amount_yen"),
        Line("amount_why", limit=500, guarded=True),
        Choice("less", options=LESS),
        *filed(*ON_DRAFT),
    ),
)
REASON = Form(WORDS, (WHY,))
SEND_BACK = Form(WORDS, (replace(WHY, required=False),))
WITHDRAW = Form(WORDS, (replace(WHY, mark=mark_of("withdraw", "why")),))
REFUSE = Form(WORDS, filed(*ON_DECISION))
AMEND = Form(WORDS, (Line("of", required=True, limit=60), Line("value", limit=200), WHY))
TO_SIGN = {
    name: Form(WORDS, (Yen("signed_yen", required=True, asks=f"{WORDS}.signed_{name}"),))
    for name in ("amount_yen", "repay_yen")
}
"""The sum that a second signs, where whoever asks types it: by its field in the act's form."""
CHECK = Form(
    "desk.grant.check",
    (
        Choice("verdict", options=("met", "unmet", "unknown")),
        DayLine("on"),
        DayLine("moved"),
        Choice("seen", options=SEEN),
        Line("note", limit=500, guarded=True),
    ),
)


@dataclass(frozen=True)
class Press:
    """An act that was pressed: on which opened grant, with which answers, under which key."""

    request: DeskRequest
    view: GrantView
    filled: Filled
    idempotency_key: str

    @property
    def today(self) -> date:
        return self.request.now.date()

    def on(self, name: str) -> date:
        """The day in a field that was checked; today where it is empty."""
        found: date | None = self.filled.value(name)
        return found or self.today

    def text(self, name: str) -> str:
        return str(self.filled.value(name) or "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """The boxes that are ticked in a field."""
        return tuple(self.filled.value(name) or ())

    def yen(self, name: str) -> int:
        """The sum in a field; 0 where it is empty."""
        return int(self.filled.value(name) or 0)

    def cost(self, name: str) -> CostByNow:
        """The sum that is asked of each request; 0 where it is empty."""
        return requests.read(self.filled, name)

    def perform(self, action: Callable[..., UUID], *arguments: object) -> UUID:
        """Do an action of work on the grant, once under the key of this press."""
        now, key = self.request.now, self.idempotency_key
        return action(self.request.actor, self.view.row, *arguments, now=now, idempotency_key=key)

    @property
    def filing(self) -> Filing:
        """What was typed from the city's own document system, over what was typed before."""
        nothing, typed = Filing(), dict[str, object]()
        for name in FILED:
            if name in self.filled.values:
                typed[name] = self.filled.value(name) or getattr(nothing, name)
        return Filing(**{**self.view.filed, **typed})


@dataclass(frozen=True)
class Act:
    """One act: its form and what it does.

    `days`: on which side of today the day in a field may lie. `first`: what its fields hold when
    the form is offered. `more`: further checks of the submitted form.
    """

    form: Form
    do: Callable[[Press], UUID]
    first: Callable[[GrantView], Mapping[str, str]] = lambda _view: {}
    more: Callable[[Filled, date], Filled] = lambda filled, _today: filled

    def asked(self, view: GrantView) -> Form:
        """The form, with its sums asked of each request of this application."""
        return requests.asked_of_each(self.form, view.applied.requests)

    def show(self, view: GrantView, signed: Mapping[str, str] | None = None) -> Filled:
        """The form as it is offered, with what is known; `signed`: what a second has signed."""
        first = {**self.first(view), **(signed or {})}
        known = {name: [words] for name, words in first.items() if words}
        return self.asked(view).show(known)

    def submitted(self, view: GrantView, post: Mapping[str, Any], today: date) -> Filled:
        """The form as it was submitted, checked."""
        form = self.asked(view)
        return self.more(dated(form.check(form.take(post)), today), today)


@dataclass(frozen=True)
class Why:
    """One reason in words; `to`: the field that it is about, empty for none."""

    words: str = field(repr=False)
    to: str = ""


def in_words(reasons: Iterable[Reason], words: Texts) -> tuple[Why, ...]:
    """Why something was not done."""
    found = []
    for reason in reasons:
        key = f"ground.{reason.code}"
        key = key if key in words.words else words_of(reason)
        text = words.get(key, "ja", **reason.values).words
        found.append(Why(text, str(reason.values.get("field", ""))))
    return tuple(found)
