"""Long proofs take turns: `long.json` names them; with each push goes a third, with `--long` all.

A run that is given files or folders takes them whole.
"""

import json
import subprocess
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.proof.clock import TOKYO

PROOFS = Path(__file__).parent
LIST = PROOFS / "long.json"
THIRDS = 3
STALE = timedelta(days=30)


@dataclass(frozen=True)
class Long:
    """A file of tests/proof, or one test of it (`FILE::TEST`), that no push waits for each time.

    `minutes` of the clock, alone on two cores, without `--long`; `green_on`: the last day on which
    it is known to have run whole. What mounts a disk or stands still for minutes has no turn and
    runs with `--long` alone.
    """

    proof: str
    why: str
    minutes: float
    green_on: date | None
    turns: bool = True

    def names(self, item: pytest.Item) -> bool:
        if not item.path.is_relative_to(PROOFS):
            return False
        file = item.path.relative_to(PROOFS).as_posix()
        return self.proof in {file, f"{file}::{getattr(item, 'originalname', item.name)}"}


def listed(path: Path = LIST) -> list[Long]:
    rows = json.loads(path.read_text("utf-8"))
    return [
        Long(**{**row, "green_on": date.fromisoformat(day) if (day := row["green_on"]) else None})
        for row in rows
    ]


def write(proofs: list[Long], path: Path = LIST) -> None:
    rows = (asdict(one) | {"green_on": one.green_on and str(one.green_on)} for one in proofs)
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", "utf-8")


def thirds(proofs: list[Long]) -> list[list[Long]]:
    """Those that have turns, the longest first, each into the third with the fewest minutes."""
    parts: list[list[Long]] = [[] for _ in range(THIRDS)]
    turning = [one for one in proofs if one.turns]
    for one in sorted(turning, key=lambda one: (-one.minutes, one.proof)):
        min(parts, key=minutes).append(one)
    return parts


def minutes(proofs: list[Long]) -> float:
    return sum(one.minutes for one in proofs)


def turn(commit: str, today: date) -> int:
    """The third that this commit takes; without a commit, the day's.

    By the hash and not by counting: a push may bring three commits, and a shallow clone counts one.
    """
    return (int(commit, 16) if commit else today.toordinal()) % THIRDS


def commit() -> str:
    """The hash of what is checked out; empty outside a checkout or without git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = [*map(str, range(THIRDS)), "turn"]
    told = "also this third of the long proofs; `turn`: the one that the commit takes"
    parser.addoption("--third", choices=choices, help=told)


def today() -> date:
    return datetime.now(TOKYO).date()


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Turns:
    """What this run takes of the long proofs, and how that ended."""

    config: pytest.Config
    proofs: list[Long] = field(default_factory=listed)
    named: dict[str, Long] = field(default_factory=dict)  # node id: the entry that names it
    seconds: dict[str, float] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        third = self.config.getoption("--third")
        self.third = turn(commit(), today()) if third == "turn" else int(third or -1)
        self.whole = bool(
            self.config.getoption("--long")
            or self.config.args_source is pytest.Config.ArgsSource.ARGS
        )
        self.taken = thirds(self.proofs)[self.third] if self.third >= 0 else []
        if self.whole:
            self.taken = self.proofs

    def told(self) -> str:
        if self.whole:
            return "of the long proofs, this run takes all that it is given"
        if not self.taken:
            return f"{len(self.proofs)} long proofs are left out; --third N takes some, --long all"
        names = ", ".join(one.proof for one in self.taken)
        spent = f"{minutes(self.taken):.0f} of {minutes(self.proofs):.0f} minutes"
        return f"of the long proofs, this run takes third {self.third}: {names} ({spent})"

    def pytest_report_header(self) -> str:
        return self.told()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the long proofs that have no turn; of the others the longest begin.

        So two runs side by side end at about the same time.
        """
        for item in items:
            for one in self.proofs:
                if one.names(item):
                    self.named[item.nodeid] = one
        left = [
            item
            for item in items
            if item.nodeid in self.named and self.named[item.nodeid] not in self.taken
        ]
        self.config.hook.pytest_deselected(items=left)
        of_file: dict[Path, float] = {}
        for item in items:
            if entry := self.named.get(item.nodeid):
                of_file[item.path] = max(of_file.get(item.path, 0), entry.minutes)
        kept = [item for item in items if item not in left]
        items[:] = sorted(kept, key=lambda item: -of_file.get(item.path, 0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if not report.passed:
            self.spoilt.add(report.nodeid)

    def green(self) -> dict[str, Long]:
        """Those of which every test was run here and passed, with what they took."""
        found = {}
        for one in self.proofs:
            nodes = [node for node, of in self.named.items() if of == one]
            if nodes and all(node in self.seconds and node not in self.spoilt for node in nodes):
                took = sum(self.seconds[node] for node in nodes) / 60
                found[one.proof] = replace(one, minutes=round(took, 1) or 0.1, green_on=today())
        return found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.line(self.told())
        green = self.green()
        if self.config.getoption("--record") and green:
            write([green.get(one.proof, one) for one in self.proofs])
            terminalreporter.line(f"noted as green today: {', '.join(green)}")
        due = [
            f"{one.proof} ({one.green_on or 'never'})"
            for one in self.proofs
            if one.proof not in green and (not one.green_on or today() - one.green_on > STALE)
        ]
        if due:
            terminalreporter.line(f"not noted as green for more than 30 days: {', '.join(due)}")
