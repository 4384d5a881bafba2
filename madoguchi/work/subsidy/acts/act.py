"""An act of the desk on a grant (手続): one class with its form, refusals, details and letter.

    class Pay(GrantAct):
        verb, right = Verb.PAY, "grant.pay"
        paid_on: date = day("past")
        amount_yen: int = yen()

        def apply(self, grant: LockedGrant) -> StepDetails: ...

    perform(actor, row, Pay(paid_on=today, amount_yen=150_000), life, now=now)

A field is declared once: it makes the form's question and the constructor's keyword, and it is
required where it has no default. What is sealed is written out in `apply`, in order, never derived.
docs/adding/act.md shows how one is added.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.wareki import When, wareki
from madoguchi.rules.programme.subsidy import Life, Terms
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.act.action import action
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import Choice, Choices, Field, Line, Story, Whole, Yen
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy import requests
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails, lock_grant, write
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.models import Grant

WORDS = "desk.grant.form"
MOST_YEARS = 99
LESS = ("budget", "partly", "applied")
"""The reasons of the year's list for less than is reckoned (予算の範囲内、一部対象外、申請額)."""
FILED: dict[str, Field] = {
    "drafted_on": DayLine("drafted_on", required=True),
    "decided_on": DayLine("decided_on", required=True),
    "decision_class": Choice(
        "decision_class", required=True, options=("ordinary", "delegated", "deputy", "after")
    ),
    "deputy": Line("deputy", hint=True, limit=100, width="middle"),
    "enforced_on": DayLine("enforced_on", when="near"),
    "document_number": Line("document_number", hint=True, limit=100, width="middle"),
    "binder": Line("binder", limit=100, width="middle"),
    "retention_years": Whole("retention_years", least=1, most=MOST_YEARS),
    "disclosure": Choice("disclosure", options=("open", "partly", "closed")),
}
ON_DECISION = "decided_on", "enforced_on", "document_number", "decision_class", "deputy"
type Initial = Mapping[str, date | CostByNow | str | None]


@dataclass(frozen=True)
class Input:
    """How a field of an act becomes fields of the form, and how its value is read from them."""

    asks: Callable[[str], tuple[Field, ...]]
    read: Callable[[str, Filled, GrantView], Any]


def _input(kind: type[Field], empty: Any, default: Any, **options: Any) -> Any:  # noqa: ANN401 - typed by `dataclass_transform`
    def asks(name: str) -> tuple[Field, ...]:
        return (kind(name, required=default is MISSING, **options),)

    def read(name: str, filled: Filled, _view: GrantView) -> Any:  # noqa: ANN401 - the field's
        return filled.value(name) or (empty if default is MISSING else default)

    return field(default=default, metadata={"input": Input(asks, read)}, repr=False)


def day(when: When, *, default: Any = MISSING, hint: bool = False) -> Any:  # noqa: ANN401
    """A day in one line; `when`: whether it may be before or after today."""
    return _input(DayLine, None, default, when=when, hint=hint)


def yen(*, default: Any = MISSING, hint: bool = False) -> Any:  # noqa: ANN401
    """A sum in whole yen; 0 where nothing was typed."""
    return _input(Yen, 0, default, hint=hint)


def each_yen(*, default: Any = MISSING, hint: bool = False) -> Any:  # noqa: ANN401
    """A sum of the retainers: of each request where the application has several (`EACH`)."""

    def asks(name: str) -> tuple[Field, ...]:
        return (Yen(name, required=default is MISSING, hint=hint),)

    asked = Input(asks, lambda name, filled, _view: requests.read(filled, name))
    return field(default=default, metadata={"input": asked}, repr=False)


def line(
    *,
    default: Any = MISSING,  # noqa: ANN401
    limit: int = 100,
    guarded: bool = False,
    hint: bool = False,
) -> Any:  # noqa: ANN401
    """A number or a name of the city's own systems, or a short reason (`guarded`)."""
    width = "wide" if guarded else "middle"
    return _input(Line, "", default, limit=limit, width=width, guarded=guarded, hint=hint)


def story(*, default: Any = MISSING) -> Any:  # noqa: ANN401
    """A reason in words, of a few lines."""
    return _input(Story, "", default, limit=2000, rows=3, guarded=True)


def choice(*options: str, default: Any = MISSING, hint: bool = False) -> Any:  # noqa: ANN401
    """One of several answers, as its code; "" where none was chosen."""
    return _input(Choice, "", default, hint=hint, options=options)


def ticks(*options: str) -> Any:  # noqa: ANN401
    """Boxes that are ticked where they apply, as their codes."""
    return _input(Choices, (), (), options=options, hint=True)


def filing(*names: str) -> Any:  # noqa: ANN401
    """The fields of the city's document system, over what was typed there before."""

    def read(_name: str, filled: Filled, view: GrantView) -> Filing:
        empty = Filing()
        typed = {name: filled.value(name) or getattr(empty, name) for name in names}
        return Filing(**{**view.filed, **typed})

    form_fields = tuple(FILED[name] for name in names)
    return field(metadata={"input": Input(lambda _name: form_fields, read)}, repr=False)


def known(read: Callable[[GrantView], Any], *, default: Any) -> Any:  # noqa: ANN401
    """A value that the form does not ask for: it is read from the opened grant."""
    of_view = Input(lambda _name: (), lambda _name, _filled, view: read(view))
    return field(default=default, metadata={"input": of_view}, repr=False)


def refuse_if(wrong: bool, code: str, **values: int | str) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise Refused with the reason `code` if `wrong`."""
    if wrong:
        raise Refused(Reason(code, values=values))


def printed_why(details: Mapping[str, Any]) -> str:
    """The reason of a sum as its letter says it; one typed before the form said so stays inside."""
    return str(details.get("why", "")) if details.get("why_printed") else ""


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(day, yen, each_yen, line, story, choice, ticks, filing, known),
)
class GrantAct:
    """One act: the fields that an officer fills in, and all that follows from it."""

    verb: ClassVar[Verb]
    right: ClassVar[str]  # the row of rights.toml
    paper: ClassVar[str] = ""  # of its letter, the folder `papers/grant_<paper>`

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def _inputs(cls) -> dict[str, Input]:
        return {each.name: each.metadata["input"] for each in fields(cls)}  # type: ignore[arg-type] # a dataclass by __init_subclass__

    @classmethod
    def form(cls) -> Form:
        """Its questions, in the order in which they are declared."""
        inputs = cls._inputs().items()
        return Form(WORDS, tuple(asked for name, of in inputs for asked in of.asks(name)))

    @classmethod
    def show(cls, view: GrantView, signed: Mapping[str, str] | None = None) -> Filled:
        """The form as it is offered, with what is known; `signed`: what a second has signed."""
        first = {**cls.prefilled(view), **(signed or {})}
        form = requests.asked_of_each(cls.form(), view.applied.requests)
        return form.show({name: [words] for name, words in first.items()})

    @classmethod
    def prefilled(cls, view: GrantView) -> dict[str, str]:
        """What is known already, as it would be typed."""

        def typed(name: str, value: date | CostByNow | str) -> dict[str, str]:
            if isinstance(value, date):
                return {name: wareki(value)}
            return {name: value} if isinstance(value, str) else requests.typed(name, value)

        known = {"decision_class": view.usual_class, **cls.initial(view)}
        fields = (typed(name, value) for name, value in known.items() if value)
        return {name: words for of in fields for name, words in of.items()}

    @classmethod
    def check(cls, typed: Typed, today: date) -> Filled:
        """The form as it was submitted."""
        return dated(cls.form().check(typed), today)

    @classmethod
    def submitted(cls, filled: Filled, view: GrantView) -> Self:
        """The act as the checked form says it."""
        inputs = cls._inputs().items()
        return cls(**{name: of.read(name, filled, view) for name, of in inputs})

    @classmethod
    def initial(cls, view: GrantView) -> Initial:  # noqa: ARG003 - for those that know something
        """The values with which the form is shown first."""
        return {}

    def apply(self, grant: LockedGrant) -> StepDetails:
        """Refuse, move money, and return what is written down.

        Raises:
            Refused: a rule says no; everything is rolled back.
        """
        raise NotImplementedError

    @classmethod
    def letter(cls, of: LetterContext) -> object:
        """The facts of its letter, if it has one."""
        raise NotImplementedError


def perform(
    actor: Actor,
    grant: Grant,
    act: GrantAct,
    life: Life | None = None,
    terms: Terms | None = None,
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Do the act: one transaction, one step, one audit line; a mail if the person can read of it.

    Raises:
        Refused: the grant moved on since it was read (`grant.stale`), the verb is not possible
            (`grant.<verb>`), or what the act itself refuses.
        Absent: it is not this colleague's.
    """
    return action(act.right)(_perform)(
        actor, grant, act, life, terms, now=now, idempotency_key=idempotency_key
    )


def _perform(
    actor: Actor,
    grant: Grant,
    act: GrantAct,
    life: Life | None,
    terms: Terms | None,
    *,
    now: datetime,
) -> UUID:
    locked = lock_grant(actor, grant, act.verb, now, life, terms)
    return write(locked, act.apply(locked))
