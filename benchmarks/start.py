"""From the command to the first answer, and what each process takes once it is warm.

Each window is started as an operator does it, `madoguchi serve`, the worker with a job that
waits. The very first start after an installation compiles the packages and is told apart.
Memory is the resident size of the process that does the work, after every kind of page, one
request for help and one file of 20 MiB; the two small processes above it are told apart.
"""

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import MIB, Server, children, new_house, seconds
from benchmarks.parts.visitor import Visitor
from tests.proof.house import House, kill
from tests.proof.site import HOSTS, free_port, serve, wait_for

START_BAR_S, PATIENCE_S = 2.0, 30.0
PORTAL_BAR_MIB, WORKER_BAR_MIB = 130.0, 120.0
STARTS, IDLE_S, LAPS = 7, 5.0, 20
PAGES = ("/", "/easy/desks/", "/en/clinic/", "/subsidy/", "/guide/delete/", "/search/?q=a", "/s/f/")
DONE = "SELECT count(*) FROM later_job WHERE done_at IS NOT NULL"


@contextmanager
def opened(house: House, window: str) -> Iterator[tuple[float, Server, float]]:
    """A window that answers, the seconds this took, and the MiB of the processes above it."""
    port = free_port()
    began = time.perf_counter()
    command = serve(house, window, port)
    try:
        wait_for(f"http://{HOSTS[window]}:{port}/", command, house.log(window))
        taken = time.perf_counter() - began
        (granian,) = children(command.pid)
        (worker,) = children(granian)
        above = sum(Server("", 0, pid).rss_mib() for pid in (command.pid, granian))
        yield taken, Server(HOSTS[window], port, worker), above
    finally:
        kill(command)


def window_s(house: House, window: str) -> float:
    """Seconds from `madoguchi serve` to the first answer."""
    with opened(house, window) as (taken, _, _):
        return taken


def imports_s(house: House) -> float:
    """Seconds to load the portal's application alone: nothing can answer before."""
    return seconds(lambda: house.run("-c", "import madoguchi.config.wsgi", window="portal"))


def done(house: House) -> int:
    """How many jobs are done."""
    with sqlite3.connect(house.home / "cases.sqlite3") as table:
        (number,) = table.execute(DONE).fetchone()
    table.close()
    return int(number)


@contextmanager
def worker(house: House) -> Iterator[tuple[float, Server]]:
    """A worker that has done its first job, and the seconds this took."""
    portal = house.start("-m", "tests.proof.asking")
    assert portal.stdout
    portal.stdout.readline()  # a case is filed, its jobs wait
    kill(portal)
    before, began = done(house), time.perf_counter()
    program = house.start("-m", "madoguchi", "worker", window="worker", to_log=True)
    try:
        while done(house) == before:
            assert time.perf_counter() < began + PATIENCE_S, house.log("worker").read_text("utf-8")
            time.sleep(0.02)
        yield time.perf_counter() - began, Server("", 0, program.pid)
    finally:
        kill(program)


def warmed(server: Server) -> float:
    """MiB of a portal that has shown, taken and filed everything."""
    visitor = Visitor(server.host, server.port)
    for path in PAGES * LAPS:
        visitor.get(path)
    visitor.upload("/s/c/story/", os.urandom(20 * MIB))
    visitor.fill("見本の相談です。")
    visitor.send()
    visitor.close()
    return server.rss_mib()


def starts(name: str, taken: list[float], beside: str) -> Figure:
    """The line of one command."""
    median = statistics.median(taken)
    measured = f"{median:.2f} s (slowest {max(taken):.2f} s)"
    return Figure(name, measured, beside, f"≤ {START_BAR_S:.0f} s", median <= START_BAR_S)


def memory(name: str, mib: float, bar: float, beside: str = "") -> Figure:
    """The line of one process."""
    return Figure(name, f"{mib:.0f} MiB", beside, f"≤ {bar:.0f} MiB", mib <= bar)


def measure(rounds: int) -> list[Figure]:
    """All figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with new_house() as house:
        os.environ["PYTHONPYCACHEPREFIX"] = str(house.home.with_name("compiled"))
        first = window_s(house, "portal")
        windows = {name: [window_s(house, name) for _ in range(rounds)] for name in HOSTS}
        alone = f"loading the application alone {imports_s(house):.2f} s"
        jobs: list[float] = []
        for _ in range(rounds):
            with worker(house) as (taken, idle):
                jobs.append(taken)
                time.sleep(IDLE_S if len(jobs) == rounds else 0)
                worker_mib = idle.rss_mib()
        with opened(house, "portal") as (_, server, above):
            portal_mib = warmed(server)
    return [
        *(starts(f"`madoguchi serve {name}`", taken, alone) for name, taken in windows.items()),
        starts("`madoguchi worker` to its first job done", jobs, alone),
        Figure("the very first start, packages not compiled", f"{first:.2f} s"),
        memory("portal, warm", portal_mib, PORTAL_BAR_MIB, f"processes above it {above:.0f} MiB"),
        memory("worker, idle", worker_mib, WORKER_BAR_MIB),
    ]


def main() -> int:
    """Measure in a house of its own; 1 when a bar is missed."""
    short = arguments(__doc__).parse_args().short
    return finish("Start and memory", measure(2 if short else STARTS), [], short=short)


if __name__ == "__main__":
    sys.exit(main())
