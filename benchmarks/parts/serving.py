"""A house of its own for a measurement, its windows on real servers, and what they take."""

import os
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from madoguchi.ops.children import THREADS, listen
from madoguchi.ops.window_server import APPLICATION, command
from tests.proof.house import House, kill, prepared
from tests.proof.site import HOSTS, free_port, wait_for

OUT = Path(__file__).resolve().parents[2] / "out"
MIB = 1024 * 1024
USER, SYSTEM = 11, 12  # of /proc/PID/stat, after the name


@dataclass(frozen=True)
class Server:
    """A window that answers: where, and the process that does the work."""

    host: str
    port: int
    pid: int

    def rss_mib(self) -> float:
        """What lies in memory now."""
        return _status(self.pid, "VmRSS")

    def peak_mib(self) -> float:
        """The most that lay in memory since `watch`."""
        return _status(self.pid, "VmHWM")

    def watch(self) -> None:
        """Forget the peak so far."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", "ascii")

    def worked_s(self) -> float:
        """Seconds of processor time that it took so far, of all cores together."""
        told = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(told[USER]) + int(told[SYSTEM])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """How many files, sockets and pipes are open."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())


def _status(pid: int, name: str) -> float:
    told = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB", told, re.MULTILINE)
    assert found, told
    return int(found[1]) / 1024


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in told.split()]


@contextmanager
def new_house(**also: str) -> Iterator[House]:
    """A prepared house that is gone afterwards; `also`: what its programs are told besides."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as folder:
        house = replace(prepared(Path(folder) / "home"), also=also)
        furnish(house)
        yield house


def furnish(house: House) -> None:
    """Have each window lay out what its pages refer to."""
    for window in HOSTS:
        house.run("-m", "madoguchi", "preflight", window, window=window)


@contextmanager
def served(house: House, window: str, application: str | None = None) -> Iterator[Server]:
    """One window of the house as `madoguchi serve` starts it, or another application like it."""
    port = free_port()
    with listen("127.0.0.1", port) as listening:
        number = listening.fileno()
        _, *words = command(number, THREADS[window], application or APPLICATION)
        granian = house.start(*words, window=window, to_log=True, descriptors=[number])
    try:
        wait_for(f"http://{HOSTS[window]}:{port}/", granian, house.log(window))
        (worker,) = children(granian.pid)
        yield Server(HOSTS[window], port, worker)
    finally:
        kill(granian)


def seconds(do: Callable[[], object]) -> float:
    """How long it takes."""
    began = perf_counter()
    do()
    return perf_counter() - began


def interleaved(rounds: int, *things: Callable[[], float]) -> list[list[float]]:
    """The seconds that each thing tells, in turn in every round, after one round unmeasured."""
    for thing in things:
        thing()
    taken = [[thing() for thing in things] for _ in range(rounds)]
    return [list(column) for column in zip(*taken, strict=True)]


def ratio(floor: Sequence[float], product: Sequence[float]) -> float:
    """How near the product comes to the floor: the median of the paired quotients of seconds."""
    return statistics.median(one / other for one, other in zip(floor, product, strict=True))


def rate(amount: float, taken: Sequence[float]) -> float:
    """The amount a second, by the median."""
    return amount / statistics.median(taken)
