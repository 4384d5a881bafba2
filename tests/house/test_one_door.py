"""Every door (web, telephone, counter, mail, letter) ends in `cases.public.open`: no other way."""

import ast

from tests.house.source import PACKAGE, files, name, tree

HOME = PACKAGE / "work" / "cases" / "public.py"
INVENTED = PACKAGE / "ops" / "town" / "bulk.py"  # rows for measurements, no door
MAKERS = ("create", "bulk_create", "get_or_create", "update_or_create")


def makes_a_case(source: ast.AST) -> bool:
    """Whether the source makes a row of cases: `Case(…)`, or a manager of it that creates."""
    calls = (node for node in ast.walk(source) if isinstance(node, ast.Call))
    return any(_makes(call.func) for call in calls)


def _makes(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id == "Case"
    if not isinstance(called, ast.Attribute):
        return False
    names = {node.id for node in ast.walk(called) if isinstance(node, ast.Name)}
    return called.attr in MAKERS and "Case" in names


def test_only_the_one_act_makes_a_case() -> None:
    makers = {path for path in files(PACKAGE, "*.py") if makes_a_case(tree(path))}
    assert HOME in makers
    assert not [name(path) for path in makers - {HOME, INVENTED}]


def test_control_each_other_way_is_seen() -> None:
    for way in (
        "Case(id=1)",
        "Case.objects.create(id=1)",
        "Case.of(office).get_or_create(id=1)",
        "Case._default_manager.bulk_create([])",
    ):
        assert makes_a_case(ast.parse(way)), way
    assert not makes_a_case(ast.parse("Case.of(office).filter(id=1).update(state='active')"))
