"""A child that falls comes back: soon enough for the person who waits, never in a hot loop."""

import sys

from madoguchi.ops import children

FALL = [sys.executable, "-c", "raise SystemExit(1)"]
FIRST_PAGE_S = 10
START_S = 5  # generous: two seconds on two quiet cores
TIMES = 12


class Ended:
    """An event that notes how long each wait is, and ends the child after so many."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def is_set(self) -> bool:
        return len(self.waits) == TIMES

    def wait(self, wait_s: float) -> bool:
        self.waits.append(wait_s)
        return self.is_set()


def test_a_child_that_falls_again_and_again_is_back_within_ten_seconds_and_no_hot_loop() -> None:
    child, ended = children.Child(FALL, {}), Ended()
    child._ended = ended  # type: ignore[assignment] # notes instead of waiting
    child.keep()
    assert max(ended.waits) + START_S <= FIRST_PAGE_S
    assert ended.waits == sorted(ended.waits)
    assert sum(ended.waits) > 30  # twelve starts take half a minute and more
