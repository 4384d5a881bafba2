"""The application of each window can be loaded by a server that has loaded nothing before it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def loaded(window: str, home: Path, *modules: str) -> subprocess.CompletedProcess[str]:
    """A new process that loads the modules, as a server's does."""
    told = {"MADOGUCHI_HOME": str(home), "MADOGUCHI_WINDOW": window, "MADOGUCHI_MODE": "demo"}
    return subprocess.run(
        (sys.executable, "-c", f"import {', '.join(modules)}"),
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("window", ["portal", "desk"])
def test_a_window_is_loaded(window: str, tmp_path: Path) -> None:
    found = loaded(window, tmp_path, "madoguchi.config.wsgi")
    assert found.returncode == 0, found.stderr


def test_control_what_has_tables_is_not_loaded_before_them(tmp_path: Path) -> None:
    found = loaded("desk", tmp_path, "madoguchi.tools.audit.chain", "madoguchi.config.wsgi")
    assert found.returncode == 1
    assert "AppRegistryNotReady" in found.stderr
