"""No test reads the day outside: what could is listed here, with the reason it may."""

import ast
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.hour import MONDAY_MORNING, THERE, TOKYO
from tests.house.source import ROOT, dotted, files, name, tree

OUTER = {  # ways past the clock that stands, and times that the kernel wrote
    *("escape_hatch", "elsewhere", "clock_gettime", "clock_gettime_ns"),
    *("st_mtime", "st_ctime", "st_atime", "st_mtime_ns", "st_ctime_ns", "st_atime_ns"),
    *("getmtime", "getctime", "getatime"),
}
READ_IT = {
    "tests/built.py": "whether a file was written since: the kernel's time beside the kernel's",
    "tests/hour.py": "the clock itself",
    "tests/outside/test_roles.py": "the minute of a code that a live desk is told",
    "tests/tools/audit/test_clock.py": "PostgreSQL's clock, which is the real one",
    "tests/tools/vault/test_upload.py": "when a file was laid aside, asked of the file",
}
ELSEWHERE = {  # their programs live on the real day, and ask nothing of it
    "tests/house/test_heavy.py": "a suite of three empty tests",
    "tests/house/test_programs.py": "what a program imports",
    "tests/house/test_run.py": "the shell's words before a program of ours begins",
    "tests/house/test_sharing.py": "two runs that share their work",
    "tests/outside/test_trouble.py": "whether a command answers with nearly no surroundings",
}
PATH = "PYTHONPATH"  # a program that is given its own lives at the tests' hour by hour.path()
STARTS = {"run", "Popen", "check_output", "check_call"}


def named(module: ast.Module) -> set[str]:
    """What a module takes from elsewhere: attributes, and what it imports by name."""
    nodes = [*ast.walk(module)]
    imports = (one for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names)
    attributes = (node.attr for node in nodes if isinstance(node, ast.Attribute))
    return {*attributes, *(one.name for one in imports)}


def outer(module: ast.Module) -> set[str]:
    """The ways to the outer clock that a module names."""
    return named(module) & OUTER


def its_own(module: ast.Module) -> bool:
    """Whether it gives a program a path, or all its surroundings, without the tests' clock."""
    nodes = [*ast.walk(module)]
    path = any(isinstance(node, ast.Constant) and node.value == PATH for node in nodes)
    all_ = any(
        isinstance(node, ast.keyword)
        and node.arg == "env"
        and isinstance(node.value, ast.Dict)
        and None not in node.value.keys  # `**` of what is there
        for node in nodes
    )
    given = any(isinstance(node, ast.Attribute) and dotted(node) == "hour.path" for node in nodes)
    return (path or all_) and not given


def asks_date(module: ast.Module) -> bool:
    """Whether it asks the program of others that tells the day."""
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args)
    first = (call.args[0] for call in calls if getattr(call.func, "attr", "") in STARTS)
    words = (given.elts[:1] for given in first if isinstance(given, (ast.List, ast.Tuple)))
    return any(isinstance(word, ast.Constant) and word.value == "date" for (word,) in words)


def found() -> tuple[set[str], set[str]]:
    here = Path(__file__)
    all_ = (path for path in files(ROOT / "tests", "*.py") if "proof" not in path.parts)
    tests = [path for path in all_ if path != here]
    return (
        {name(path) for path in tests if outer(tree(path)) or asks_date(tree(path))},
        {name(path) for path in tests if its_own(tree(path))},
    )


def test_who_reads_the_outer_clock_is_listed_with_a_reason() -> None:
    read_it, elsewhere = found()
    assert read_it == READ_IT.keys()
    assert elsewhere - {"tests/hour.py"} == ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("from time_machine import escape_hatch", {"escape_hatch"}),
        ("import os\nage = os.stat('x').st_mtime", {"st_mtime"}),
        ("from os.path import getmtime", {"getmtime"}),
        ("from datetime import datetime\ndatetime.now()", set()),
    ],
)
def test_control_a_way_to_it_is_found(source: str, ways: set[str]) -> None:
    assert outer(ast.parse(source)) == ways


@pytest.mark.parametrize("own", ["{'PYTHONPATH': 'x'}", "x | {'PYTHONPATH': 'x'}", "{'A': 'x'}"])
def test_control_a_program_with_surroundings_of_its_own_is_found(own: str) -> None:
    started = f"import subprocess\nsubprocess.run(['python'], env={own})"
    assert its_own(ast.parse(started))
    assert its_own(ast.parse(f"from tests import hour\nnow.hour\n{started}")), "named, not given"
    assert not its_own(ast.parse(started.replace("'x'", "hour.path('x')")))
    assert not its_own(ast.parse("subprocess.run(['python'], env={**os.environ, 'A': 'x'})"))


def test_control_who_asks_date_is_found() -> None:
    assert asks_date(ast.parse("subprocess.run(['date', '+%F'])"))
    assert not asks_date(ast.parse("subprocess.run(['update', 'date'])"))


def test_here_and_in_a_program_that_is_started_it_is_the_hour_of_the_tests() -> None:
    assert datetime.now(TOKYO) == MONDAY_MORNING
    asked = (sys.executable, "-c", "import time; print(time.time())")
    said = float(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    assert -1 <= said - THERE < 4 * 3600, "as long as the run has gone on, and no other day"
