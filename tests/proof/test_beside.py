"""The option that lets two runs share the proofs is known to the proofs themselves."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.proof import sharing


def test_the_proofs_themselves_take_a_folder_of_anywhere(tmp_path: Path) -> None:
    told = "-o", "testpaths=tests/proof", f"--beside={tmp_path}", "--collect-only", "-q", "--long"
    desk = {**os.environ, "MADOGUCHI_WINDOW": "desk"}  # whatever a test before left there
    found = subprocess.run(
        (sys.executable, "-m", "pytest", *told),
        cwd=ROOT,
        env=desk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("alone", [True, False], ids=["against the clock", "control"])
def test_a_proof_held_to_seconds_has_the_floor_to_itself(tmp_path: Path, *, alone: bool) -> None:
    told: list[str] = []
    waiting = threading.Event()

    def prove() -> None:
        waiting.set()
        with sharing.floor(tmp_path, alone=alone):
            told.append("proved")

    with sharing.floor(tmp_path, alone=False):
        beside = threading.Thread(target=prove)
        beside.start()
        waiting.wait()
        beside.join(1)
        told.append("another ends")
    beside.join()
    assert told == (["another ends", "proved"] if alone else ["proved", "another ends"])
