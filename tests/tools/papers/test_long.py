"""A long paper: whole up to a limit, refused above it, and its memory does not add up."""

import subprocess
import sys
import traceback
from dataclasses import replace
from threading import Event, Thread

import pytest

from madoguchi.rules.limits import LETTERS_A_PAPER
from madoguchi.tools.papers.engine import KEPT, LARGE, LIBRARY, letters, render, room_for
from madoguchi.tools.papers.fonts import cabinet
from madoguchi.tools.papers.wrong import TooLong
from tests.tools.papers import letters as letter
from tests.tools.papers import looking

CANARY = "金糸雀"
MANY = 100_000
GROWS_BY = """
import sys
from dataclasses import replace
from madoguchi.tools.papers import engine
from tests.tools.papers import letters
engine.KEPT = int(sys.argv[1])
def highest(): # of this program alone: what getrusage says of memory was also its parent's
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
def made(number):
    words = f"{number}の長い文です。" * 12_000
    engine.render(letters.template(), replace(letters.sample(), story=words))
    return highest()
first = made(0)
print(max(made(number) for number in range(1, 8)) - first)
"""


def test_letters_are_counted_wherever_they_stand() -> None:
    assert letters({"a": "xy", "b": ["x", {"c": "xyz"}], "d": True, "e": ()}) == 2 + 1 + 3 + 4


def test_a_paper_of_many_letters_is_whole() -> None:
    words = "".join(f"{number:05}番目の文です。" for number in range(3_000))
    made = render(letter.template(), replace(letter.sample(), story=words))
    assert words in _without_feet(made.content, made.pages)


def _without_feet(content: bytes, pages: int) -> str:
    said = looking.joined(content)
    for page in range(pages, 0, -1):
        said = said.replace(f"{page}／{pages}", "")
    return said


def test_a_paper_beyond_the_limit_is_refused_and_quotes_nothing() -> None:
    facts = replace(letter.sample(), words=CANARY * (LETTERS_A_PAPER // 3))
    with pytest.raises(TooLong, match="300,000字まで") as said:
        render(letter.template(), facts)
    assert CANARY not in "".join(traceback.format_exception(said.value))


def test_a_list_of_empty_rows_has_a_limit_too() -> None:
    rows = (replace(letter.sample().entries[0], at="", how="", what=""),)
    with pytest.raises(TooLong):
        render(letter.template(), replace(letter.sample(), entries=rows * MANY))


def test_long_papers_are_made_one_at_a_time_and_short_ones_pass() -> None:
    fonts, inside = cabinet().shared, Event()

    def second() -> None:
        with room_for(letter.template(), LARGE, LIBRARY, fonts):
            inside.set()

    other = Thread(target=second)
    with room_for(letter.template(), LARGE, LIBRARY, fonts):
        other.start()
        with room_for(letter.template(), LARGE - 1, LIBRARY, fonts):
            assert not inside.wait(0.3)
    assert inside.wait(20)
    other.join()


def grown(kept: int) -> int:
    """By how many MiB seven more long papers raise what a process needed for the first."""
    command = [sys.executable, "-c", GROWS_BY, str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return int(done.stdout)


def test_the_memory_of_long_papers_does_not_add_up() -> None:
    assert grown(KEPT) < 120


def test_control_it_would_if_nothing_were_given_back() -> None:
    assert grown(-1) > 200
