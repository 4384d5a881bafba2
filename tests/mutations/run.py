"""Try the mutations of `thirty.toml`: each in a copy of the tree, by the tests that it names.

    .venv/bin/python -m tests.mutations.run [NAME …] [--whole]

`--whole` asks every test but the proofs. Ends with the number of mutations that nobody noticed.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
THIRTY = Path(__file__).with_name("thirty.toml")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "node_modules")
PASSED, FAILED = 0, 1  # pytest's exit codes; all others say that the tests were not run
NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Mutation:
    """A mistake put into the product, and the tests that must notice it.

    `before` stands in `file` exactly once. `killed_by`: who noticed when it was chosen.
    """

    name: str
    file: str
    before: str
    after: str
    promise: str
    tests: Sequence[str]
    killed_by: str = ""

    def apply(self, tree: Path) -> None:
        """Change the file of this tree."""
        path = tree / self.file
        words = path.read_text("utf-8") if path.is_file() else ""
        if (count := words.count(self.before)) != 1:
            sys.exit(f"{self.name}: `before` stands {count} times in {self.file}, not once")
        path.write_text(words.replace(self.before, self.after), "utf-8")


def thirty() -> list[Mutation]:
    """All that were chosen."""
    return [Mutation(**told) for told in tomllib.loads(THIRTY.read_text("utf-8"))["mutation"]]


def killer(mutation: Mutation, tests: Sequence[str]) -> str:
    """The first test that notices the mutation, and passes without it; empty where none does."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-mutation-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        mutation.apply(tree)
        done = asked(tree, tests)
        if done.returncode == PASSED:
            return ""
        noticed = NOTICED.search(done.stdout)
        if done.returncode != FAILED or noticed is None:
            sys.exit(f"{mutation.name}: its tests were not run\n{done.stdout}{done.stderr}")
        shutil.copy(ROOT / mutation.file, tree / mutation.file)
        control = asked(tree, [noticed[1]])
        if control.returncode != PASSED:
            sys.exit(f"{noticed[1]} fails without {mutation.name}, too\n{control.stdout}")
        return noticed[1]


def asked(tree: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What pytest says in this tree, up to the first test that fails."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def main() -> int:
    """Try those that are named, or all; the number of those that nobody noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations.run")
    parser.add_argument("name", nargs="*")
    parser.add_argument("--whole", action="store_true", help="every test but the proofs")
    args = parser.parse_args()
    known = {mutation.name: mutation for mutation in thirty()}
    if strange := set(args.name) - known.keys():
        parser.error(f"no such mutation: {', '.join(sorted(strange))}")
    survivors = 0
    for name in args.name or known:
        tests = ["--ignore=tests/proof"] if args.whole else known[name].tests
        noticed = killer(known[name], tests)
        survivors += not noticed
        print(f"killed  {name}  by {noticed}" if noticed else f"SURVIVED {name}", flush=True)
    return survivors


if __name__ == "__main__":
    sys.exit(main())
