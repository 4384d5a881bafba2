"""Every job that is asked for by name exists, and is listed."""

import ast

from tests.house.source import PACKAGE, files, name, tree


def asked_for() -> dict[str, str]:
    """Job name → where `enqueue("room.verb", …)` asks for it."""
    return {
        node.args[0].value: f"{name(path)}:{node.lineno}"
        for path in files(PACKAGE, "*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "enqueue"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def listed() -> set[str]:
    """The names in `LISTED` of tools/later."""
    for path in files(PACKAGE / "tools", "*.py"):
        for node in tree(path).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LISTED":
                return {
                    leaf.value
                    for leaf in ast.walk(node.value)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
    return set()


def verbs(room: str) -> set[str]:
    """The functions of the room's jobs.py."""
    path = PACKAGE / "work" / room.replace(".", "/") / "jobs.py"
    if not path.exists():
        return set()
    return {node.name for node in tree(path).body if isinstance(node, ast.FunctionDef)}


def test_every_job_asked_for_is_listed() -> None:
    assert asked_for()
    assert not {job: where for job, where in asked_for().items() if job not in listed()}


def test_every_listed_job_has_its_function() -> None:
    parts = {job: job.rpartition(".") for job in listed()}
    missing = [job for job, (room, _, verb) in parts.items() if verb not in verbs(room)]
    assert listed()
    assert not missing, "write the function in work/<room>/jobs.py or take the name off the list"
