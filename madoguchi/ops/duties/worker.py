"""Do the jobs that were asked for, one after the other, and sweep what has outlived its time."""

import argparse
import logging
import math
import signal
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from madoguchi.ops import start
from madoguchi.ops.fetching import Fetching

HELP = "do the jobs that were asked for"
IDLE_S, TROUBLE_S = 1.0, 5.0
SWEEP_EVERY = timedelta(minutes=10)
SIGN_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)


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
    fetching = beside()
    if args.once:
        if fetching:
            fetching.one()
        empty()
        return 0
    from madoguchi.web.kit.arrival import now

    rounds = Rounds(fetching)
    if fetching:
        fetching.begin()
    while not stop.is_set():
        stop.wait(rounds.one(now()))
    if fetching:
        fetching.end()
    return 0


def beside() -> Fetching | None:
    """What fetches mails beside the jobs; None where no mailbox is named."""
    from madoguchi.ops import fetching
    from madoguchi.web.kit.arrival import now

    place = fetching.where()
    return fetching.Fetching(place, fetching.office_id(), now) if place else None


class Rounds:
    """What the worker does over and over: say that it lives, sweep, sign, do the next job."""

    def __init__(self, fetching: Fetching | None = None) -> None:
        from madoguchi.ops import checkpoints
        from madoguchi.tools.later import watch

        identity = uuid.uuid4()
        self._chores: tuple[tuple[timedelta, Callable[[datetime], None]], ...] = (
            (watch.BEAT_EVERY, lambda moment: watch.beat(identity, moment)),
            (SWEEP_EVERY, sweep),
            (SIGN_EVERY, checkpoints.write),
            *([(LOOK_EVERY, fetching.look)] if fetching else []),
        )
        self._done = [-math.inf] * len(self._chores)

    def one(self, moment: datetime) -> float:
        """Do what is due; for how many seconds to wait before the next round.

        A full disk or a database that is away ends the round, not the worker.
        """
        from django.db import Error

        try:
            for place, (every, chore) in enumerate(self._chores):
                if time.monotonic() - self._done[place] >= every.total_seconds():
                    self._done[place] = time.monotonic()
                    chore(moment)
            return 0 if do_next(moment) else IDLE_S
        except (Error, OSError):
            logging.getLogger("madoguchi.worker").exception("round")
            return TROUBLE_S


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
    """Delete what has outlived its time: visits, draft files, mails laid aside, questions.

    And ask for what has come due of the clinic, and see to the days of grants.
    """
    from madoguchi.tools.vault import visit
    from madoguchi.work.clinic.bookings import jobs as bookings
    from madoguchi.work.intake.enquiry import jobs as enquiries
    from madoguchi.work.intake.mail import jobs as mails
    from madoguchi.work.subsidy import jobs as grants

    visit.sweep(moment)
    mails.sweep(moment)
    enquiries.sweep(moment)
    bookings.sweep(moment)
    grants.sweep(moment)
