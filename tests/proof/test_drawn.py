"""The rules hold for examples that are drawn at random: the gate asks the same few each time."""

import os
import subprocess
import sys

from tests.house.source import ROOT

EXAMPLES = "600"


def test_the_rules_hold_for_other_examples() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/rules"),
        cwd=ROOT,
        env={**os.environ, "DRAWN": EXAMPLES},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
