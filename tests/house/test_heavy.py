"""The list of heavy tests is true, and what reads it does what it says."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.heavy import LIST, Costs, family
from tests.house.source import ROOT

LISTED: dict[str, float] = json.loads(LIST.read_text("utf-8"))
LIGHT, DEAR = "tests/x.py::test_light", "tests/x.py::test_dear"


def test_what_is_listed_is_there() -> None:
    def found(name: str) -> bool:
        path, _, function = name.partition("::")
        if not (ROOT / path).is_file():
            return False
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        return not function or function in named or path.startswith("madoguchi/")

    assert [name for name in LISTED if not found(name)] == []
    assert len(LISTED) > 50


def costs(**seconds: float) -> Costs:
    made = Costs()
    made.tests.update({f"tests/x.py::test_{name}": cost for name, cost in seconds.items()})
    return made


def test_what_works_long_is_missed_in_the_list_and_what_does_not_is_struck() -> None:
    assert costs(light=0.01, dear=4.0).doubts({DEAR: 4.0}) == {}
    assert costs(light=0.01, dear=4.0).doubts({}) == {
        f"{DEAR}: 4.00 s of work, not in tests/heavy.json": 4.0
    }
    assert costs(light=0.01).doubts({LIGHT: 7.0}) == {
        f"{LIGHT}: in tests/heavy.json, and works only 0.01 s": 7.0
    }
    assert costs(light=0.01, dear=0.6).record({}) == {DEAR: 0.6}
    assert costs(dear=0.15).record({}) == {}
    assert costs(dear=0.15).record({DEAR: 0.6}) == {DEAR: 0.15}, "what was heavy stays a while"


def test_a_family_is_judged_by_its_mean_and_by_its_dearest() -> None:
    many = Costs()
    many.tests.update({f"{LIGHT}[{n}]": 0.3 for n in range(4)})
    assert many.record({}) == {LIGHT: 1.2}
    assert family(f"{LIGHT}[a[b]]") == LIGHT


@pytest.mark.parametrize(
    ("options", "ran"),
    [
        ((), {"light"}),
        (("--rest",), {"dear", "borrowing"}),
        (("--all",), {"light", "dear", "borrowing"}),
        (("test_x.py",), {"light", "dear", "borrowing"}),
    ],
    ids=("light", "rest", "all", "named"),
)
def test_each_option_runs_its_part(tmp_path: Path, options: tuple[str, ...], ran: set[str]) -> None:
    done = suite(tmp_path, "dovecot", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {
        one for one in ("light", "dear", "borrowing") if f"::test_{one} PASSED" in done.stdout
    } == ran
    assert ("left to `./run test --all`" in done.stdout) == (options == ())


@pytest.mark.parametrize(("mark", "times"), [("", 0), ("@pytest.mark.race\n", 1)])
def test_what_postgresql_is_asked_is_left_to_it_but_for_races(
    tmp_path: Path, mark: str, times: int
) -> None:
    done = suite(tmp_path, "dovecot", "--rest", mark=mark, asked='("test_x.py::test_dear",)')
    assert "::test_borrowing PASSED" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("::test_dear PASSED") == times


@pytest.mark.parametrize(("bearable", "ended"), [(10.0, 0), (0.0, 1)])
def test_one_doubt_is_said_and_many_fail_the_run(
    tmp_path: Path, bearable: float, ended: int
) -> None:
    done = suite(tmp_path, "dovecot", "--all", slack=1e-9, bearable=bearable)
    assert done.returncode == ended, done.stdout + done.stderr
    assert "test_x.py::test_light: 0.0" in done.stdout
    assert "`./run test --all --record` writes the list anew" in done.stdout


def test_what_would_note_nothing_is_refused(tmp_path: Path) -> None:
    done = suite(tmp_path, "dovecot", "--rota", "--record")
    assert done.returncode == 4
    assert "--record goes with `./run test --all` or with `./run proof`" in done.stderr


def test_what_is_missing_is_said_in_one_sentence_before_the_first_test(tmp_path: Path) -> None:
    done = suite(tmp_path, "nothing-of-the-kind", "--all")
    assert done.returncode == 4
    assert "these tests need what is not here; on Debian: apt-get install no-package" in done.stderr
    assert "PASSED" not in done.stdout
    assert suite(tmp_path, "nothing-of-the-kind").returncode == 0


def suite(
    folder: Path,
    needed: str,
    *options: str,
    slack: float = 1e9,
    bearable: float = 0.0,
    mark: str = "",
    asked: str = "()",
) -> subprocess.CompletedProcess[str]:
    """A suite of three tests: light, listed as heavy, and one that borrows a program."""
    (folder / "test_x.py").write_text(
        f"import pytest\ndef test_light(): pass\n{mark}def test_dear(): pass\n"
        f"@pytest.mark.needs({needed!r})\ndef test_borrowing(): pass\n"
    )
    (folder / "conftest.py").write_text(
        "from pathlib import Path\nfrom tests import heavy, shapes\n"
        f"shapes.WITH_DATABASE, shapes.WHOLE = ('test_',), {asked}\n"
        f"heavy.SLACK, heavy.DOUBT_S = {slack}, {bearable}\n"
        "heavy.LIST = Path(__file__).with_name('list.json')\n"
        f"heavy.PROGRAMS = {{{needed!r}: ('no-package', {needed == 'dovecot'})}}\n"
        "pytest_plugins = ['tests.heavy']\n"
    )
    (folder / "list.json").write_text('{"test_x.py::test_dear": 4.0}')
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = .\n")
    command = (sys.executable, "-m", "pytest", "-v", "-p", "no:django", "-p", "no:cacheprovider")
    return subprocess.run(
        (*command, *options),
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
