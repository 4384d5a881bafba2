"""The forms of the mail page: what the person seems to have said, each to be ticked; the acts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from madoguchi.rules.proposals import Proposal
from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.web.kit.fields import (
    Choice,
    Choices,
    Email,
    Field,
    Line,
    Name,
    Slip,
    Story,
    Tel,
    Typed,
    Value,
    Whole,
)
from madoguchi.web.kit.form import FieldCard, Filled, Form
from madoguchi.web.kit.reveal import shown
from madoguchi.work.cases.public import Wishes

WORDS = "desk.mail"
BANDS = ("under_18", "18_29", "30_39", "40_49", "50_64", "65_up")
BY_PHONE = ("phone", "no_voicemail")
NEXT_DAYS = "1"


@dataclass(frozen=True)
class Ticks(Field):
    """The proposals that were ticked (使う候補), by question and place: `name_0`."""

    kind: ClassVar[str] = "ticks"

    def read(self, given: Typed) -> tuple[Value, Slip | None]:
        """All of them."""
        return tuple(given), None


ASKED = (
    Name("name", autocomplete="off"),
    Name("kana", autocomplete="off"),
    Tel("phone", autocomplete="off"),
    Email("email", autocomplete="off"),
    Whole("age", most=130),
    Choice("age_band", options=BANDS),
    Line("town", limit=100, width="middle"),
    Story("urls", rows=2, limit=4000),
)
TAKE = Form(
    WORDS,
    (
        *ASKED,
        Ticks("use"),
        Choices("urgent", options=("yes",)),
        Choice("contact_rule", required=True, hint=True, options=CONTACT_RULES),
        Choice("notice", required=True, hint=True, options=("no", "yes")),
        Whole("next_days", required=True, hint=True, least=1, most=120),
        Line("why", required=True, limit=500, guarded=True),
    ),
)
FIND = Form(WORDS, (Line("words", required=True, hint=True, limit=60),))
ADD = Form(WORDS, (Line("case", required=True, limit=40),))
PRESS = Form(WORDS, ())


@dataclass(frozen=True)
class Tick:
    """One proposal as the page draws it."""

    code: str
    value: str = field(repr=False)
    found: str = field(repr=False)
    source: str
    ticked: bool

    @property
    def id(self) -> str:
        """The id of its box."""
        return f"use-{self.code}"


@dataclass(frozen=True)
class Question:
    """A question of the sheet with the proposals for its answer."""

    card: FieldCard
    ticks: tuple[Tick, ...]


def questions(filled: Filled, proposals: Sequence[Proposal]) -> tuple[Question, ...]:
    """The questions about the person, each with what the mail seems to say."""
    chosen = filled.typed.get("use", [])
    return tuple(
        Question(
            filled.card[asked.name],
            tuple(
                Tick(code, shown(one.value), shown(one.found), _source(one), code in chosen)
                for code, one in _coded(asked.name, proposals)
            ),
        )
        for asked in ASKED
    )


def _source(one: Proposal) -> str:
    if not one.found:
        return f"{WORDS}.found.sender"
    return f"{WORDS}.found.{'label' if one.sure else 'looks'}"


def _coded(asked: str, proposals: Sequence[Proposal]) -> list[tuple[str, Proposal]]:
    own = [one for one in proposals if one.asked == asked]
    return [(f"{asked}_{place}", one) for place, one in enumerate(own)]


def answers(filled: Filled, proposals: Sequence[Proposal]) -> tuple[Filled, dict[str, Any]]:
    """What was typed and ticked, by question; a slip where a question got two answers."""
    told: dict[str, Any] = {}
    for asked in ASKED:
        ticked = [
            one.value
            for code, one in _coded(asked.name, proposals)
            if code in filled.typed.get("use", [])
        ]
        typed = filled.words(asked.name).strip()
        if asked.name == "urls":
            told["urls"] = "\n".join(filter(None, (*ticked, typed)))
            continue
        given = dict.fromkeys(filter(None, (*ticked, typed)))
        if len(given) > 1:
            filled = filled.refuse(asked.name, "one_answer")
        value, slip = asked.read(list(given)[:1])
        if slip is not None and not typed:
            filled = filled.refuse(asked.name, slip.code, **slip.values)
        told[asked.name] = value
        if asked.name == "phone":
            told |= {"phone": next(iter(given), ""), "phone_digits": value or ""}
    return _reachable(filled, told), {
        name: value for name, value in told.items() if value not in ("", None)
    }


def _reachable(filled: Filled, told: dict[str, Any]) -> Filled:
    """A way that was chosen needs its number or address."""
    if filled.value("contact_rule") in BY_PHONE and not told.get("phone"):
        filled = filled.refuse("phone", "required")
    if filled.value("notice") == "yes" and not told.get("email"):
        filled = filled.refuse("email", "required")
    return filled


def wishes(filled: Filled) -> Wishes:
    """How contact is safe, as far as the mail says so."""
    return Wishes(contact_rule=filled.value("contact_rule"), mail=filled.value("notice") == "yes")
