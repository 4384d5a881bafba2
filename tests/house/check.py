"""`./run check`: runs every check of the house, as many at once as there are cores.

It shows what each says that does not hold, and counts what is wrong.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from madoguchi.rules.programme.words import length, sentences
from tests.house.source import ROOT
from tests.house.test_texts import where
from tests.house.words import keyed, pages

WARNED = {"ja": 50, "easy": 30}  # characters of a sentence


@dataclass(frozen=True)
class Check:
    """One check: what it is, the command that makes it, the window it makes it in."""

    title: str
    command: tuple[str, ...]
    window: str = "desk"


PYTHON = (sys.executable, "-m")
TEMPLATES_FORMATTER = Path(sys.executable).with_name("djangofmt")  # a program, no module
MIGRATIONS = (*PYTHON, "django", "makemigrations", "--check", "--dry-run")
WORDS = ("test_templates", "test_texts", "test_keys", "test_jobs", "test_docs", "test_tree")
CHECKS = (
    Check("lint", (*PYTHON, "ruff", "check", ".")),
    Check("format", (*PYTHON, "ruff", "format", "--check", ".")),
    Check(
        "templates' form (.venv/bin/djangofmt madoguchi writes it)",
        (str(TEMPLATES_FORMATTER), "--check", "madoguchi"),
    ),
    Check("types", (*PYTHON, "mypy")),
    Check(
        "contracts",
        (
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            "--no-logo",
        ),
    ),
    Check(
        "texts and templates",
        (
            *PYTHON,
            "pytest",
            "-q",
            "-p",
            "no:django",
            "-W",
            "ignore::pytest.PytestConfigWarning",
            *(f"tests/house/{one}.py" for one in WORDS),
        ),
    ),
    Check("docs/running/roles.sql", (*PYTHON, "pytest", "-q", "tests/house/test_roles_file.py")),
    Check("programmes", (*PYTHON, "madoguchi", "programme", "check")),
    Check("migrations of cases and staff", MIGRATIONS),
    Check("migrations of cases, as the portal sees them", MIGRATIONS, "portal"),
)


def passes(check: Check, home: str) -> bool:
    """Whether the check holds; what it printed is shown when it does not."""
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
        "MADOGUCHI_HOME": home,
        "MADOGUCHI_WINDOW": check.window,
    }
    done = subprocess.run(
        check.command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        print(f"ok    {check.title}\n", end="", flush=True)
    else:
        said = (done.stdout + done.stderr).rstrip()
        print(f"WRONG {check.title}\n{said}\n\n", end="", flush=True)
    return done.returncode == 0


def ask_about_length() -> None:
    """Print the longest sentences that people read: a question each, no failure."""
    long = [
        f"{length(sentence):3} {where(text)}: {sentence}"
        for text in (*keyed(), *pages())
        for sentence in sentences(text.words)
        if length(sentence) > WARNED.get(text.column, 1000)
    ]
    for line in sorted(long, reverse=True)[:10]:
        print(f"?     a long sentence: {line}")


def main() -> int:
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return 0
    """The number of checks that do not hold, as the exit code."""
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(os.cpu_count()) as cores:
        hold = sum(cores.map(partial(passes, home=home), CHECKS))
    ask_about_length()
    print(f"{hold} of {len(CHECKS)} checks hold.")
    return len(CHECKS) - hold


if __name__ == "__main__":
    sys.exit(main())
