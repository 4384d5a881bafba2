"""A test that looks for a case's five digits is not fooled by an id that holds them by chance."""

import re

from tests.digits import stand_in
from tests.house.source import ROOT, files, name

BARE = re.compile(r"short_name\snot\sin\s")


def test_digits_are_found_where_they_are_said() -> None:
    for shown in ("90123", "1234-5678-90123", "#90123", "<td>90123</td>", "第90123号"):
        assert stand_in(shown, "90123"), shown


def test_digits_inside_an_id_a_token_or_a_number_are_not() -> None:
    for shown in ("c1aa481f-1624-4dca-b9c4-e990123f1429", "x90123y", "190123", "901234"):
        assert "90123" in shown
        assert not stand_in(shown, "90123"), shown


def test_no_test_looks_for_them_bare() -> None:
    bare = [name(path) for path in files(ROOT / "tests", "*.py") if BARE.search(path.read_text())]
    assert not bare, f"ask tests.digits.stand_in: {bare}"
