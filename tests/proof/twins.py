"""Two processes at once, held against each other: both are given each round at the same moment."""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.proof.house import House, kill


@dataclass(frozen=True)
class Round:
    """What came of a round for each of the two, and the longest that one of them took."""

    words: tuple[str, str]
    seconds: float


@dataclass(frozen=True)
class Twins:
    """Two programs of one house."""

    one: subprocess.Popen[str]
    other: subprocess.Popen[str]

    def do(self, deed: str, rounds: Iterable[str | tuple[str, str]]) -> list[Round]:
        """What came of each round; a pair gives each of the two words of its own."""
        done = []
        for words in rounds:
            mine, others = (words, words) if isinstance(words, str) else words
            tell(self.one, f"{deed} {mine}")
            tell(self.other, f"{deed} {others}")
            (first, slow), (second, slower) = answer(self.one), answer(self.other)
            done.append(Round((first, second), max(slow, slower)))
        return done

    def alone(self, deed: str, words: str = "") -> str:
        """What comes of it when one does it alone."""
        tell(self.one, f"{deed} {words}")
        return answer(self.one)[0]


def tell(twin: subprocess.Popen[str], line: str) -> None:
    """Give a round."""
    assert twin.stdin is not None
    twin.stdin.write(line + "\n")
    twin.stdin.flush()


def answer(twin: subprocess.Popen[str]) -> tuple[str, float]:
    """The word and the seconds that come back."""
    assert twin.stdout is not None
    said = twin.stdout.readline().split()
    assert len(said) == 2, f"the twin fell: {' '.join(said)} {kill(twin)}"
    return said[0], float(said[1])


@contextmanager
def twins(house: House, *more: str) -> Iterator[Twins]:
    """Two of them, as long as the block lasts."""
    both = [house.start("-m", "tests.proof.twin", *more, window="worker") for _ in range(2)]
    try:
        assert [answer(twin)[0] for twin in both] == ["ready", "ready"]
        yield Twins(*both)
    finally:
        for twin in both:
            kill(twin)
