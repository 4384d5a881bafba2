"""Two processes on one database, SQLite and PostgreSQL: one chain, one first opening, one act.

Each question has its control: the same twins without locks and turns, who then fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from tests.postgresql import address, started
from tests.proof.house import House, prepared
from tests.proof.twins import Twins, twins

APPENDS, CASES, ROUNDS = 300, 5, 20
LONGEST_S = 5
FIGURES: dict[str, Figure] = {}


@dataclass(frozen=True)
class Pairs:
    """Twins with every guard, and the control's, on the same database."""

    guarded: Twins
    unguarded: Twins
    on: str

    def cases(self, count: int, *, adopted: bool = False) -> list[str]:
        """New cases, opened by the worker where asked for."""
        known = set(self.guarded.alone("ask", "0").split(","))
        new = sorted(set(self.guarded.alone("ask", str(count)).split(",")) - known)
        assert len(new) == count
        assert not adopted or {self.guarded.alone("adopt", case) for case in new} == {"done"}
        return new

    def chain(self) -> tuple[str, int]:
        """The audit's faults, and how many lines it has."""
        faults, lines = self.guarded.alone("audit").split("/")
        return faults, int(lines)


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = started(hasty=False)
    for name in ("cases", "staff"):
        server.psql(f"CREATE DATABASE {name}")
    yield prepared(
        tmp_path_factory.mktemp("postgresql") / "home",
        MADOGUCHI_DATABASE=address(server, "cases"),
        MADOGUCHI_STAFF_DATABASE=address(server, "staff"),
    )
    server.cleanup()


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Under `--long`, what came out goes into docs/reliability.md."""
    yield
    if request.config.getoption("--long"):
        write(RELIABILITY, "Two processes at once", list(FIGURES.values()))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pairs(
    request: pytest.FixtureRequest, on_postgresql: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pairs]:
    sqlite = request.param == "sqlite"
    house = prepared(tmp_path_factory.mktemp("sqlite") / "home") if sqlite else on_postgresql
    with twins(house) as guarded, twins(house, "unguarded") as unguarded:
        yield Pairs(guarded, unguarded, request.param)


def test_one_chain(pairs: Pairs) -> None:
    _, before = pairs.chain()
    done = pairs.guarded.do("append", [""] * APPENDS)
    assert {one.words for one in done} == {("done", "done")}
    assert pairs.chain() == ("none", before + 2 * APPENDS)
    worst = max(one.seconds for one in done)
    what = f"2 × {APPENDS} lines of the audit, {pairs.on}"
    told = f"no gap, none twice; worst wait {1000 * worst:.0f} ms"
    FIGURES[pairs.on] = Figure(what, told, "", f"< {LONGEST_S} s", worst < LONGEST_S)
    print(FIGURES[pairs.on].row())
    assert worst < LONGEST_S


def test_control_one_chain(pairs: Pairs) -> None:
    done = pairs.unguarded.do("append", [""] * APPENDS)
    clash = {"sqlite": "OperationalError", "postgresql": "IntegrityError"}[pairs.on]
    failed = [word for one in done for word in one.words if word != "done"]
    assert clash in failed
    if pairs.on in FIGURES:
        beside = f"without the lock {len(failed)} of {2 * APPENDS} failed"
        FIGURES[pairs.on] = replace(FIGURES[pairs.on], beside=beside)


def test_one_first_opening(pairs: Pairs) -> None:
    done = pairs.guarded.do("adopt", pairs.cases(CASES))
    assert {one.words for one in done} == {("done", "done")}
    assert pairs.chain()[0] == "none"


def test_control_one_first_opening(pairs: Pairs) -> None:
    done = pairs.unguarded.do("adopt", pairs.cases(2 * CASES))
    assert {word for one in done for word in one.words} - {"done"}


def test_one_act_under_one_key(pairs: Pairs) -> None:
    (case,) = pairs.cases(1, adopted=True)
    done = pairs.guarded.do("note", [f"{case} key-{number}" for number in range(ROUNDS)])
    assert all(len(set(one.words)) == 1 for one in done)
    assert len({one.words for one in done}) == ROUNDS


def test_control_one_act_under_one_key(pairs: Pairs) -> None:
    (case,) = pairs.cases(1, adopted=True)
    done = pairs.unguarded.do("note", [f"{case} control-{number}" for number in range(ROUNDS)])
    assert any(len(set(one.words)) == 2 for one in done)


def taking(case: str) -> list[tuple[str, str]]:
    """Two colleagues press "take" on the case as both saw it."""
    return [(f"{case} 1 {revision}", f"{case} 2 {revision}") for revision in range(ROUNDS)]


def test_one_of_two_takes_the_case(pairs: Pairs) -> None:
    (case,) = pairs.cases(1, adopted=True)
    done = pairs.guarded.do("take", taking(case))
    assert {tuple(sorted(one.words)) for one in done} == {("case.stale", "done")}


def test_control_one_of_two_takes_the_case(pairs: Pairs) -> None:
    (case,) = pairs.cases(1, adopted=True)
    done = pairs.unguarded.do("take", taking(case))
    assert {tuple(sorted(one.words)) for one in done} != {("case.stale", "done")}


def test_no_two_acts_wait_for_each_other(pairs: Pairs) -> None:
    (case,) = pairs.cases(1, adopted=True)
    rounds = [(f"{case} {2 * number}", f"{case} {2 * number + 1}") for number in range(2 * ROUNDS)]
    done = pairs.guarded.do("anything", rounds)
    assert {word for one in done for word in one.words} == {"done", "refused"}
    assert pairs.chain()[0] == "none"


def test_control_crossed_turns_are_noticed(pairs: Pairs) -> None:
    """PostgreSQL ends one of two that wait for each other; on SQLite there is one writer only."""
    done = pairs.guarded.do("crossed", [("a b", "b a")] * 2)
    words = {word for one in done for word in one.words}
    assert words == ({"done"} if pairs.on == "sqlite" else {"done", "OperationalError"})
