"""A file on its way into the vault, against the same file parsed and thrown away.

Both run the portal under granian, side by side, and are sent the same bytes in turn. Memory is
that of the process that takes the uploads: the most while they come, less what it took before.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.command import arguments, finish
from benchmarks.report import Figure
from benchmarks.serving import MIB, Server, interleaved, new_house, rate, ratio, served
from benchmarks.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, LARGE, AT_ONCE = 20 * MIB, 190 * MIB, 4
GIGABIT = 1_000_000_000 / 8
RATIO_BAR, MEMORY_BAR_MIB = 0.80, 8.0
ROUNDS = 25


def send(server: Server, content: bytes, bytes_a_second: float = 0) -> float:
    """One visitor sends one file and leaves; the seconds until it was answered."""
    visitor = Visitor(server.host, server.port)
    try:
        began = perf_counter()
        answer = visitor.upload("/s/c/4/", content, bytes_a_second)
        taken = perf_counter() - began
        assert answer.status == 303, answer
        visitor.leave()
    finally:
        visitor.close()
    return taken


def together(server: Server, content: bytes) -> float:
    """Several visitors send a file at the same time; the seconds of the slowest."""
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        return max(visitors.map(lambda _: send(server, content), range(AT_ONCE)))


def grown(server: Server, do: Callable[[], object]) -> float:
    """MiB by which the process was larger than idle at the most, while it was done."""
    idle = server.rss_mib()
    server.watch()
    do()
    return server.peak_mib() - idle


def speed(name: str, size: int, floor: list[float], ours: list[float]) -> Figure:
    """The line of one speed."""
    near = ratio(floor, ours)
    measured = f"{rate(size / MIB, ours):.0f} MiB/s = {near:.2f} of it"
    beside = f"thrown away {rate(size / MIB, floor):.0f} MiB/s"
    return Figure(name, measured, beside, f"≥ {RATIO_BAR:.2f}", near >= RATIO_BAR)


def memory(name: str, each: float, idle: float) -> Figure:
    """The line of what an upload takes."""
    beside = f"idle {idle:.0f} MiB"
    bar = f"≤ {MEMORY_BAR_MIB:.0f} MiB each"
    return Figure(name, f"{each:.1f} MiB each", beside, bar, each <= MEMORY_BAR_MIB)


def measure(rounds: int) -> list[Figure]:
    """All figures."""
    content, large = os.urandom(SIZE), os.urandom(LARGE)
    with (
        new_house() as house,
        served(house, "portal") as ours,
        served(house, "portal", "benchmarks.thrown_away:application") as floor,
    ):
        pair = (floor, ours)
        line = interleaved(rounds, *(partial(send, one, content, GIGABIT) for one in pair))
        loopback = interleaved(rounds, *(partial(send, one, content) for one in pair))
        four = interleaved(rounds, *(partial(together, one, content) for one in pair))
    with new_house() as house, served(house, "portal") as fresh:
        send(fresh, b"a")
        idle = fresh.rss_mib()
        each = grown(fresh, lambda: together(fresh, content)) / AT_ONCE
        alone = grown(fresh, lambda: send(fresh, large))
    return [
        speed("20 MiB over a line of 1 Gbit/s", SIZE, *line),
        speed("20 MiB over loopback", SIZE, *loopback),
        speed(f"{AT_ONCE} × 20 MiB at once over loopback", SIZE * AT_ONCE, *four),
        memory(f"memory, {AT_ONCE} × 20 MiB at once", each, idle),
        memory("memory, one file of 190 MiB", alone, idle),
    ]


def main() -> int:
    """Measure; 1 when a bar is missed."""
    short = arguments(__doc__).parse_args().short
    notes = [
        "Thrown away: the same portal, whose upload handler forgets every piece.",
        (
            "Over loopback, sender, parser and vault share two cores, and sealing 20 MiB costs "
            "about as much as parsing it: one after the other, half is the most there is. Tried "
            "and left out: sealing behind a queue in a thread of its own came to 0.5 to 0.6, "
            "hashing alone in a thread to 0.5, still short of the bar and nothing over a line; "
            "pieces of 1 MiB in one thread changed nothing."
        ),
    ]
    return finish("Upload", measure(5 if short else ROUNDS), notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
