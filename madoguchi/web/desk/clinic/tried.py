"""An act on bookings that was not done, with why, in words that may name numbers."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.rules.decision import Ground, Refused
from madoguchi.web.desk.interviews.attempt import Attempt
from madoguchi.web.kit.form import Filled


@dataclass(frozen=True)
class Tried(Attempt):
    """What was tried on which booking; `why`: the grounds on which it was refused."""

    why: tuple[Ground, ...] = ()


def refusal(act: str, on: UUID | None, filled: Filled | None, refused: Refused) -> Tried:
    """An act that a rule did not allow."""
    codes = tuple(ground.code for ground in refused.grounds)
    return Tried(act, on, filled, codes, refused.grounds)


def reasons(why: tuple[Ground, ...]) -> tuple[tuple[str, dict[str, object]], ...]:
    """The grounds as `desk/settings/grounds.html` draws them."""
    return tuple((ground.code, dict(ground.values)) for ground in why)
