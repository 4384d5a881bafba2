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
    return [
        f"{name(path)}:{ast.unparse(target)}"
        for node in tree(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and begins_empty(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]


def begins_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not ast.unparse(value)[1:-1]
    if not isinstance(value, ast.Call):
        return False
    maker = ast.unparse(value.func)
    return maker in MAKERS and (maker == "defaultdict" or not value.args)


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


def test_the_product_is_patched_where_states_can_see_it() -> None:
    """Not by plain assignment: a state from before would answer, and a control say nothing."""
    strays = [
        f"{name(path)}:{node.lineno}"
        for path in files(ROOT / "tests", "*.py")
        if path.name.startswith("test_") and "proof" not in path.parts
        for ours in [modules_of_the_product(path)]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id in ours
    ]
    assert strays == [], "use monkeypatch"


def modules_of_the_product(path: Path) -> set[str]:
    """The names by which the file knows modules of ours."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("madoguchi")
        for alias in node.names
        if alias.name.islower()
    }
