"""The desk never waits long for a lock that the portal can hold.

Whoever has the portal's role takes what locks its errands need, and keeps them, or collects so many
that PostgreSQL has no room for anybody's: no setting of a role binds the role itself. So a thread
of the worker ends sessions of the portal that hold somebody else up, stand in a transaction for a
minute or collect locks.

It has to do that while the table of locks is full. So its connection stays, in one transaction that
keeps the locks on what PostgreSQL looks up when a session is ended; and it asks functions, which
lock nothing.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from madoguchi.ops.roles.portal import MOST_LOCKS, ROLE
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.later.models import Unblocked

log = logging.getLogger("madoguchi.unblocking")

EVERY_S = 1.0
AT_ONCE_S = 0.02  # as long as somebody was ended: whoever comes next may hold it up as well
PATIENCE = "INTERVAL '5 seconds'"  # of whoever waits
MOMENT = "INTERVAL '200 milliseconds'"  # longer than an errand of the portal's holds a lock
LONGEST = "INTERVAL '60 seconds'"  # of a transaction

_BEGUN = (
    "SET idle_in_transaction_session_timeout = 0",
    "SET transaction_timeout = 0",
    "SET statement_timeout = '5s'",
    "BEGIN",
    "SELECT FROM pg_roles, pg_auth_members, pg_database LIMIT 0",  # the locks that it keeps
)

# Who waits too long, and all that stand before them, whose turn comes when somebody's is over. A
# portal's session that waits itself is not the cause. A statement that waits for a row waits twice,
# for its turn and for who holds it: patience is that of the statement.
_CAUSES = f"""
WITH RECURSIVE locks AS MATERIALIZED (
    SELECT pid, granted, fastpath, waitstart FROM pg_lock_status()
), counted AS (
    SELECT pid, bool_or(NOT granted) AS waits, count(*) FILTER (WHERE NOT fastpath) AS number
    FROM locks GROUP BY pid
), activity AS MATERIALIZED (
    SELECT pid, usesysid, xact_start, query_start FROM pg_stat_get_activity(NULL)
), portal AS (
    SELECT pid, xact_start, coalesce(waits, false) AS waits, coalesce(number, 0) AS number
    FROM activity LEFT JOIN counted USING (pid)
    WHERE usesysid = (SELECT oid FROM pg_roles WHERE rolname = '{ROLE}')
), before (pid) AS (
    SELECT unnest(pg_blocking_pids(pid)) FROM locks JOIN activity USING (pid)
    WHERE NOT granted AND waitstart < clock_timestamp() - {MOMENT}
    AND coalesce(query_start, waitstart) < clock_timestamp() - {PATIENCE}
    AND pid NOT IN (SELECT pid FROM portal)
    UNION
    SELECT unnest(pg_blocking_pids(pid)) FROM before
), blocked AS (
    SELECT FROM before JOIN portal USING (pid) WHERE NOT waits
)
SELECT pid FROM portal
WHERE xact_start < clock_timestamp() - {LONGEST} OR number > {MOST_LOCKS}
OR (NOT waits AND EXISTS (SELECT FROM blocked) AND (
    pid IN (SELECT pid FROM before) OR xact_start < clock_timestamp() - {PATIENCE}))
"""  # noqa: S608 - names and numbers of ours
_END = f"SELECT count(pg_terminate_backend(pid)) FROM ({_CAUSES}) AS causes"  # noqa: S608 - the same


class Unblocking:
    """A thread that ends such sessions, and writes down that it did."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(EVERY_S)

    def _run(self) -> None:
        untold = 0  # what was ended and could not be written down yet
        last = noted = -math.inf
        while not self._stop.is_set():
            try:
                with _watching() as watch:
                    while not self._stop.is_set():
                        ended = watch()
                        untold += ended
                        if not ended or time.monotonic() - noted > EVERY_S:  # who waits comes first
                            untold = note(untold, self._clock())
                            noted = time.monotonic()
                        last = time.monotonic() if ended else last
                        quiet = time.monotonic() - last > EVERY_S
                        self._stop.wait(EVERY_S if quiet else AT_ONCE_S)
            except (DatabaseError, InterfaceError):  # it is away, or has no place for us
                log.exception("round")
                self._stop.wait(EVERY_S)
        connections.close_all()


@contextmanager
def _watching() -> Iterator[Callable[[], int]]:
    """A connection that stays; what it gives ends what holds others up, and tells how many.

    Raises:
        DatabaseError: there is no connection to be had, or it broke.
    """
    connection: BaseDatabaseWrapper = connections["default"].copy()
    try:
        with connection.cursor() as cursor:
            for statement in _BEGUN:
                cursor.execute(statement)
            yield lambda: _unblock(cursor)
    finally:
        connection.close()


def _unblock(cursor: CursorWrapper) -> int:
    """End what holds others up; how many sessions that were."""
    cursor.execute("SAVEPOINT round")
    try:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_END)
        ended: int = cursor.fetchone()[0]
    except DatabaseError:  # no room, or not in time: what it keeps locked stays so
        log.exception("round")
        cursor.execute("ROLLBACK TO round")
        return 0
    cursor.execute("RELEASE round")
    return ended


def note(sessions: int, now: datetime) -> int:
    """Write down that sessions were ended; the desk is told of it for a day.

    How many could not be written down: there was no room for that yet.
    """
    if not sessions:
        return 0
    log.warning("%s sessions of the portal held others up and were ended", sessions)
    try:
        day, _ = Unblocked.objects.get_or_create(on=day_in_japan(now), defaults={"last_at": now})
        Unblocked.objects.filter(pk=day.pk).update(sessions=F("sessions") + sessions, last_at=now)
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return sessions
    return 0
