"""None of the sixty bad inputs is forgotten: each has a test, or a room that is not built yet."""

import re
from dataclasses import dataclass
from functools import cache

import pytest

from tests.house.source import PACKAGE, ROOT, files

NUMBERS = [
    f"{kind}{at}" for kind, most in (("F", 22), ("X", 16), ("B", 22)) for at in range(1, most + 1)
]
ROW = re.compile(r"^\| ([FXB]\d+) \| (.+) \| (.+) \| (?:`(.+)`)? *\|$", re.MULTILINE)
NAME = re.compile(r"^ *def test_([fxb])0*(\d+)_", re.MULTILINE)
NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One row of the table: what happens, and the room without which it is not whole."""

    happens: str
    waits_for: str


@cache
def table() -> dict[str, Row]:
    """The table of docs/bad-inputs.md by number."""
    page = (ROOT / "docs/bad-inputs.md").read_text("utf-8")
    return {number: Row(happens, waits) for number, _, happens, waits in ROW.findall(page)}


@cache
def with_tests() -> frozenset[str]:
    """The numbers that the name of some test begins with: `test_f06_…` or `test_f6_…`."""
    pages = (path.read_text("utf-8") for path in files(ROOT / "tests", "test_*.py"))
    found = (each for page in pages for each in NAME.findall(page))
    return frozenset(f"{kind.upper()}{at}" for kind, at in found)


def test_the_table_has_sixty_rows_in_order() -> None:
    assert list(table()) == NUMBERS
    assert len(NUMBERS) == 60


@pytest.mark.parametrize("number", NUMBERS)
def test_each_number_has_a_test_or_waits(number: str) -> None:
    row = table()[number]
    assert (number in with_tests()) == (row.happens != NOTHING)
    assert number in with_tests() or row.waits_for


@pytest.mark.parametrize("number", [number for number in NUMBERS if table()[number].waits_for])
def test_what_a_row_waits_for_is_not_built(number: str) -> None:
    room = table()[number].waits_for
    assert not (PACKAGE / room).exists(), (
        f"{room} is there: write its part of {number}, then its test"
    )


def test_a_number_of_no_row_is_no_tests_name() -> None:
    assert with_tests() <= set(NUMBERS)


def test_a_missing_test_would_be_noticed() -> None:
    """The control: the number that waits for its room has no test, and one of a test does."""
    assert "B21" not in with_tests()
    assert {"F6", "X15", "B22"} <= with_tests()
