"""Two runs of the proofs side by side prove each file once, and a failure fails its run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

FILES = 6
PROOF = """
import os, time
from pathlib import Path
def test_one():
    Path(f"begun.{{os.getpid()}}").touch()
    until = time.monotonic() + 60
    while len([*Path().glob("begun.*")]) < {runs}:  # so each run has a part, however slow it is
        assert time.monotonic() < until
        time.sleep(0.01)
def test_two():
    with open("ran", "a") as ran: ran.write(os.path.basename(__file__) + "\\n")
    assert {holds}
"""


def runs_of(folder: Path, *more: str, runs: int = 2) -> tuple[int, list[str], str]:
    """How many of the runs failed, which files ran and what was said."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.proof.sharing", *more]
    where = (
        "--rootdir",
        str(folder),
        "-c",
        str(folder / "empty.ini"),
    )
    both = [
        subprocess.Popen(
            [*command, *where],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(runs)
    ]
    said = "".join(one.communicate()[0] for one in both)
    failed = sum(one.returncode != 0 for one in both)
    return failed, sorted((folder / "ran").read_text("utf-8").split()), said


@pytest.fixture
def proofs(tmp_path: Path) -> Path:
    """A folder of files that hold."""
    (tmp_path / "empty.ini").touch()
    (tmp_path / "taken").mkdir()
    for number in range(FILES):
        (tmp_path / f"test_{number}.py").write_text(PROOF.format(holds=True, runs=2), "utf-8")
    return tmp_path


def test_every_file_is_proved_once_and_by_one_run(proofs: Path) -> None:
    failed, ran, said = runs_of(proofs, "--beside=taken")
    assert not failed, said
    assert ran == [f"test_{number}.py" for number in range(FILES)]
    assert said.count("were taken by a run beside this one") == 2, "both had their part"


def test_a_failure_fails_the_run_that_has_taken_it(proofs: Path) -> None:
    (proofs / "test_3.py").write_text(PROOF.format(holds=False, runs=2), "utf-8")
    failed, ran, said = runs_of(proofs, "--beside=taken")
    assert failed == 1, said
    assert "test_3.py" in ran


def test_what_another_has_taken_last_in_a_folder_leaves_nothing_behind(proofs: Path) -> None:
    (proofs / "of_one").mkdir()
    (proofs / "begun.other").touch()
    for number in range(2):
        (proofs / f"test_{number}.py").rename(proofs / "of_one" / f"test_of_{number}.py")
    (proofs / "taken" / "of_one.test_of_1.py").mkdir()
    failed, ran, said = runs_of(proofs, "--beside=taken", runs=1)
    assert not failed, said
    assert ran == [*(f"test_{number}.py" for number in range(2, FILES)), "test_of_0.py"]


def test_control_alone_each_run_proves_all(proofs: Path) -> None:
    failed, ran, said = runs_of(proofs)
    assert not failed, said
    assert len(ran) == 2 * FILES


BUILD = """
import sys, time
from pathlib import Path
from tests.proof.house import copied
def make(house):
    with open("made", "a") as made: made.write("made ")
    time.sleep(0.3)
    house.home.mkdir()
    (house.home / "key").write_text("its own")
assert (copied(Path(sys.argv[1]), "town", make).home / "key").read_text() == "its own"
(Path(sys.argv[1]) / "key").write_text("spoilt")
"""


@pytest.mark.parametrize(("told", "times"), [({"PROOF_HOUSES": "houses"}, 1), ({}, 2)])
def test_a_house_is_made_once_for_all_runs_beside_each_other(
    tmp_path: Path, told: dict[str, str], times: int
) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, home],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **told},
        )
        for home in ("one", "two")
    ]
    assert [one.wait() for one in runs] == [0, 0]
    assert (tmp_path / "made").read_text("utf-8").split() == ["made"] * times
