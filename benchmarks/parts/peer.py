"""A peer in an environment of its own under `out/`; what it lacks is said in a sentence."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.parts.serving import OUT

WHOLE = "whole"  # written when everything is installed: an attempt that was broken off is repeated


def python(name: str, *pinned: str) -> Path:
    """The peer's interpreter; its environment is made when it is not there.

    Raises:
        SystemExit: it cannot be made here; says why, and what to do.
    """
    home = OUT / name
    found = home / "bin" / "python"
    if not (home / WHOLE).exists():
        venv = [sys.executable, "-m", "venv", "--clear", str(home)]
        _do(name, venv, "install venv: apt-get install python3-venv")
        pip = [str(found), "-m", "pip", "install", "--quiet", *pinned]
        _do(name, pip, "needs a package index: set PIP_INDEX_URL where only a mirror is reached")
        (home / WHOLE).touch()
    return found


def answer(
    name: str, interpreter: Path, program: str, asked: object, lacking: str
) -> dict[str, Any]:
    """What the peer's program prints, as JSON; ``lacking``: what to do where it cannot run.

    Raises:
        SystemExit: it cannot; says why, and what to do.
    """
    said = _do(name, [str(interpreter), "-c", program], lacking, json.dumps(asked))
    told: dict[str, Any] = json.loads(said)
    return told


def _do(name: str, command: list[str], lacking: str, typed: str = "") -> str:
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise SystemExit(f"bench: the peer {name} cannot run here: {said[-1]}\n  -> {lacking}")
    return done.stdout
