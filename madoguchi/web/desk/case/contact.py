"""A contact as the form writes it down (やりとり): how, when, what came of it, what comes next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from madoguchi.rules.steps.outcome import UNREACHED, Next, Outcome, Turn, what_next
from madoguchi.web.desk.case.days import ahead, passed
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.typed import plain
from madoguchi.work.record.actions import Contact, Direction, Kind, Way

HOW: Mapping[str, tuple[Kind, Way, Direction]] = {
    "call_out": ("call", "phone", "out"),
    "call_in": ("call", "phone", "in"),
    "interview": ("interview", "counter", "in"),
    "letter_in": ("letter", "letter", "in"),
    "fax_in": ("letter", "fax", "in"),
    "letter_out": ("letter", "letter", "out"),
}
CLOCK = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]\d)分?")


@dataclass(frozen=True)
class Choice:
    """One outcome as the form offers it, with what follows."""

    outcome: Outcome
    chosen: bool

    @property
    def key(self) -> str:
        """The text key of the outcome."""
        return f"outcome.{self.outcome}"

    @property
    def then(self) -> Next:
        """What follows it."""
        return what_next(self.outcome)


@dataclass(frozen=True)
class Choices:
    """The outcomes after which the turn is one party's."""

    turn: Turn
    choices: tuple[Choice, ...]

    @property
    def key(self) -> str:
        """The text key of whose turn it is."""
        return f"turn.{self.turn}"


def choices(unreached: Outcome, chosen: str) -> tuple[Choices, ...]:
    """The outcomes to choose from, by whose turn follows; of the unanswered ones only the next."""
    offered = (one for one in Outcome if one not in UNREACHED or one in (unreached, chosen))
    ordered = sorted(offered, key=lambda one: list(Turn).index(what_next(one).turn))
    return tuple(
        Choices(turn, tuple(Choice(one, one == chosen) for one in same))
        for turn, same in groupby(ordered, key=lambda one: what_next(one).turn)
    )


def check(filled: Filled, now: datetime) -> Filled:
    """A contact has an outcome, a day ahead where that needs one, and a time that has passed."""
    outcome = filled.words("log_outcome")
    if outcome not in set(Outcome):
        filled = filled.refuse("log_outcome", "choose")
    elif what_next(Outcome(outcome)).asks_for_day and not filled.words("log_next_on").strip():
        filled = filled.refuse("log_next_on", "required")
    filled, _ = ahead(filled, "log_next_on", now.date())
    filled, _ = passed(filled, "log_on", now.date())
    if (words := filled.words("log_at").strip()) and CLOCK.fullmatch(plain(words)) is None:
        filled = filled.refuse("log_at", "clock")
    happened = _happened(filled, now) if filled.ok else None
    return filled.refuse("log_at", "future") if happened and happened > now else filled


def contact(filled: Filled, now: datetime) -> Contact:
    """The contact, from a form that is whole."""
    kind, way, direction = HOW[filled.value("log_how")]
    _, next_on = ahead(filled, "log_next_on", now.date())
    return Contact(
        kind=kind,
        way=way,
        direction=direction,
        outcome=Outcome(filled.value("log_outcome")),
        text=filled.value("log_text"),
        minutes=filled.value("log_minutes") or 0,
        next_on=next_on,
        why=filled.value("log_why"),
        happened_at=_happened(filled, now),
    )


def _happened(filled: Filled, now: datetime) -> datetime | None:
    """When it was, where the form says so; a day without a time is that day's beginning."""
    _, on = passed(filled, "log_on", now.date())
    clock = CLOCK.fullmatch(plain(filled.words("log_at")))
    if on is None and clock is None:
        return None
    at = time(int(clock[1]), int(clock[2])) if clock else time(0)
    return datetime.combine(on or now.date(), at, tzinfo=now.tzinfo)
