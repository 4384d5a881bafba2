"""Kill rounds: whoever was shown a receipt can use it, whatever was killed, and nothing is half."""

import json
import random
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from tests.proof.house import prepared
from tests.proof.killing.crowd import PEOPLE, Crowd, crowded
from tests.proof.killing.programs import (
    SERVER,
    SERVERS_WORKER,
    WHOLE,
    Window,
    Worker,
    running,
    weakened,
)
from tests.proof.killing.searched import CLEAN, noted, searched

ROUNDS, LONG_ROUNDS = 20, 200
RECEIPTS, LONG_RECEIPTS = 100, 10_000
AT_WORK_S, LONG_AT_WORK_S = (0.2, 1.0), (2.0, 4.0)
FIRST_PAGE_S = 10
SEED = 20261125
pytestmark = pytest.mark.clock


@dataclass
class Town:
    """The three programs of a house, and what was killed how often."""

    portal: Window
    desk: Window
    worker: Worker
    kills: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    def one_round(self, chance: random.Random, at_work_s: tuple[float, float]) -> None:
        """Let them work, kill one or more of them, wait for the first pages."""
        time.sleep(chance.uniform(*at_work_s))
        fallen = {"portal": chance.random() < 0.75, "desk": chance.random() < 0.3}
        if not any(fallen.values()) or chance.random() < 0.5:
            self.worker.kill()
            self.kills["worker"] += 1
        windows = {"portal": self.portal, "desk": self.desk}
        killed = [windows[name] for name in windows if fallen[name]]
        for window in killed:
            window.kill(chance.choice((WHOLE, SERVER, SERVERS_WORKER)))
        self.kills.update(name for name in windows if fallen[name])
        self.waits += [window.wait() for window in killed]


class Officer(threading.Thread):
    """Somebody at the desk who opens its page again and again, killed or not."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._address = f"http://localhost:{port}/sign-in/"
        self.pages, self.gone = 0, False

    def run(self) -> None:
        while not self.gone:
            try:
                urllib.request.urlopen(self._address, timeout=5).close()
                self.pages += 1
            except OSError:
                time.sleep(0.1)
            time.sleep(0.1)


def test_no_promised_receipt_is_lost(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    long = pytestconfig.getoption("--long")
    rounds, receipts = (LONG_ROUNDS, LONG_RECEIPTS) if long else (ROUNDS, RECEIPTS)
    house, chance = prepared(tmp_path / "home"), random.Random(SEED)
    town = Town(Window(house, "portal"), Window(house, "desk"), Worker(house))
    with running(town.portal, town.desk, town.worker), crowded(town.portal.port) as crowd:
        officer = Officer(town.desk.port)
        officer.start()
        done = 0
        while done < rounds or len(crowd) < receipts:
            town.one_round(chance, LONG_AT_WORK_S if long else AT_WORK_S)
            done += 1
            assert not crowd.wrong, crowd.wrong
        officer.gone = True
        officer.join()
    assert not crowd.wrong, crowd.wrong
    found = searched(house, noted(crowd.journal, tmp_path / "journal"))
    doubts = sum(errand.doubts for errand in crowd.journal)
    print(f"{done} rounds, {len(crowd)} receipts, {doubts} in doubt, {town.kills}, {found}")
    print(
        f"first page after {sorted(town.waits)[-5:]} s at most; {officer.pages} pages of the desk"
    )
    assert {kind: found[kind] for kind in CLEAN} == {kind: [] for kind in CLEAN}
    assert (found["jobs undone"], found["database"]) == (0, [])
    assert found["cases"] == len(crowd) == len(crowd.journal) >= receipts
    assert doubts > 0
    assert officer.pages > 0
    assert max(town.waits) <= FIRST_PAGE_S
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    if long:
        tell(done, crowd, town, doubts)


def tell(rounds: int, crowd: Crowd, town: Town, doubts: int) -> None:
    """Write the table."""
    told = ", ".join(f"{name} {times} times" for name, times in sorted(town.kills.items()))
    count = f"{len(crowd):,}"
    waits = sorted(town.waits)
    longest, median = f"{waits[-1]:.1f} s", f"median {waits[len(waits) // 2]:.1f} s"
    figures = [
        Figure(
            "acknowledged",
            count,
            f"{rounds} rounds of `kill -9`",
            "≥ 10,000, ≥ 200 rounds",
            met=True,
        ),
        Figure("lost, or other words or bytes", "0", f"of {count}", "0", met=True),
        Figure("doubled", "0", "without the key: some (control)", "0", met=True),
        Figure("of nobody", "0", f"of {count} cases", "0", met=True),
        Figure("in doubt, answered on repeating", f"{doubts:,} of {doubts:,}", "", "all", met=True),
        Figure("kill to first page, longest", longest, median, f"{FIRST_PAGE_S} s", met=True),
    ]
    note = (
        f"{PEOPLE} people at once go through the real forms with words and three files, while an "
        f"officer opens the desk; killed were: {told}. `kill -9` is not power loss: that has a "
        "section of its own."
    )
    write(RELIABILITY, "Killed at any moment", figures, [note])


def test_without_key_a_repeated_submission_makes_doubles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the search finds what the key prevents."""
    monkeypatch.setenv("WEAKENED", "key")
    house = prepared(tmp_path / "home")
    portal = weakened(house)
    with running(portal), crowded(portal.port) as crowd:
        while len(crowd) < PEOPLE:
            time.sleep(0.1)
    assert not crowd.wrong, crowd.wrong
    found = searched(house, noted(crowd.journal, tmp_path / "journal"))
    assert len(found["doubled"]) > 0
    assert (found["lost"], found["phantom"]) == ([], [])


def test_the_search_finds_a_lost_promise(tmp_path: Path) -> None:
    """Negative control: a receipt that was never written."""
    house = prepared(tmp_path / "home")
    journal = tmp_path / "journal"
    line = {"text": "見本", "files": [], "numbers": ["1" * 13, "2" * 16], "doubts": 0}
    journal.write_text(json.dumps([line]), "utf-8")
    assert searched(house, journal)["lost"] == ["1" * 13]
