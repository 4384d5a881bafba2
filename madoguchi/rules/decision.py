"""What a rule answers: grounds, decisions, refusals (判断と根拠)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal


class Held(Enum):
    """Whether a condition holds."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"

    __hash__ = (
        object.__hash__
    )  # each is one object; the enum's own hash asks for the name in Python


@dataclass(frozen=True)
class Ground:
    """One reason (根拠): its code has words in the texts under `ground.<code>`."""

    code: str
    held: Held = Held.UNMET
    values: Mapping[str, object] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Decision:
    """Yes, no or ask a human, with every ground at once.

    >>> Decision.of(Ground("resident", Held.MET), Ground("contract", Held.UNKNOWN)).answer
    'ask'
    """

    answer: Literal["yes", "no", "ask"]
    grounds: tuple[Ground, ...]

    @classmethod
    def of(cls, *grounds: Ground) -> Decision:
        """The decision that follows: any unmet ground is no, any unknown one ask, else yes."""
        held = {ground.held for ground in grounds}
        if Held.UNMET in held:
            return cls("no", grounds)
        return cls("ask" if Held.UNKNOWN in held else "yes", grounds)

    def require(self) -> None:
        """Nothing where the answer is yes.

        Raises:
            Refused: with the grounds that are not met.
        """
        if self.answer != "yes":
            raise Refused(*(ground for ground in self.grounds if ground.held is not Held.MET))


class Refused(Exception):
    """A rule says no; the grounds have words and are shown to the person."""

    def __init__(self, *grounds: Ground | str) -> None:
        self.grounds = tuple(
            ground if isinstance(ground, Ground) else Ground(ground) for ground in grounds
        )
        super().__init__(", ".join(ground.code for ground in self.grounds))


class Absent(Exception):
    """This actor may not, or there is nothing: both look the same."""
