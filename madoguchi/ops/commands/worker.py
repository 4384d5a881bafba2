"""Do the jobs that were asked for, one after the other, and sweep what has outlived its time."""

import argparse
import signal
import threading

from madoguchi.ops import start

HELP = "do the jobs that were asked for"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop when nothing is left to do."""
    parser.add_argument("--once", action="store_true", help="stop when no job is due")


def run(args: argparse.Namespace) -> int:
    """Work until asked to stop, or until no job is due."""
    start.django("worker")
    from madoguchi.ops import prepare, worker
    from madoguchi.web.kit.arrival import now

    prepare.require_master_key()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    fetching = worker.beside()
    if args.once:
        if fetching:
            fetching.one()
        worker.empty()
        return 0
    rounds = worker.Rounds(fetching)
    if fetching:
        fetching.begin()
    while not stop.is_set():
        stop.wait(rounds.one(now()))
    if fetching:
        fetching.end()
    return 0
