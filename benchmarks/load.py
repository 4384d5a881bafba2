"""A busy day in ten minutes: 200 requests a second, one request for help begun every second.

Portal, worker and the people themselves share the machine's two cores. Seconds count from the
moment a person came, so nobody's wait hides another's. Afterwards every receipt that was shown is
opened and must show the words of whoever was shown it. Then django-helpdesk gets the same day:
its public form as often, a ticket every second.
"""

import sys
import threading
import time
from collections.abc import Callable, Sequence

from benchmarks.parts import helpdesk
from benchmarks.parts.command import arguments, finish
from benchmarks.parts.crowd import ASKERS, READERS, Told, arriving, asking, reading, wrong_receipts
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import Server, new_house, served
from benchmarks.parts.visitor import STEPS, Visitor
from tests.proof.house import kill

A_SECOND, HELP_A_SECOND = 200.0, 1.0
STEPS_OF_HELP = len(STEPS) + 2  # the steps, the last press, the receipt
PAGE_BAR_S, PRESS_BAR_S = 0.5, 3.0


def p95(taken: Sequence[float]) -> float:
    """The seconds that nineteen of twenty did not exceed."""
    return sorted(taken)[int(len(taken) * 0.95)] if taken else float("inf")


def together(*things: Callable[[], None]) -> None:
    """Do all of them at the same time."""
    threads = [threading.Thread(target=thing) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def our_day(seconds: float) -> tuple[Told, int]:
    """What our crowd lived through, and how many receipts were wrong."""
    told = Told()
    reads = A_SECOND - HELP_A_SECOND * STEPS_OF_HELP
    with new_house(MADOGUCHI_RECEIPT_COST="production") as house, served(house, "portal") as portal:
        worker = house.start("-m", "madoguchi", "worker", window="worker", to_log=True)
        try:
            together(
                lambda: reading(portal, reads, seconds, told),
                lambda: asking(portal, HELP_A_SECOND, seconds, told),
            )
            wrong = wrong_receipts(portal, told)
            one, other, *_ = told.receipts
            exchanged = Told(receipts=[(one[0], other[1], one[2])])
            assert wrong_receipts(portal, exchanged) == 1, "control: a wrong receipt is seen"
            return told, wrong
        finally:
            kill(worker)


def their_day(seconds: float) -> Told:
    """What the peer's crowd lived through."""
    told, own = Told(), threading.local()
    reads = A_SECOND - HELP_A_SECOND * 2

    def line(server: Server) -> Visitor:
        if not hasattr(own, "visitor"):
            own.visitor = Visitor(server.host, server.port)
        kept: Visitor = own.visitor
        return kept

    with helpdesk.served(32) as peer:

        def read(_number: int, due: float) -> None:
            line(peer).get(helpdesk.FORM)
            told.reads.append(time.perf_counter() - due)

        def ask(_number: int, _due: float) -> None:
            fields = helpdesk.filled(line(peer), "見本の相談です。" * 20)
            began = time.perf_counter()
            line(peer).post(helpdesk.FORM, fields)
            told.presses.append(time.perf_counter() - began)

        together(
            lambda: arriving(reads, seconds, READERS, read),
            lambda: arriving(HELP_A_SECOND, seconds, ASKERS, ask),
        )
    return told


def figures(seconds: float, ours: Told, wrong: int, theirs: Told) -> list[Figure]:
    """The table."""
    page, press = p95(ours.reads), p95(ours.presses)
    asked = len(ours.receipts)
    return [
        Figure(
            f"public pages, p95 of {len(ours.reads):,} in {seconds / 60:.0f} min",
            f"{page * 1000:.0f} ms",
            f"django-helpdesk's public form {p95(theirs.reads) * 1000:,.0f} ms",
            f"< {PAGE_BAR_S * 1000:.0f} ms",
            page < PAGE_BAR_S,
        ),
        Figure(
            f"the last press of {asked} requests for help, p95",
            f"{press:.2f} s",
            f"django-helpdesk's ticket {p95(theirs.presses):.2f} s, without mail or sealing",
            f"< {PRESS_BAR_S:.0f} s",
            press < PRESS_BAR_S,
        ),
        Figure(
            "receipts that were wrong, lost or shown twice",
            f"{wrong} of {asked}",
            "",
            "0",
            not wrong,
        ),
        Figure("answers that failed", str(len(ours.failures)), "", "0", not ours.failures),
    ]


def main() -> int:
    """Live through both days; 1 when a bar is missed."""
    parser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--peer-minutes", type=float, default=2.0)
    args = parser.parse_args()
    seconds = 20.0 if args.short else args.minutes * 60
    ours, wrong = our_day(seconds)
    theirs = their_day(min(seconds, args.peer_minutes * 60))
    notes = [
        f"{A_SECOND:.0f} requests a second on both; the people run on the same two cores.",
        *(f"Failed: {failure}." for failure in ours.failures[:5]),
    ]
    return finish(
        "200 requests a second", figures(seconds, ours, wrong, theirs), notes, short=args.short
    )


if __name__ == "__main__":
    sys.exit(main())
