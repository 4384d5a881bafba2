"""So that no network takes all: a narrow lane for costly work, a share of an office's day.

In a lane one or two work at a time, networks are served in turn, and nobody is locked out. What
each network has used of a day (回線ごとの一日分) lies in memory that the portal's processes share
(`shared.py`), under a hash instead of its address; no disk has it, and the service's end forgets
it. That is safe: a network may use half of what the others have left, and what it used before then
counts as used by others. In the demo all come from this machine, as one network; it may use
everything.
"""

import json
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from madoguchi.rules import limits
from madoguchi.tools.vault.shared import Shared, one_of

MOST_NETWORKS = 50_000


class Busy(Exception):
    """The lane stayed full for as long as a person should wait."""


class Lane:
    """Gives places to waiting callers, one network after the other.

    `shared_as`: the places are those of all processes together; each serves its own callers in
    turn.
    """

    def __init__(self, places: int, patience_s: float, shared_as: str = "") -> None:
        self._places = self._free = places
        self._shared_as = shared_as
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @contextmanager
    def place(self, network: str) -> Iterator[None]:
        """A place in the lane; never enter it inside a transaction.

        Raises:
            Busy: after `patience_s` seconds of waiting.
        """
        self._enter(network)
        try:
            with one_of(self._shared_as, self._places) if self._shared_as else nullcontext():
                yield
        finally:
            with self._lock:
                self._free += 1
                self._call_next()

    def _enter(self, network: str) -> None:
        turn = threading.Event()
        with self._lock:
            self._waiting.setdefault(network, deque()).append(turn)
            self._call_next()
        if turn.wait(self._patience_s):
            return
        with self._lock:
            if turn.is_set():
                return
            queue = self._waiting[network]
            queue.remove(turn)
            if not queue:
                del self._waiting[network]
        raise Busy

    def _call_next(self) -> None:
        while self._free and self._waiting:
            network, queue = self._waiting.popitem(last=False)
            self._free -= 1
            queue.popleft().set()
            if queue:
                self._waiting[network] = queue


RECEIPTS = Lane(places=2, patience_s=20, shared_as="receipts")


class DayFull(Exception):
    """The network has begun, asked for or holds as much as one may; nothing was kept."""


class HeldFull(DayFull):
    """The network holds its number of places for others at this moment; it is worth waiting."""


@dataclass
class Share:
    """What one network has used today."""

    counted: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    held: dict[str, str] = field(default_factory=dict)  # until when (ISO 8601), by holder

    def count(self, what: str, most: int) -> None:
        """Count one more.

        Raises:
            DayFull: there were as many as one network may have.
        """
        if self.counted[what] >= most and not settings.DEMO:
            raise DayFull
        self.counted[what] += 1


class Shares:
    """The networks of a day; beyond `MOST_NETWORKS` the longest silent one is forgotten."""

    def __init__(self) -> None:
        self._shared = Shared(
            "shares", "CREATE TABLE IF NOT EXISTS share (network TEXT UNIQUE, day TEXT, used TEXT)"
        )

    @contextmanager
    def _share(self, office_id: UUID, network: str, now: datetime) -> Iterator[Share]:
        """What the network has used today; what the block changes is kept unless it raises."""
        day = now.date().isoformat()
        of = f"{day} {office_id} {network}"
        name = salted_hmac("madoguchi.share", of, algorithm="sha256").hexdigest()
        with self._shared.transaction() as table:
            table.execute("DELETE FROM share WHERE day <> ?", [day])
            row = table.execute("SELECT used FROM share WHERE network = ?", [name]).fetchone()
            share = Share(**json.loads(row[0])) if row else Share()
            share.counted = Counter(share.counted)
            yield share
            kept = [name, day, json.dumps(vars(share))]
            table.execute("REPLACE INTO share VALUES (?, ?, ?)", kept)  # it comes to the end
            table.execute(
                "DELETE FROM share WHERE rowid <= "
                "(SELECT rowid FROM share ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                [MOST_NETWORKS],
            )

    def begin(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more draft.

        Raises:
            DayFull: the network has begun its number today.
        """
        with self._share(office_id, network, now) as share:
            share.count("drafts", limits.DAY_DRAFTS)

    def enquire(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more question about a page.

        Raises:
            DayFull: the network has asked its number today.
        """
        with self._share(office_id, network, now) as share:
            share.count("enquiries", limits.DAY_ENQUIRIES)

    def book(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more request for a place of the clinic.

        Raises:
            DayFull: the network has sent its number today.
        """
        with self._share(office_id, network, now) as share:
            share.count("bookings", limits.DAY_BOOKINGS)

    def unbook(self, office_id: UUID, network: str, now: datetime) -> None:
        """The request was not taken after all."""
        with self._share(office_id, network, now) as share:
            share.counted["bookings"] = max(0, share.counted["bookings"] - 1)

    def hold(
        self, office_id: UUID, network: str, holder: str, until: datetime, now: datetime
    ) -> None:
        """Count a place that this visitor holds until a moment, instead of their last one.

        Raises:
            HeldFull: the network holds its number of places for others.
            DayFull: it has reached for its number of them today.
        """
        with self._share(office_id, network, now) as share:
            share.held = {
                one: end for one, end in share.held.items() if datetime.fromisoformat(end) > now
            }
            others = len(share.held.keys() - {holder})
            if others >= limits.HELD_PLACES and not settings.DEMO:
                raise HeldFull
            share.count("holds", limits.DAY_HOLDS)
            share.held[holder] = until.isoformat()

    def let_go(self, office_id: UUID, network: str, holder: str, now: datetime) -> None:
        """The visitor holds no place any more, or did not get it."""
        with self._share(office_id, network, now) as share:
            share.held.pop(holder, None)

    def bring(
        self, office_id: UUID, network: str, size: int, day_bytes: int, now: datetime
    ) -> bool:
        """Count a file of `size` bytes if there is room for it; whether there was.

        `day_bytes`: what the office received in the last day, from this network and the others.
        """
        with self._share(office_id, network, now) as share:
            left = limits.DAY_BYTES - max(0, day_bytes - share.bytes)
            if share.bytes + size > (left if settings.DEMO else left // 2):
                return False
            share.bytes += size
            return True


DAY = Shares()
