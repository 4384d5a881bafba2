"""Do the jobs that were asked for, one after the other, and sweep what has outlived its time."""

import argparse
import signal
import threading

from madoguchi.ops import start

HELP = "たまっている作業（メールの送信など）をする"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop when nothing is left to do."""
    parser.add_argument("--once", action="store_true", help="いまする作業がなくなったら終える")


def run(args: argparse.Namespace) -> int:
    """Work until asked to stop, or until no job is due.

    Raises:
        Misconfigured: tables, rights or key are not what this version needs; systemd tries again.
    """
    start.django("worker")
    from madoguchi.ops import prepare, worker
    from madoguchi.web.kit.arrival import now

    prepare.require_tables()
    prepare.require_rights()
    prepare.require_master_key()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    fetching = worker.beside()
    unblocking = worker.unblocking_beside()
    if args.once:
        if fetching:
            fetching.one()
        worker.empty()
        return 0
    rounds = worker.Rounds(fetching)
    beside = [thread for thread in (fetching, unblocking) if thread]
    for thread in beside:
        thread.begin()
    while not stop.is_set():
        stop.wait(rounds.one(now()))
    for thread in beside:
        thread.end()
    rounds.end(now())
    return 0
