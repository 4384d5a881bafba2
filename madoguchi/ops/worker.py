"""What the worker does over and over: jobs, sweeps, signed checkpoints, and a sign of life."""

import logging
import math
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django import db

from madoguchi.ops import checkpoints, fetching
from madoguchi.tools.later import queue
from madoguchi.tools.vault import files, visit
from madoguchi.web.kit import arrival
from madoguchi.work.clinic.bookings import jobs as bookings
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.mail import jobs as mail
from madoguchi.work.subsidy import jobs as grants

IDLE_S, TROUBLE_S = 1.0, 5.0
SWEEP_EVERY = timedelta(minutes=10)
TAKE_IN_EVERY = timedelta(seconds=5)
SIGN_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)
SWEPT = (visit, mail, enquiries, bookings, grants)  # each a chore of its own


def beside() -> fetching.Fetching | None:
    """What fetches mails beside the jobs; None where no mailbox is named."""
    place = fetching.where()
    return fetching.Fetching(place, fetching.office_id(), arrival.now) if place else None


class Rounds:
    """What the worker does over and over: say that it lives, sweep, sign, do the next job."""

    def __init__(self, mails: fetching.Fetching | None = None) -> None:
        identity = uuid.uuid4()
        self._chores: tuple[tuple[timedelta, Callable[[datetime], None]], ...] = (
            (queue.BEAT_EVERY, lambda moment: queue.beat(identity, moment)),
            (TAKE_IN_EVERY, lambda _moment: files.take_in()),
            *((SWEEP_EVERY, room.sweep) for room in SWEPT),
            (SIGN_EVERY, checkpoints.write),
            *([(LOOK_EVERY, mails.look)] if mails else []),
        )
        self._done = [-math.inf] * len(self._chores)

    def one(self, moment: datetime) -> float:
        """Do what is due; for how many seconds to wait before the next round.

        A full disk or a database that is away ends a chore, not the round: no chore, and nothing
        that lies in a folder, stops the jobs.
        """
        quiet = True
        for place, (every, chore) in enumerate(self._chores):
            if time.monotonic() - self._done[place] >= every.total_seconds():
                self._done[place] = time.monotonic()
                quiet &= _tried(chore, moment)
        try:
            return 0 if do_next(moment) else IDLE_S if quiet else TROUBLE_S
        except (db.Error, OSError):
            logging.getLogger("madoguchi.worker").exception("round")
            return TROUBLE_S


def _tried(chore: Callable[[datetime], None], moment: datetime) -> bool:
    """Do a chore; whether it ended well. What went wrong is logged without its message."""
    try:
        chore(moment)
    except (db.Error, OSError):
        logging.getLogger("madoguchi.worker").exception("chore")
        return False
    return True


def do_next(moment: datetime) -> bool:
    """Claim and do one job; whether there was one."""
    db.close_old_connections()
    job = queue.claim(moment)
    if job is not None:
        queue.run(job, moment)
    return job is not None


def empty() -> None:
    """Do every job that is due now."""
    while do_next(arrival.now()):
        pass
    files.take_in()


def sweep(moment: datetime) -> None:
    """Delete what has outlived its time: visits, draft files, mails laid aside, questions.

    And ask for what has come due of the clinic, and see to the days of grants.
    """
    for room in SWEPT:
        room.sweep(moment)
