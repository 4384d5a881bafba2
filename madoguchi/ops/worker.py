"""What the worker does over and over: jobs, sweeps, signed checkpoints, and a sign of life."""

import logging
import math
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django import db

from madoguchi.ops import checkpoints, fetching, unblocking
from madoguchi.tools.later import queue
from madoguchi.tools.mail import outbox
from madoguchi.tools.vault import files, visit
from madoguchi.web.kit import arrival
from madoguchi.work.cases import danger
from madoguchi.work.cases import jobs as cases
from madoguchi.work.clinic.bookings import jobs as bookings
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.mail import jobs as mail
from madoguchi.work.subsidy import doubles
from madoguchi.work.subsidy import jobs as grants

IDLE_S, TROUBLE_S = 1.0, 5.0
SWEEP_EVERY = timedelta(minutes=10)
TAKE_IN_EVERY = timedelta(seconds=5)
ADOPT_EVERY = timedelta(seconds=5)
SIGN_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)
# Each is a chore of its own.
SWEPT = (visit, outbox, mail, enquiries, bookings, grants, doubles, danger)


def beside() -> fetching.Fetching | None:
    """What fetches mails beside the jobs; None where no mailbox is named."""
    place = fetching.where()
    return fetching.Fetching(place, fetching.office_id(), arrival.now) if place else None


def unblocking_beside() -> unblocking.Unblocking | None:
    """What keeps the portal from holding up the desk; None on SQLite, which has no roles."""
    if db.connection.vendor != "postgresql":
        return None
    return unblocking.Unblocking(arrival.now)


class Rounds:
    """What the worker does over and over: say that it lives, sweep, sign, do the next job."""

    def __init__(self, mails: fetching.Fetching | None = None) -> None:
        self._identity = identity = uuid.uuid4()
        self._chores: tuple[tuple[timedelta, Callable[[datetime], object]], ...] = (
            (queue.BEAT_EVERY, lambda moment: queue.beat(identity, moment)),
            (TAKE_IN_EVERY, lambda _moment: files.take_in()),
            (ADOPT_EVERY, cases.adopt_wishes),
            *((SWEEP_EVERY, room.sweep) for room in SWEPT),
            (SIGN_EVERY, checkpoints.write),
            *([(LOOK_EVERY, mails.look)] if mails else []),
        )
        self._done = [-math.inf] * len(self._chores)

    def one(self, moment: datetime) -> float:
        """Do what is due; for how many seconds to wait before the next round.

        A full disk or a database that is away ends a chore, not the round: no chore, and nothing
        that lies in a folder, stops the jobs. A sweep that has more to do goes on in the next
        round: for as long as the chores took, at least, jobs are done.
        """
        quiet, further, begun = True, False, time.monotonic()
        for place, (every, chore) in enumerate(self._chores):
            if time.monotonic() - self._done[place] >= every.total_seconds():
                self._done[place] = time.monotonic()
                well, more = _tried(chore, moment)
                quiet &= well
                if more:
                    further, self._done[place] = True, -math.inf
        spent = time.monotonic() - begun
        try:
            worked = do_next(moment)
            while worked and (passed := time.monotonic() - begun) < 2 * spent:
                worked = do_next(moment + timedelta(seconds=passed))
        except (db.Error, OSError):
            logging.getLogger("madoguchi.worker").exception("round")
            return TROUBLE_S
        return 0 if worked or further else IDLE_S if quiet else TROUBLE_S

    def end(self, moment: datetime) -> None:
        """Say that this worker ends, so that nobody waits for it."""
        _tried(lambda at: queue.leave(self._identity, at), moment)


def _tried(chore: Callable[[datetime], object], moment: datetime) -> tuple[bool, bool]:
    """Do a chore; whether it ended well, and whether it has more to do.

    What went wrong is logged without its message.
    """
    try:
        return True, chore(moment) is True
    except Exception:
        logging.getLogger("madoguchi.worker").exception("chore")
        return False, False


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
    while cases.adopt_wishes(arrival.now()):
        pass
    files.take_in()


def sweep(moment: datetime) -> None:
    """Delete what has outlived its time: visits, draft files, mails laid aside, questions.

    And ask for what has come due of the clinic, and see to the days and the marks of grants.
    """
    for room in SWEPT:
        while room.sweep(moment):
            pass
