"""The option that lets two runs share the proofs is known to the proofs themselves."""

import os
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT


def test_the_proofs_themselves_take_a_folder_of_anywhere(tmp_path: Path) -> None:
    told = "-o", "testpaths=tests/proof", f"--beside={tmp_path}", "--collect-only", "-q"
    desk = {**os.environ, "MADOGUCHI_WINDOW": "desk"}  # whatever a test before left there
    found = subprocess.run(
        (sys.executable, "-m", "pytest", *told, "-k", "test_judge"),
        cwd=ROOT,
        env=desk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert '--beside="$taken"' in (ROOT / ".ci/run").read_text("utf-8"), "as one word"
