"""`./run gate`: what a commit is asked before it lands; every part runs, and one table tells all.

Two lanes share the parts, the longest first. A test that fell is asked once more, alone, when both
have ended, by the way of its part: green then, it is unsteady; that is told, and fails the gate
where it happens to many.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.source import ROOT

LANES, LONGEST_S, ENDING_S, ASKED_AGAIN, MANY = 2, 1500, 30, 15, 3
HUNG = 124
TEST, PROOF = ["./run", "test"], ["./run", "proof"]


@dataclass
class Part:
    """A command; and, if pytest runs in it, the one that takes a test of it."""

    title: str
    command: list[str]
    again: list[str] = field(default_factory=list)
    code: int = 0
    seconds: float = 0
    closing: str = ""
    fell: list[str] = field(default_factory=list)


REST = [*TEST, "--rest", "-n1"]
PARTS = [
    Part("heavy, but windows", [*REST, "--ignore=tests/web", "--ignore=tests/work"], TEST),
    Part("heavy, windows", [*REST, "-o", "testpaths=tests/web tests/work"], TEST),
    Part("PostgreSQL", [*TEST, "--postgresql"], [*TEST, "--postgresql"]),
    Part("bare, light tests", [".ci/bare", "-n1"], [".ci/bare"]),
    Part("proofs", PROOF, PROOF),
    Part("check", ["./run", "check"]),
]


def run(command: list[str], log: Path) -> int:
    """How the command ends; what takes too long is asked to end, and killed with its children.

    Asked, pytest still tells what fell until then. Temporary folders are its own: two pytests of
    one user clear away each other's.
    """
    own = tempfile.mkdtemp(prefix="t", dir=log.parent)
    with log.open("w") as said:
        program = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env=os.environ | {"CI": "1", "PYTEST_DEBUG_TEMPROOT": own},
            start_new_session=True,
        )  # fmt: skip
        try:
            return program.wait(LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                program.wait(ENDING_S)
            return HUNG
        finally:
            with suppress(ProcessLookupError):  # nothing is left of it
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def take(part: Part, folder: Path) -> None:
    """Run the part, show what it said, and note what fell."""
    began, cache = time.monotonic(), folder / part.title
    cache.mkdir(mode=0o777)
    cache.chmod(0o777)  # one part is another user's
    log = cache.with_suffix(".log")
    part.code = run([*part.command, *(["-o", f"cache_dir={cache}/of"] if part.again else [])], log)
    part.seconds = time.monotonic() - began
    said = log.read_text("utf-8", "replace")
    print(f"\n===== {part.title}: {shlex.join(part.command)}\n{said}", flush=True)
    closing = re.findall(r"^=* ?(\d+ [a-z]+(?:, \d+ [a-z]+)* in .+?s)\b.*$", said, re.MULTILINE)
    part.closing = (closing or re.findall(r"^.*\bchecks hold\.$", said, re.MULTILINE) or [""])[-1]
    last = cache / "of" / "v" / "cache" / "lastfailed"
    part.fell = sorted(json.loads(last.read_text("utf-8"))) if last.exists() else []


def why(part: Part, folder: Path, test: str = "") -> str:
    """The line of pytest's summary about the test; without one, the part's last words."""
    said = folder.joinpath(f"{part.title}.log").read_text("utf-8", "replace").splitlines()
    about = [line for line in said if test and line.startswith((f"FAILED {test}", f"ERROR {test}"))]
    wrong = [line for line in said if line.startswith("WRONG ")]
    return (about or ["; ".join(wrong)] if wrong or about else said[-1:] or [""])[-1][:300]


def git(*words: str) -> str:
    """What git says of the tree."""
    said = subprocess.run(["git", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return said.stdout.rstrip()


def main() -> int:
    began = time.monotonic()
    commit = git("rev-parse", "--short", "HEAD")
    changed = [line[3:] for line in git("status", "--porcelain").splitlines()]
    twice, once, unsteady = list[str](), list[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="gate-") as name, ThreadPoolExecutor(LANES) as lanes:
        folder = Path(name)
        folder.chmod(0o755)
        list(lanes.map(lambda part: take(part, folder), PARTS))
        for part in PARTS:
            if part.code and (part.code != 1 or not part.fell):
                hung = f", hung: killed after {LONGEST_S} s" if part.code == HUNG else ""
                once.append(f"{part.title} ended with {part.code}{hung}: {why(part, folder)}")
            told = {test: f"{part.title}: {why(part, folder, test)}" for test in part.fell}
            once += [told[test] for test in part.fell[ASKED_AGAIN:]]
            for test in part.fell[:ASKED_AGAIN]:
                log = folder / "again.log"
                if run([*part.again, test], log) == 0:
                    unsteady.append(told[test])
                else:
                    twice.append(told[test])
                    print(f"\n===== again, alone: {test}\n{log.read_text('utf-8', 'replace')}")
    print(f"\n{'part':20}{'seconds':>8}  what it said")
    for part in PARTS:
        print(f"{part.title:20}{part.seconds:8.0f}  {part.closing or f'ended with {part.code}'}")
    print(f"{'all':20}{time.monotonic() - began:8.0f}")
    print(f"commit {commit}" + (f", but for: {', '.join(changed)}" if changed else ""))
    ways = {"fell, twice": twice, "fell, not asked again": once, "unsteady: green alone": unsteady}
    for way, lines in ways.items():
        print("\n".join([f"{way}: {len(lines)}", *(f"  {line}" for line in lines)]))
    passed = sum(int(n) for part in PARTS for n in re.findall(r"(\d+) passed", part.closing))
    red = len(twice) + len(once) + (len(unsteady) if len(unsteady) >= MANY else 0)
    print(f"{passed} passed, {red} failed", flush=True)
    return min(red, 1)


if __name__ == "__main__":
    # begun in a shell's background it would pass over this signal, and so would its parts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
