"""An act on a grant (手続): its form, its days, the press that does it, why it was not done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from madoguchi.rules.decision import Reason
from madoguchi.rules.koyomi.wareki import NotADate, read_date, read_day_without_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.subsidy.fields import mark_of
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import words_of
from madoguchi.tools.forms.days import READ, When
from madoguchi.tools.forms.fields import Choice, Field, Line, Story, Yen
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.subsidy.acts.act import FILED, ON_DECISION, WORDS
from madoguchi.work.subsidy.grant_view import GrantView


def day(name: str, *, required: bool = False, hint: bool = False, mark: str = "") -> Line:
    """A field for a day, in any spelling."""
    return Line(name, required=required, hint=hint, mark=mark, limit=40, width="middle")


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
REFUSE = Form(WORDS, filed(*ON_DECISION))
CHANGE = Form(WORDS, (Yen("amount_yen", required=True), WHY, *filed("drafted_on", *ON_DECISION)))
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


def days(filled: Filled, today: date, **sides: When) -> Filled:
    """The form, with an error at each field that holds no day or one on the wrong side of today."""
    for name, side in sides.items():
        filled, _ = READ[side](filled, name, today)
    return filled


def day_of(filled: Filled, name: str, today: date, *, coming: bool = False) -> date | None:
    """The day in a field that was checked; None where it is empty.

    `coming`: a day without its year (12/8) is the next one, not the last.
    """
    words = filled.words(name)
    if not words.strip():
        return None
    try:
        return read_day_without_year(words, today, ahead=coming)
    except NotADate:
        return read_date(words, near=today).day


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
        return day_of(self.filled, name, self.today) or self.today

    def text(self, name: str) -> str:
        return str(self.filled.value(name) or "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """The boxes that are ticked in a field."""
        return tuple(self.filled.value(name) or ())

    def yen(self, name: str) -> int:
        """The sum in a field; 0 where it is empty."""
        return int(self.filled.value(name) or 0)

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
                if name.endswith("_on"):
                    typed[name] = day_of(self.filled, name, self.today)
                else:
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
    days: Mapping[str, When] = field(default_factory=dict)
    first: Callable[[GrantView], Mapping[str, str]] = lambda _view: {}
    more: Callable[[Filled, date], Filled] = lambda filled, _today: filled

    def show(self, view: GrantView) -> Filled:
        """The form as it is offered, with what is known."""
        known = {name: [words] for name, words in self.first(view).items() if words}
        return self.form.show(known)

    def check(self, typed: Typed, today: date) -> Filled:
        """The form as it was submitted."""
        return self.more(days(self.form.check(typed), today, **self.days), today)


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
