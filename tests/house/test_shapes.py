"""The tests that PostgreSQL is asked send every shape; what none of them sends is noticed."""

import ast
from types import SimpleNamespace
from typing import cast

import pytest

from tests.house.source import tree
from tests.shapes import (
    TESTS,
    Shapes,
    Told,
    cover,
    function,
    heard,
    read,
    sent,
    shape,
    uncovered,
    unheard,
)

ONE, TWO, THREE = "SELECT 1", "SELECT 2 FROM a", "DELETE FROM a"


@pytest.mark.parametrize(
    ("sql", "alike"),
    [
        ("SELECT a FROM t WHERE id IN (%s, %s)", "SELECT a FROM t WHERE id IN (%s, %s, %s, %s)"),
        ("SELECT a FROM t LIMIT 21", "SELECT a  FROM t LIMIT 7"),
        ("SELECT 'it''s' AS k", "SELECT 'other' AS k"),
        ("INSERT INTO t (a, b) VALUES (%s, %s)", "INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)"),
        (
            "SELECT a FROM t WHERE (x = %s OR x = %s)",
            "SELECT a FROM t WHERE (x = %s OR x = %s OR x = %s)",
        ),
    ],
)
def test_other_values_are_the_same_shape(sql: str, alike: str) -> None:
    assert shape(sql) == shape(alike)


@pytest.mark.parametrize(
    ("sql", "other"),
    [
        ("SELECT a FROM t", "SELECT b FROM t"),
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"),
        ("SELECT a FROM t WHERE id = %s", "SELECT a FROM t WHERE id IN (%s)"),
        ("SELECT a FROM t4", "SELECT a FROM t5"),
        ("INSERT INTO t (a) VALUES (%s)", "INSERT INTO t (b) VALUES (%s)"),
    ],
)
def test_another_question_is_another_shape(sql: str, other: str) -> None:
    assert shape(sql) != shape(other)


def test_the_cheapest_tests_cover_all() -> None:
    told = {
        "cheap": Told(1, shapes={ONE, TWO}),
        "also": Told(1, shapes={TWO, THREE}),
        "dear": Told(50, shapes={ONE, TWO, THREE}),
        "a race": Told(9, always=True, shapes={ONE}),
    }
    assert cover(told, 1) == ["also"]
    assert cover(told, 2) == ["also", "dear"], "ONE is sent by the race and the dear one"
    assert uncovered(told, {"also"}) == {}


def test_a_shape_that_no_test_of_the_lane_sends_is_named_with_its_test() -> None:
    told = {"cheap": Told(1, shapes={ONE}), "new": Told(1, shapes={ONE, TWO})}
    assert uncovered(told, {"cheap"}) == {TWO: "new"}
    assert uncovered(told, {"cheap", "not run here"}) == {}, "a part of the suite says nothing"


def test_a_whole_run_fails_for_what_is_uncovered_and_one_of_several_processes_only_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.shapes.read", lambda: {"cheap"})
    run = SimpleNamespace(getoption=lambda _: False)
    judging = Shapes(cast("pytest.Config", run))
    node = SimpleNamespace(workeroutput={"shapes": {"cheap": (1, False, [ONE])}})
    judging.pytest_testnodedown(node)
    for shapes, status in (([ONE], pytest.ExitCode.OK), ([TWO], pytest.ExitCode.TESTS_FAILED)):
        judging.pytest_testnodedown(
            SimpleNamespace(workeroutput={"shapes": {"new": (1, False, shapes)}})
        )
        session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
        judging.pytest_sessionfinish(cast("pytest.Session", session))
        assert session.exitstatus == status
    assert judging.uncovered == {TWO: "new"}
    worker = SimpleNamespace(workeroutput={})
    told = Shapes(cast("pytest.Config", worker))
    told.told["cheap"] = Told(1, shapes={ONE})
    told.pytest_sessionfinish(cast("pytest.Session", SimpleNamespace()))
    assert worker.workeroutput == node.workeroutput


def test_what_is_heard_is_counted_and_what_is_unheard_is_not() -> None:
    before = sent.copy()
    try:
        sent.clear()
        sent.add(ONE)
        with heard() as own:
            sent.add(TWO)
        assert own == {TWO}
        with unheard():
            sent.add(THREE)
        assert sent == {ONE, TWO}
    finally:
        sent.clear()
        sent.update(before)


def test_the_list_names_tests_that_are_there() -> None:
    listed = sorted(read())
    for name in listed:
        file, _, test = name.partition("::")
        names = {
            one.name for one in ast.walk(tree(TESTS / file)) if isinstance(one, ast.FunctionDef)
        }
        assert test.rpartition("::")[2] in names, name


def test_a_function_is_named_with_all_its_parameters() -> None:
    assert function("tests/web/test_a.py::test_b[x::y[1]]") == "web/test_a.py::test_b"
