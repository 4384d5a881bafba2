"""Interviews at the counter (面談): how long, how many at once, who may book, how far ahead."""

from dataclasses import dataclass

from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.programme.words import UNCONFIRMED

SHORTEST_MIN, LONGEST_MIN = 10, 240
MOST_PLACES = 20
FARTHEST_WORKING_DAYS = 120


@dataclass(frozen=True)
class Interviews:
    """How the desk gives its interviews; their hours are those of the channel ``face``.

    ``places``: how many at the same time. ``pause``: when none is given (昼休み). A person may book
    from ``from_working_days`` after today until ``within_working_days`` after it; the desk itself
    books from now on.
    """

    slot_min: int
    places: int
    source: str
    pause: Span | None = None
    citizens: bool = False
    from_working_days: int = 1
    within_working_days: int = 20

    def __post_init__(self) -> None:
        """Refuse lengths and numbers that no desk has."""
        if not SHORTEST_MIN <= self.slot_min <= LONGEST_MIN:
            raise ValueError("slot_min は 10 から 240 までの分数で書いてください。")
        if not 1 <= self.places <= MOST_PLACES:
            raise ValueError("places は 1 から 20 までの数で書いてください。")
        if not 0 <= self.from_working_days <= self.within_working_days <= FARTHEST_WORKING_DAYS:
            raise ValueError(
                "from_working_days は within_working_days 以下に、"
                "within_working_days は 120 以下にしてください。"
            )

    @property
    def by_citizens(self) -> bool:
        """Whether a person may book: the programme says so, and the office confirmed it."""
        return self.citizens and self.source != UNCONFIRMED
