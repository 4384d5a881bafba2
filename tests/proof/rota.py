"""Which proofs every commit is asked, and which go by the rota: `rota.json` names those.

`./run proof` takes the same ones each time. `./run proof --rota` takes the others, the longest not
green first, `--rota=MINUTES` as many of them as that; whoever touches their room runs them, and
whoever releases. `--record` notes in the list what was green, by day, commit and seconds. Nothing
else asks for that note: it blocks nobody. A run that is given files or folders takes them whole.
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
LIST = PROOFS / "rota.json"
STALE = timedelta(days=30)


@dataclass(frozen=True)
class Turn:
    """A file of tests/proof, or one test of it (`FILE::TEST`), that goes by the rota.

    `seconds` by the clock, alone on two cores, without `--long`; `green_on` and `commit`: when it
    last ran whole, and on what. Without a day it was not noted yet, which is not that it was red,
    and its seconds are a guess; without a commit the day is from before commits were noted.
    `why` is said where it does more than look at pages.
    """

    proof: str
    why: str
    seconds: int
    green_on: date | None
    commit: str

    def names(self, item: pytest.Item) -> bool:
        if not item.path.is_relative_to(PROOFS):
            return False
        file = item.path.relative_to(PROOFS).as_posix()
        return self.proof in {file, f"{file}::{getattr(item, 'originalname', item.name)}"}


def listed(path: Path = LIST) -> list[Turn]:
    rows = json.loads(path.read_text("utf-8"))
    return [
        Turn(**{**row, "green_on": date.fromisoformat(day) if (day := row["green_on"]) else None})
        for row in rows
    ]


def write(turns: list[Turn], path: Path = LIST) -> None:
    rows = (asdict(one) | {"green_on": one.green_on and str(one.green_on)} for one in turns)
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", "utf-8")


def next_ones(turns: list[Turn], seconds: float) -> list[Turn]:
    """Those whose turn it is, as many as end in time; at least one."""
    chosen: list[Turn] = []
    for one in sorted(turns, key=lambda one: (one.green_on or date.min, one.proof)):
        if not chosen or sum(each.seconds for each in [*chosen, one]) <= seconds:
            chosen.append(one)
    return chosen


def commit() -> str:
    """The hash of what is checked out, short; empty outside a checkout or without git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Rota:
    """What this run takes of the list, and how that ended."""

    config: pytest.Config
    turns: list[Turn] = field(default_factory=listed)
    named: dict[str, Turn] = field(default_factory=dict)  # node id: the entry that names it
    seconds: dict[str, float] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        minutes = self.config.getoption("--rota")
        self.only = minutes is not None
        self.taken = next_ones(self.turns, 60 * minutes) if minutes is not None else []
        if (
            self.config.getoption("--long")
            or self.config.args_source is pytest.Config.ArgsSource.ARGS
        ):
            self.taken, self.only = self.turns, False

    def pytest_report_header(self) -> str:
        spent = f"{sum(one.seconds for one in self.taken) / 60:.0f} minutes"
        return f"of {len(self.turns)} proofs of the rota, this run takes {len(self.taken)}: {spent}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        pairs = ((item, one) for item in items for one in self.turns)
        self.named |= {item.nodeid: one for item, one in pairs if one.names(item)}
        left = [item for item in items if not self.takes(item)]
        self.config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if self.takes(item)]

    def takes(self, item: pytest.Item) -> bool:
        turn = self.named.get(item.nodeid)
        return turn in self.taken if turn else not self.only

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if not report.passed:
            self.spoilt.add(report.nodeid)

    def green(self) -> dict[str, Turn]:
        """Those of which every test was run here and passed, with what they took."""
        found, today, on = {}, datetime.now(TOKYO).date(), commit()
        for one in self.turns:
            nodes = [node for node, of in self.named.items() if of == one]
            if nodes and all(node in self.seconds and node not in self.spoilt for node in nodes):
                took = max(1, round(sum(self.seconds[node] for node in nodes)))
                found[one.proof] = replace(one, seconds=took, green_on=today, commit=on)
        return found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.line(self.pytest_report_header())
        green, today = self.green(), datetime.now(TOKYO).date()
        if self.config.getoption("--record") and green:
            write([green.get(one.proof, one) for one in self.turns])
            terminalreporter.line(f"noted as green today: {', '.join(green)}")
        due = [
            f"{one.proof} ({one.green_on or 'never'})"
            for one in self.turns
            if one.proof not in green and (not one.green_on or today - one.green_on > STALE)
        ]
        if due and self.only:
            terminalreporter.line(f"not noted as green for more than 30 days: {', '.join(due)}")
