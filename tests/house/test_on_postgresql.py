"""The suite runs on both databases; what only SQLite can answer is listed here, test by test."""

import ast

from tests.house import gate
from tests.house.source import ROOT, files, tree

SQLITE_ALONE = {
    "test_folders",
    "test_a_database_without_room_takes_nothing_and_keeps_what_it_had",
    "test_a_log_that_somebody_reads_is_said_to_linger",
    "test_control_without_truncating_the_log_remembers",
    "test_a_queue_that_does_not_move_is_left",
    "test_control_what_was_changed_in_the_old_house_is_found",
    "test_the_house_opens_goes_on_and_holds",
    "test_sqlite",
    "test_the_living_database_and_its_log_hold_nothing",
    "test_the_wraps_are_gone_from_the_database_and_its_log",
}
POSTGRESQL_ALONE = {
    "test_control_dead_rows_remember",
    "test_postgresql",
    "test_the_databases_clock_is_asked",
    "test_the_wraps_are_gone_from_the_tables",
}


def marked(database: str) -> set[str]:
    """The tests under `@pytest.mark.<database>(reason)`."""
    return {
        node.name
        for path in files(ROOT / "tests", "test_*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{database}"
    }


def test_only_these_are_left_out_on_postgresql() -> None:
    assert marked("sqlite") == SQLITE_ALONE


def test_only_these_are_left_out_on_sqlite() -> None:
    assert marked("postgresql") == POSTGRESQL_ALONE


def test_who_asks_no_database_is_there_and_gets_none() -> None:
    (listed,) = (
        ast.literal_eval(node.value)
        for node in tree(ROOT / "tests" / "conftest.py").body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WITHOUT"
    )
    assert list(listed) == sorted(set(listed))
    for name in listed:
        place = ROOT / "tests" / name
        written = files(place, "*.py") if place.is_dir() else [place]
        assert written
        assert all("django_db" not in path.read_text("utf-8") for path in written), name


def test_ci_runs_the_suite_on_both() -> None:
    asked = [part.command[:3] for part in gate.PARTS]
    assert asked.count([*gate.TEST, "--rest"]) == 2  # the one ignores what the other takes
    assert [*gate.TEST, "--postgresql"] in asked
    assert [".ci/bare", "-n1"] in asked  # the light ones
    assert "./run gate" in (ROOT / ".ci" / "run").read_text("utf-8")
