"""What the process remembers between requests is known to the states that tests put back."""

import ast
from pathlib import Path

from tests.house.source import PACKAGE, ROOT, files, name, tree

MAKERS = {"dict", "set", "list", "deque", "OrderedDict", "defaultdict", "Counter"}
CLEARED_OTHERWISE = {
    "madoguchi/tools/office/public.py:_by_host",  # the fixture `offices` clears it
}


def memories(path: Path) -> list[str]:
    """Module-level names that begin as an empty container: something will be put in."""
    found = []
    for node in tree(path).body:
        if isinstance(node, ast.AnnAssign) and node.value:
            target, value = node.target, node.value
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        else:
            continue
        empty = isinstance(value, ast.Dict | ast.List | ast.Set) and not ast.unparse(value)[1:-1]
        made = isinstance(value, ast.Call) and ast.unparse(value.func) in MAKERS
        filled = made and value.args and ast.unparse(value.func) != "defaultdict"
        if isinstance(target, ast.Name) and (empty or made) and not filled:
            found.append(f"{name(path)}:{target.id}")
    return found


def test_each_memory_of_the_process_is_put_back_with_a_state() -> None:
    rooms = (PACKAGE / room for room in ("tools", "work", "web"))
    found = {one for room in rooms for path in files(room, "*.py") for one in memories(path)}
    kept = (ROOT / "tests" / "built.py").read_text("utf-8")
    known = {
        one
        for one in found
        if f"{Path(one.partition(':')[0]).stem}.{one.partition(':')[2]}" in kept
    }
    constants = {one for one in found if one.rpartition(":")[2].lstrip("_").isupper()}
    assert found - known - constants == CLEARED_OTHERWISE, "add it to memories() in tests/built.py"
    assert len(known) > 5
