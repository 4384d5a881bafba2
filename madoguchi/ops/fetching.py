"""Fetch what came into the city's mailbox (メール取込): sealed and committed, then moved away.

The server gives a mail at least once; `receive` takes it in once, by its bytes. Killed anywhere
between, the next round finds the mail where it was.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import Error, connections

from madoguchi.tools.mail import ledger, mailbox
from madoguchi.tools.mail.mailbox import MailboxSettings, Opened, Waiting
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.work.intake.mail import jobs

EVERY_S, PATIENCE_S = 30.0, 10.0
WAITS_S = (10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
HANGS_S = 420.0  # longer than any wait, and than a large mail on a thin line
LARGEST = 64 * 1024 * 1024  # bytes of a mail that is taken in
log = logging.getLogger("madoguchi.mailbox")


def where() -> MailboxSettings | None:
    """The mailbox that the settings name, if any."""
    return mailbox.MailboxSettings(**settings.MAILBOX) if settings.MAILBOX else None


def office_id() -> UUID:
    """The office whose mailbox it is.

    Raises:
        Misconfigured: there are several offices and none is named.
    """
    named = settings.MAILBOX_OFFICE
    offices = Office.objects.filter(slug=named) if named else Office.objects.all()
    found = list(offices.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        what = f"{named!r} で窓口がひとつに決まりません"
        remedy = "窓口の名前（制度のフォルダーの名前）を書いてください"
        raise Misconfigured("MADOGUCHI_MAILBOX_OFFICE", what, remedy)
    return found[0]


class Fetching:
    """Fetches round after round beside the worker's jobs: a slow server holds up no job."""

    def __init__(self, place: MailboxSettings, office: UUID, clock: Callable[[], datetime]) -> None:
        self._place, self._office, self._clock = place, office, clock
        self._failed, self._moved, self._stop = 0, monotonic(), threading.Event()
        self._thread = threading.Thread()

    def begin(self) -> None:
        """Fetch in a thread of its own until `end`."""
        self._moved, self._stop = monotonic(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._stop,), daemon=True)
        self._thread.start()

    def look(self, now: datetime) -> None:
        """Tell of a round that does not get on, and leave it: a server may trickle without end.

        What it was about to take in is known by its bytes, should it ever come to it.
        """
        silent = monotonic() - self._moved
        if self._thread.is_alive() and silent < HANGS_S:
            return
        ledger.note_trouble(self._office, frozenset({ledger.AWAY}), now - timedelta(seconds=silent))
        self._stop.set()
        self.begin()

    def end(self) -> None:
        """Stop, and give the mail at hand a moment; what is not moved away comes again."""
        self._stop.set()
        self._thread.join(PATIENCE_S)

    def one(self) -> float:
        """One round; for how many seconds to wait before the next."""
        try:
            well = fetch(self._place, self._office, self._now)
        except (Error, OSError):  # a database that is away, a full disk: the mails stay there
            log.exception("round")
            well = False
        finally:
            connections.close_all()
        self._failed = 0 if well else self._failed + 1
        return EVERY_S if well else WAITS_S[min(self._failed, len(WAITS_S)) - 1]

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(self.one())

    def _now(self) -> datetime:
        """The moment, asked for before each mail: the round gets on."""
        self._moved = monotonic()
        return self._clock()


def fetch(place: MailboxSettings, office: UUID, clock: Callable[[], datetime]) -> bool:
    """Take in what waits and note what is wrong; whether the mailbox could be used."""
    try:
        with mailbox.opened(place) as box:
            found = frozenset(_take_all(box, office, clock))
    except mailbox.Away:
        found = frozenset({ledger.AWAY})
    ledger.note_trouble(office, found, clock())
    return ledger.AWAY not in found


def _take_all(box: Opened, office: UUID, clock: Callable[[], datetime]) -> Iterator[str]:
    """Take in each mail; yield what is wrong with single ones, which hold up no other."""
    waiting = box.waiting()
    known = ledger.taken(office, box.validity, frozenset(mail.uid for mail in waiting))
    for mail in waiting:
        if mail.length > LARGEST:
            yield ledger.LARGE
            continue
        ours = mail.uid in known or _take_in(box, office, mail, clock())
        if not (ours and _move(box, office, mail)):
            yield ledger.STUCK


def _take_in(box: Opened, office: UUID, mail: Waiting, now: datetime) -> bool:
    """Whether the mail is ours now, or nobody's: gone from the mailbox meanwhile."""
    raw = box.raw(mail.uid)
    if raw is None:
        return True
    try:
        jobs.receive(office, raw, now=now)
    except (Error, OSError):
        raise
    except Exception:  # one strange mail must not hold up the others
        log.exception("receive")
        return False
    ledger.note(office, box.validity, mail.uid)
    return True


def _move(box: Opened, office: UUID, mail: Waiting) -> bool:
    """Whether the server moved the mail away."""
    try:
        box.put_away(mail.uid)
    except mailbox.Unmoved:
        return False
    ledger.forget(office, box.validity, mail.uid)
    return True
