"""The offices and windows for these tests; a command said aloud, a folder of one's own."""

from pathlib import Path
from typing import Any

import pytest

from madoguchi.ops.main import main
from tests.offices import (  # noqa: F401 - fixtures
    desk,
    office,
    offices,
    other_office,
    portal,
)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command; give back its code, output and complaints."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for a city's own programmes."""
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    return tmp_path
