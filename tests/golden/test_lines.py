"""The walks once more: before each act, it is tried without what writes its line (開封と行).

Blocks and runs that open many cases: `tests/redteam/test_lines_taken_away.py`.
"""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden import telling, test_grants, test_kinds
from tests.house.openings import acts
from tests.house.source import ROOT, files
from tests.lineless import Tries

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

HERE = Path(__file__).parent
WALKS = [
    walk
    for module in (test_kinds, test_grants)
    for name, walk in vars(module).items()
    if name.startswith("test_") and inspect.signature(walk).parameters
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__.removeprefix("test_"))
def test_no_act_of_a_walk_opens_without_its_line(
    walk: Callable[..., None], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "compare", lambda *_: None)  # what is only tried is sealed, too
    tries = Tries(monkeypatch)
    walk(**{name: request.getfixturevalue(name) for name in inspect.signature(walk).parameters})
    tries.require()


def test_each_act_that_opens_is_tried() -> None:
    """In a walk, whose text names it, or in a test that is marked with it."""
    walked = "".join(path.read_text("utf-8") for path in HERE.glob("*.txt"))
    marks = "".join(path.read_text("utf-8") for path in files(ROOT / "tests", "test_*.py"))
    tried = {*re.findall(r" ([a-z_]+\.[a-z_]+) done ", walked)}
    for verbs in re.findall(r"@pytest\.mark\.opens\(([^)]+)\)", marks):
        tried |= {*re.findall(r'"([^"]+)"', verbs)}
    assert acts() - tried == set()
