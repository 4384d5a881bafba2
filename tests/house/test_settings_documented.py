"""Every `MADOGUCHI_*` variable that the program reads is documented, and none else is."""

import ast
import re

from madoguchi.rules import limits
from tests.house.source import PACKAGE, ROOT, files, tree

VARIABLE = re.compile(r"MADOGUCHI_[A-Z][A-Z_]*[A-Z]")
PAGE = ROOT / "docs" / "configuration.md"


def read_by_the_program() -> set[str]:
    """Variables that stand in a string of the package."""
    return {
        node.value
        for path in files(PACKAGE, "*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VARIABLE.fullmatch(node.value)
    }


def test_code_and_page_name_the_same_variables() -> None:
    documented = set(
        re.findall(r"^### `(MADOGUCHI_[A-Z_]+)`$", PAGE.read_text("utf-8"), re.MULTILINE)
    )
    code = read_by_the_program()
    assert not code - documented, "describe these in docs/configuration.md"
    assert not documented - code, "nothing reads these: take them out of docs/configuration.md"


def test_page_shows_the_limits_as_they_are() -> None:
    rows = re.findall(
        r"^\|[^|]+\| `([A-Z_]+)` \| ([\d,]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    shown = {name: int(number.replace(",", "")) for name, number in rows}
    units = ("MEGABYTE", "LARGE")
    there = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert shown == {name: value for name, value in there.items() if name not in units}
