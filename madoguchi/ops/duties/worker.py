"""Do the jobs that were asked for, one after the other, and sweep what has outlived its time."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from madoguchi.ops import start

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

HELP = "do the jobs that were asked for"
IDLE_S = 1.0
SWEEP_EVERY = timedelta(minutes=10)
SIGN_EVERY = timedelta(hours=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop when nothing is left to do."""
    parser.add_argument("--once", action="store_true", help="stop when no job is due")


def run(args: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from madoguchi.ops.duties import preflight

    start.django("worker")
    preflight.require_master_key()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    if args.once:
        empty()
        return 0
    from madoguchi.ops import checkpoints
    from madoguchi.web.kit.arrival import now

    swept = signed = None
    while not stop.is_set():
        moment = now()
        if _passed(swept, moment, SWEEP_EVERY):
            sweep(moment)
            swept = moment
        if _passed(signed, moment, SIGN_EVERY):
            checkpoints.write(moment)
            signed = moment
        if not do_next(moment):
            stop.wait(IDLE_S)
    return 0


def _passed(last: datetime | None, moment: datetime, every: timedelta) -> bool:
    return last is None or moment - last >= every


def do_next(moment: datetime) -> bool:
    """Claim and do one job; whether there was one."""
    from django.db import close_old_connections

    from madoguchi.tools.later.run import claim
    from madoguchi.tools.later.run import run as do

    close_old_connections()
    job = claim(moment)
    if job is not None:
        do(job, moment)
    return job is not None


def empty() -> None:
    """Do every job that is due now."""
    from madoguchi.web.kit.arrival import now

    while do_next(now()):
        pass


def sweep(moment: datetime) -> None:
    """Delete visits and draft files that have outlived their time."""
    from madoguchi.tools.vault import visit

    visit.sweep(moment)
