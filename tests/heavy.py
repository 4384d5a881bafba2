"""What `./run test` leaves to `./run test --all`, and what the tests that ran have cost.

`tests/heavy.json` names families of tests (a function with all its parameters) and files whose
tests cost a lot, with their seconds of work: the processor's time of the test's process and of its
children, so that a busy machine changes little. `./run test --all --record` writes it; `--all`
fails when it no longer tells the truth. One test measured once is no proof (a busy machine, a pause
of the collector): doubts are printed, and fail the run when together they weigh DOUBT_S. A file or
test named on the command line runs whole.

New tests that work long are found by `--all` and by `CI=1 ./run test`, on a quiet machine. The
gate's light tests run without `CI`: beside others the same work costs more of the processor's time,
and nothing may fall by that. Whoever adds tests that walk far runs one of the two; a release does.

`tests/rota.json` names those that no commit waits for, each with the reason: `--rest` leaves them
to `--rota` and `--all`; what PostgreSQL is asked, races apart, it leaves to `--postgresql`.
"""

import json
import math
import os
import resource
from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import dovecot, shapes

LIST = Path(__file__).with_name("heavy.json")
ROTA = Path(__file__).with_name("rota.json")
MEAN_S = 0.2  # of a family
ONCE_S = 0.5  # of its dearest test
FILE_S = 1.0  # of what a file's tests share
SLACK = 4.0  # so far beyond is a doubt: who comes first to a state pays for building it
DOUBT_S = 15.0  # of work by doubtful entries together: so much makes the list untrue
SLOWEST = 10
PROGRAMS = {"dovecot": ("dovecot-imapd", Path(dovecot.DOVECOT).exists())}  # a mark → its package


def used() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def family(nodeid: str) -> str:
    """`tests/x.py::test_y[1]` → `tests/x.py::test_y`."""
    return nodeid.partition("[")[0]


def is_worker(config: pytest.Config) -> bool:
    """One of xdist's processes, which only runs what the main process collects."""
    return hasattr(config, "workerinput")


@dataclass
class Costs:
    """Seconds of work by test, and by file what its fixtures cost that serve several tests."""

    tests: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    files: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def families(self) -> dict[str, list[float]]:
        found: dict[str, list[float]] = defaultdict(list)
        for nodeid, seconds in self.tests.items():
            found[family(nodeid)].append(seconds)
        return found

    def weighed(self) -> dict[str, tuple[float, float]]:
        """By family and file: seconds to record, and how many times the limit that is."""
        weights = {
            name: (sum(each), max(sum(each) / len(each) / MEAN_S, max(each) / ONCE_S))
            for name, each in self.families().items()
        }
        return weights | {name: (cost, cost / FILE_S) for name, cost in self.files.items()}

    def record(self, listed: dict[str, float]) -> dict[str, float]:
        """The list anew: what is heavy, and what was and is nearly so."""
        return {
            name: round(seconds, 2)
            for name, (seconds, weight) in sorted(self.weighed().items())
            if weight >= (0.6 if name in listed else 1)
        }

    def doubts(self, listed: dict[str, float]) -> dict[str, float]:
        """Where the list and what was measured differ too much: a sentence → seconds of work."""
        weighed = self.weighed()
        return {
            f"{name}: {seconds:.2f} s of work, not in tests/heavy.json": seconds
            for name, (seconds, weight) in sorted(weighed.items())
            if weight > SLACK and name not in listed
        } | {
            f"{name}: in tests/heavy.json, and works only {weighed[name][0]:.2f} s": listed[name]
            for name in sorted(listed)
            if name in weighed and weighed[name][1] < 1 / SLACK
        }


class Heavy:
    """The plugin: leaves out what is heavy, measures what runs, and says both at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.listed: dict[str, float] = json.loads(LIST.read_text("utf-8"))
        self.all = config.option.all
        self.turns: dict[str, str] = json.loads(ROTA.read_text("utf-8"))
        self.rota = config.option.rota is not None
        chosen = config.option.light or config.option.rest or self.rota
        self.light = chosen and "tests/proof" not in config.getini("testpaths")
        self.rest = config.option.rest
        self.cover = shapes.read() if self.rest else set[str]()
        self.costs = Costs()
        self.doubts: list[str] = []
        self.shared = 0.0
        self.mark = used()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is heavy or needs a program, unless it was asked for."""
        if not self.light:
            marked = {mark.args[0] for item in items for mark in item.iter_markers("needs")}
            demand(marked)
            return
        left = [item for item in items if not self.takes(item)]
        self.config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]

    def takes(self, item: pytest.Item) -> bool:
        turn = bool({item.nodeid.partition("::")[0], family(item.nodeid)} & self.turns.keys())
        if self.rota:
            return turn
        if not self.is_heavy(item):
            return not self.rest
        return self.rest and not turn and not shapes.asked_alone(item, self.cover)

    def is_heavy(self, item: pytest.Item) -> bool:
        file = item.nodeid.partition("::")[0]
        return (
            file in self.listed
            or family(item.nodeid) in self.listed
            or item.get_closest_marker("needs") is not None
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """What serves more than one test is no test's own cost."""
        if fixturedef.scope == "function":
            return (yield)
        before, mark, shared = used(), self.mark, self.shared
        made = yield
        spent = used() - before
        self.mark = mark + spent
        self.shared = shared + spent * (fixturedef.scope != "session")
        return made

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, Any, Any]:
        self.mark, self.shared = used(), 0.0
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        """Write the work of each phase into its report, which xdist carries home."""
        report = yield
        now = used()
        report.work, report.shared = now - self.mark, self.shared
        self.mark, self.shared = now, 0.0
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.costs.tests[report.nodeid] += report.work
        self.costs.files[report.nodeid.partition("::")[0]] += report.shared

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """After a whole run: write the list anew, or fail where it is untrue."""
        truth = self.all or self.rest or (self.light and "CI" in os.environ)
        ran = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if not truth or is_worker(self.config) or not ran:
            return
        if self.all and self.config.option.record and "tests" in self.config.getini("testpaths"):
            listed = self.costs.record(self.listed)
            LIST.write_text(json.dumps(listed, indent=0, sort_keys=True) + "\n", "utf-8")
        elif not session.exitstatus and (doubts := self.costs.doubts(self.listed)):
            self.doubts = [*doubts, "`./run test --all --record` writes the list anew"]
            if sum(doubts.values()) >= DOUBT_S:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        say = terminalreporter.line
        for line in self.doubts:
            say(line, yellow=True)
        slowest = Counter(self.costs.tests).most_common(SLOWEST)
        if slowest:
            say(f"{used():.0f} s of processor time; what worked longest:")
        for nodeid, seconds in slowest:
            say(f"{seconds:7.2f} s  {nodeid}")
        if self.light and not self.rest and not self.rota:
            say(
                f"left to `./run test --all`: {len(self.listed)} heavy families and files "
                f"({sum(self.listed.values()):.0f} s), and what needs "
                + ", ".join(package for package, _ in PROGRAMS.values())
            )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="every test, also the heavy ones")
    parser.addoption(
        "--record",
        action="store_true",
        help="with --all: write tests/heavy.json; of the proofs: note in rota.json what was green",
    )
    parser.addoption("--light", action="store_true", help="without the heavy ones: the default")
    told = "what --light leaves out, but for what no commit waits for (--rota)"
    parser.addoption("--rest", action="store_true", help=told)
    told = "only what no commit waits for; of proofs the longest not green first, for so long"
    parser.addoption("--rota", type=float, nargs="?", const=math.inf, metavar="MIN", help=told)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program): in `--all` only, where it must be there")
    proofs = "tests/proof" in config.getini("testpaths")
    if config.option.record and not config.option.all and not proofs:
        raise pytest.UsageError("--record goes with `./run test --all` or with `./run proof`")
    if is_worker(config):
        vars(config.option).update(vars(config)["workerinput"]["part"])
    elif is_named(config):
        config.option.all = config.option.light = config.option.rest = False
        config.option.rota = None
    else:
        whole = config.option.all or config.option.rest or config.option.rota is not None
        config.option.light = not whole and "MADOGUCHI_DATABASE" not in os.environ
        demand(set(PROGRAMS) if whole else set())
    config.pluginmanager.register(Heavy(config), "heavy")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist which part of the suite is run."""
    chosen = node.config.option
    names = ("all", "light", "rest", "rota")
    node.workerinput["part"] = {name: getattr(chosen, name) for name in names}


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """`-n auto`: every core takes tests from the others; what was named runs in this process."""
    config.option.dist = "worksteal"
    if is_named(config):
        config.option.dist = "no"
        return 0
    return None


def is_named(config: pytest.Config) -> bool:
    """Were files or tests named on the command line, or chosen by a word (`-k`)?"""
    named = config.args_source is pytest.Config.ArgsSource.ARGS or bool(config.option.keyword)
    return named and not is_worker(config)


def demand(programs: set[str]) -> None:
    """Stop before the first test, in one sentence, where programs are missing."""
    lacking = sorted(PROGRAMS[name][0] for name in programs if not PROGRAMS[name][1])
    if lacking:
        raise pytest.UsageError(
            f"these tests need what is not here; on Debian: apt-get install {' '.join(lacking)}"
        )
