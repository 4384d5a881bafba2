"""Whole processes under a wrong clock: order by number, no job held up, everything sound."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.parts.report import Figure
from tests.house.source import ROOT
from tests.proof.house import House, kill, prepared
from tests.proof.needs import FAKETIME

RECEIPTS = 3
CLOCKS = {
    "a day behind": {"FAKETIME": "-1d"},
    "ten minutes ahead": {"FAKETIME": "+10m"},
    "ten minutes behind": {"FAKETIME": "-10m"},
    "a day ahead": {"FAKETIME": "+1d"},
    "in New York": {"FAKETIME": "+0", "TZ": "America/New_York"},
}
LOOK = """
from madoguchi.ops.start import django
django("desk")
from datetime import timedelta
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.models import Case
seqs = list(Line.objects.order_by("seq").values_list("seq", flat=True))
times = list(Line.objects.order_by("seq").values_list("at", flat=True))
waiting = Job.objects.filter(done_at=None)
late = waiting.filter(run_at__lt=now() - timedelta(minutes=1)).count()
soon = waiting.filter(run_at__lt=now() + timedelta(minutes=11)).count()
print(seqs == list(range(1, len(seqs) + 1)), times == sorted(times), Case.objects.count(),
      late, waiting.count() - soon, chain.clock_wrong(now()))
"""

WITNESS = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops import checkpoints
from madoguchi.web.kit.arrival import now
checkpoints.write(now())
"""


def asked(house: House, clock: dict[str, str]) -> int:
    """How many receipts a portal of this clock showed."""
    portal = start(house, clock)
    assert portal.stdout is not None
    shown = [portal.stdout.readline() for _ in range(RECEIPTS)]
    assert all(len(line.split()) == 3 for line in shown), shown
    rest = kill(portal)
    return RECEIPTS + sum(len(line.split()) == 3 for line in rest.splitlines())


def start(house: House, clock: dict[str, str]) -> subprocess.Popen[str]:
    """A portal that asks and asks, under this clock."""
    preload = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.proof.asking"],
        cwd=ROOT,
        env={**house.surroundings(MADOGUCHI_WINDOW="portal"), **preload, **clock},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_wrong_clocks(tmp_path: Path, told: list[Figure]) -> None:
    house = prepared(tmp_path / "home")
    receipts = sum(asked(house, clock) for clock in CLOCKS.values())
    receipts += jumping(house, tmp_path / "clock")
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    in_order, by_time, cases, late, stuck, alarm = house.run("-c", LOOK).split()
    assert (in_order, late, stuck) == ("True", "0", "0")
    assert by_time == "False"  # the control: in the order of their times the lines stand wrong
    assert int(cases) >= receipts
    house.run("-c", WITNESS)  # as the worker does each hour; a portal a day behind is late for it
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    told.append(
        Figure(
            f"portals whose clock is {', '.join(CLOCKS)}, or jumps an hour back",
            f"{receipts} receipts, all there; lines in the order of their numbers, all sound; "
            f"0 jobs held up; alarm: {'yes' if alarm == 'True' else 'no longer needed'}",
            "ordered by their times the lines stand wrong",
            "order by number",
            met=True,
        )
    )


def jumping(house: House, file: Path) -> int:
    """How many receipts a portal showed whose clock went back an hour while it worked."""
    set_clock(file, "+0")
    portal = start(house, {"FAKETIME_TIMESTAMP_FILE": str(file)})
    assert portal.stdout is not None
    shown = [portal.stdout.readline()]
    set_clock(file, "-1h")
    shown += [portal.stdout.readline() for _ in range(RECEIPTS)]
    assert all(len(line.split()) == 3 for line in shown), shown
    rest = kill(portal)
    return len(shown) + sum(len(line.split()) == 3 for line in rest.splitlines())


def set_clock(file: Path, offset: str) -> None:
    """Have processes that look into the file tell this time."""
    new = file.with_suffix(".new")
    new.write_text(offset)
    os.replace(new, file)  # noqa: PTH105 - at once, while others read
