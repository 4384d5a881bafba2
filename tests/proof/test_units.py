"""systemd takes the units of docs/running."""

import subprocess
from pathlib import Path

from tests.house.source import ROOT

RUNNING = ROOT / "docs" / "running"


def complaints(folder: Path, said: str = "", instead: str = "") -> str:
    """What systemd says against the units, with a program that is there; and one word changed."""
    kinds = ("service", "socket", "timer", "mount")
    units = [path for kind in kinds for path in RUNNING.glob(f"*.{kind}")]
    for unit in units:
        text = unit.read_text("utf-8").replace("/opt/madoguchi/bin/madoguchi", "/bin/true")
        (folder / unit.name).write_text(text.replace(said, instead) if said else text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(folder / unit.name) for unit in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert "madoguchi" not in complaints(tmp_path)


def test_control_systemd_refuses_a_wrong_word(tmp_path: Path) -> None:
    assert "madoguchi-portal" in complaints(tmp_path, "MemoryMax", "MemoryMost")
