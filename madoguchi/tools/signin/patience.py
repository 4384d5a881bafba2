"""Longer and longer waits after wrong codes of the second step; a password never has to wait."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

KEPT = 10_000
LONGEST_S = 64


@dataclass
class Patience:
    """How often in a row an account's code was wrong, and when it was last."""

    _wrong: dict[UUID, tuple[int, datetime]] = field(default_factory=dict)

    def must_wait(self, staff_id: UUID, now: datetime) -> bool:
        """Whether the account's next code is too early: 1 s after one wrong code, 2, 4 … 64 s.

        >>> from uuid import UUID
        >>> patience, who, now = Patience(), UUID(int=1), datetime(2026, 11, 30, 10)
        >>> patience.wrong(who, now)
        >>> patience.must_wait(who, now), patience.must_wait(who, now + timedelta(seconds=1))
        (True, False)
        """
        times, last = self._wrong.get(staff_id, (0, now))
        if not times:
            return False
        wait = min(LONGEST_S, 2 ** (times - 1))
        return now < last + timedelta(seconds=wait)

    def wrong(self, staff_id: UUID, now: datetime) -> None:
        """A code was wrong."""
        if len(self._wrong) >= KEPT:
            self._wrong.pop(next(iter(self._wrong)))
        times, _ = self._wrong.get(staff_id, (0, now))
        self._wrong[staff_id] = (times + 1, now)

    def right(self, staff_id: UUID) -> None:
        """A code was right: the next wrong one is the first again."""
        self._wrong.pop(staff_id, None)


SECOND_STEPS = Patience()
