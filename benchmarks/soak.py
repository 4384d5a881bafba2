"""Hours of mixed work: does what a process takes stay as it is?

People read, ask for help, send files and leave; a colleague looks at the inbox and opens cases;
the worker does what follows. Memory and open descriptors of the three processes are noted all the
time; the second half of the run counts, median of its last half less that of its first. Beside
them a portal with a planted leak gets the same readers: the control that must be seen.
"""

import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.crowd import Told, address, arriving, asking, reading, wrong_receipts
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import MIB, Server, new_house, served
from benchmarks.parts.visitor import Visitor
from tests.proof.house import kill
from tests.proof.site import PASSWORD, ROLES, add_colleagues

READS, LEAKED_READS, HELP, FILES, LOOKS = 20.0, 10.0, 0.2, 0.1, 0.2  # a second
FILE = 5 * MIB
SAMPLES = 120
MEMORY_BAR_MIB, OPEN_BAR = 5.0, 5
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CASE = re.compile(r'href="(/cases/[0-9a-f-]{36}/)"')

type Samples = list[tuple[float, int]]


def sending(portal: Server, seconds: float) -> None:
    """People who send a file and leave without filing anything."""
    content = os.urandom(FILE)

    def send(number: int, _due: float) -> None:
        visitor = Visitor(portal.host, portal.port, address(number))
        visitor.upload("/s/c/story/", content)
        visitor.leave()
        visitor.close()

    arriving(FILES, seconds, 2, send)


def looking(desk: Server, seconds: float) -> None:
    """A colleague who signs in, looks at the inbox and opens a case."""
    colleague = Visitor(desk.host, desk.port)
    token = TOKEN.search(colleague.get("/sign-in/").body.decode())
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "login": "counsellor", "password": PASSWORD}
    assert colleague.post("/sign-in/", fields).status == 302

    def look(number: int, _due: float) -> None:
        inbox = colleague.get("/")
        assert inbox.status == 200, inbox.status
        cases = CASE.findall(inbox.body.decode())
        if cases:
            assert colleague.get(cases[number % len(cases)]).status == 200

    arriving(LOOKS, seconds, 1, look)


def sampled(processes: Mapping[str, Server], seconds: float) -> dict[str, Samples]:
    """What each process took, again and again over the time."""
    noted: dict[str, Samples] = {name: [] for name in processes}
    began = time.perf_counter()
    for number in range(1, SAMPLES + 1):
        time.sleep(max(0.0, began + seconds * number / SAMPLES - time.perf_counter()))
        for name, process in processes.items():
            noted[name].append((process.rss_mib(), process.descriptors()))
    return noted


def growth(samples: Samples) -> tuple[float, int]:
    """MiB and descriptors by which the fourth quarter lies above the third."""
    quarter = len(samples) // 4
    third, fourth = samples[2 * quarter : 3 * quarter], samples[3 * quarter :]
    mib = statistics.median(mib for mib, _ in fourth) - statistics.median(mib for mib, _ in third)
    opened = statistics.median_low([n for _, n in fourth]) - statistics.median_low(
        [n for _, n in third]
    )
    return mib, opened


def flat(samples: Samples) -> bool:
    """Whether neither memory nor descriptors grew beyond the bar."""
    mib, opened = growth(samples)
    return mib <= MEMORY_BAR_MIB and opened <= OPEN_BAR


def line(name: str, samples: Samples, hours: float) -> Figure:
    """The line of one process; the control's is right when it is not flat."""
    mib, opened = growth(samples)
    least, most = min(mib for mib, _ in samples), max(mib for mib, _ in samples)
    measured = f"{mib:+.1f} MiB ({mib / (hours / 4):+.1f} an hour), {opened:+d} descriptors"
    bar = f"≤ {MEMORY_BAR_MIB:.0f} MiB, ≤ {OPEN_BAR}"
    if name.startswith("control"):
        return Figure(name, measured, "", f"not {bar}", not flat(samples))
    return Figure(
        name, measured, f"{least:.0f}–{most:.0f} MiB, {samples[-1][1]} open", bar, flat(samples)
    )


def measure(seconds: float) -> list[Figure]:
    """Live through the time and judge it."""
    told, ignored = Told(), Told()
    with ExitStack() as stack:
        house = stack.enter_context(new_house(MADOGUCHI_RECEIPT_COST="production"))
        add_colleagues(house, {role: role for role in ROLES})
        portal = stack.enter_context(served(house, "portal"))
        leaking = stack.enter_context(
            served(house, "portal", "benchmarks.parts.leaking:application")
        )
        desk = stack.enter_context(served(house, "desk"))
        program = house.start("-m", "madoguchi", "worker", window="worker", to_log=True)
        stack.callback(kill, program)
        lives: tuple[Callable[[], None], ...] = (
            lambda: reading(portal, READS, seconds, told),
            lambda: reading(leaking, LEAKED_READS, seconds, ignored),
            lambda: asking(portal, HELP, seconds, told),
            lambda: sending(portal, seconds),
            lambda: looking(desk, seconds),
        )
        pool = stack.enter_context(ThreadPoolExecutor(len(lives)))
        lived = [pool.submit(life) for life in lives]
        worker = Server("", 0, program.pid)
        processes = {"portal": portal, "desk": desk, "worker": worker}
        noted = sampled({**processes, "control: a portal that leaks": leaking}, seconds)
        for life in lived:
            life.result()
        wrong = wrong_receipts(portal, told)
    asked, failed = len(told.receipts), len(told.failures)
    return [
        *(line(name, samples, seconds / 3600) for name, samples in noted.items()),
        Figure("receipts that were wrong or lost", f"{wrong} of {asked}", "", "0", not wrong),
        Figure("answers that failed", f"{failed} of {len(told.reads):,}", "", "0", not failed),
    ]


def main() -> int:
    """Run for so many minutes; 1 when something is not flat or the control was not seen."""
    parser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    args = parser.parse_args()
    minutes = 2.0 if args.short else args.minutes
    notes = [
        f"This run took {minutes:.0f} minutes; `./run bench soak --minutes 480` takes eight hours.",
        "The portal's most includes Argon2id at work: 64 MiB for each of two places in the lane.",
    ]
    return finish("Mixed work for a long time", measure(minutes * 60), notes, short=args.short)


if __name__ == "__main__":
    sys.exit(main())
