"""Long papers (長い書類): one at a time, never beyond a limit, and their memory is given back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import typst

from madoguchi.rules.limits import LETTERS_A_PAPER
from madoguchi.rules.programme.paper import Template
from madoguchi.tools.papers.wrong import TooLong

LARGE = 20_000  # letters; some 15 pages
KEPT = 10  # Typst keeps what the papers before this many needed, however large they were

_TURN = Lock()


def letters(facts: object) -> int:
    """How many characters facts hold, and one more for each value."""
    if isinstance(facts, dict):
        return sum(map(letters, facts.values()))
    if isinstance(facts, list | tuple):
        return sum(map(letters, facts))
    return 1 + (len(facts) if isinstance(facts, str) else 0)


@contextmanager
def place(template: Template, many: int, root: Path, fonts: typst.Fonts) -> Iterator[None]:
    """Room for a paper of so many letters; a long one waits until no other long one is made.

    Raises:
        TooLong: it is longer than any may be.
    """
    if many > LETTERS_A_PAPER:
        raise TooLong(
            f"{template.called}：文字が多すぎて、1つの書類にできません（{LETTERS_A_PAPER:,}字まで）。"
            "分けて作ってください。"
        )
    if many < LARGE:
        yield
        return
    with _TURN:
        try:
            yield
        finally:
            for _ in range(KEPT + 1):
                typst.Compiler(b"", root, fonts, ignore_system_fonts=True).compile(format="svg")
