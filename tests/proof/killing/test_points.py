"""Killed at each of fourteen labelled points: rows and files never disagree, nobody is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from tests.proof.house import House, prepared
from tests.proof.killing.points import POINTS
from tests.proof.killing.searched import CLEAN, searched

TIMES, LONG_TIMES = 2, 20


def die(house: House, journal: Path, times: int, *labels: str) -> None:
    """Let processes of the house die so many times at each point, and others go on."""
    house.run("-m", "madoguchi", "preflight", "portal", window="portal")
    for window in ("portal", "worker"):
        program = ("-m", "tests.proof.killing.dying", window, str(times), str(journal), *labels)
        house.run(*program, window=window)


def after_deaths(house: House, journal: Path, times: int, *labels: str) -> dict[str, Any]:
    """What a search finds after so many deaths at each point."""
    die(house, journal, times, *labels)
    return searched(house, journal)


def test_rows_and_files_never_disagree(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    times = LONG_TIMES if pytestconfig.getoption("--long") else TIMES
    house, journal = prepared(tmp_path / "home"), tmp_path / "journal"
    found = after_deaths(house, journal, times)
    errands = json.loads(journal.read_text("utf-8"))
    assert len(POINTS) == len({point.label for point in POINTS}) == 14
    assert {kind: found[kind] for kind in CLEAN} == {kind: [] for kind in CLEAN}
    assert (found["jobs undone"], found["database"]) == (0, [])
    at_the_portal = sum(point.step is not None for point in POINTS)
    assert found["cases"] == len(errands) == at_the_portal * times
    assert all(errand["numbers"] for errand in errands)
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    print(f"{len(POINTS)} points × {times}: {found}")
    if times == LONG_TIMES:
        tell(times)


def test_a_row_before_its_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the row is committed while the file is still a part."""
    monkeypatch.setenv("WEAKENED", "order")
    house, journal = prepared(tmp_path / "home"), tmp_path / "journal"
    found = after_deaths(house, journal, 1, "draft committed, not answered")
    assert found["rows without file"]
    assert len(found["changed"]) == 1
    assert found["lost"] == []


def test_a_file_that_has_its_name_too_early_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the name is there before the bytes are."""
    monkeypatch.setenv("WEAKENED", "part")
    house, journal = prepared(tmp_path / "home"), tmp_path / "journal"
    found = after_deaths(house, journal, 1, "file arriving")
    assert len(found["partial files"]) == 1
    assert found["lost"] == found["changed"] == []


def test_a_file_of_no_row_is_found_until_it_is_swept(tmp_path: Path) -> None:
    """Negative control: the worker's sweep is left out."""
    house, journal = prepared(tmp_path / "home"), tmp_path / "journal"
    die(house, journal, 1, "file settled, no row")
    assert searched(house, journal, "unswept")["files without row"]
    assert searched(house, journal)["files without row"] == []


def tell(times: int) -> None:
    """Write the table."""
    deaths = f"{len(POINTS)} points × {times}"
    figures = [
        Figure("rows without file", "0", "row before file: found (control)", "0", met=True),
        Figure("files without row after the sweep", "0", deaths, "0", met=True),
        Figure(
            "partial files under a file's name", "0", "name first: found (control)", "0", met=True
        ),
        Figure("requests not answered when repeated", "0", deaths, "0", met=True),
        Figure("jobs not done by the next worker", "0", deaths, "0", met=True),
    ]
    labels = "; ".join(point.label for point in POINTS)
    write(RELIABILITY, "Killed at fourteen points", figures, [f"The points: {labels}."])
