"""What a rule answers: reasons, decisions, refusals (判断と根拠)."""

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
class Reason:
    """One reason (根拠): its code has words in the texts under `ground.<code>`."""

    code: str
    held: Held = Held.UNMET
    values: Mapping[str, object] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Decision:
    """Yes, no or ask a human, with every reason at once.

    >>> Decision.of(Reason("resident", Held.MET), Reason("contract", Held.UNKNOWN)).answer
    'ask'
    """

    answer: Literal["yes", "no", "ask"]
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, *reasons: Reason) -> Decision:
        """The decision that follows: any unmet reason is no, any unknown one ask, else yes."""
        held = {reason.held for reason in reasons}
        if Held.UNMET in held:
            return cls("no", reasons)
        return cls("ask" if Held.UNKNOWN in held else "yes", reasons)

    def require(self) -> None:
        """Raise Refused unless the answer is yes.

        Raises:
            Refused: with the reasons that are not met.
        """
        if self.answer != "yes":
            raise Refused(*(reason for reason in self.reasons if reason.held is not Held.MET))


class Refused(Exception):
    """A rule says no; the reasons have words and are shown to the person."""

    def __init__(self, *reasons: Reason | str) -> None:
        self.reasons = tuple(
            reason if isinstance(reason, Reason) else Reason(reason) for reason in reasons
        )
        super().__init__(", ".join(reason.code for reason in self.reasons))


class Absent(Exception):
    """This actor may not, or there is nothing: both look the same."""
