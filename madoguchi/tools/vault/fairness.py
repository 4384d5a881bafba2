"""So that no network takes all: a narrow lane for costly work, a share of an office's day.

In a lane one or two work at a time, networks are served in turn, and nobody is locked out. What
each network has used of a day (回線ごとの一日分) lies in memory and is never written down: a
restart forgets it. That is safe: a network may use half of what the others have left, and what it
used before then counts as used by others. In the demo all come from this machine, as one network;
it may use everything.
"""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from madoguchi.rules import limits

MOST_NETWORKS = 50_000


class Busy(Exception):
    """The lane stayed full for as long as a person should wait."""


class Lane:
    """Gives places to waiting callers, one network after the other."""

    def __init__(self, places: int, patience_s: float) -> None:
        self._free = places
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


RECEIPTS = Lane(places=2, patience_s=20)


class DayFull(Exception):
    """The network has begun, asked for or holds as much as one may; nothing was kept."""


class HeldFull(DayFull):
    """The network holds its number of places for others at this moment; it is worth waiting."""


@dataclass
class Share:
    """What one network has used today."""

    counted: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    held: dict[str, datetime] = field(default_factory=dict)

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
        self._lock = threading.Lock()
        self._day: date | None = None
        self._used: OrderedDict[tuple[UUID, str], Share] = OrderedDict()

    def _of(self, office_id: UUID, network: str, now: datetime) -> Share:
        if self._day != now.date():
            self._day = now.date()
            self._used.clear()
        share = self._used.setdefault((office_id, network), Share())
        self._used.move_to_end((office_id, network))
        if len(self._used) > MOST_NETWORKS:
            self._used.popitem(last=False)
        return share

    def begin(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more draft.

        Raises:
            DayFull: the network has begun its number today.
        """
        with self._lock:
            self._of(office_id, network, now).count("drafts", limits.DAY_DRAFTS)

    def enquire(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more question about a page.

        Raises:
            DayFull: the network has asked its number today.
        """
        with self._lock:
            self._of(office_id, network, now).count("enquiries", limits.DAY_ENQUIRIES)

    def book(self, office_id: UUID, network: str, now: datetime) -> None:
        """Count one more request for a place of the clinic.

        Raises:
            DayFull: the network has sent its number today.
        """
        with self._lock:
            self._of(office_id, network, now).count("bookings", limits.DAY_BOOKINGS)

    def unbook(self, office_id: UUID, network: str, now: datetime) -> None:
        """The request was not taken after all."""
        with self._lock:
            share = self._of(office_id, network, now)
            share.counted["bookings"] = max(0, share.counted["bookings"] - 1)

    def hold(
        self, office_id: UUID, network: str, holder: str, until: datetime, now: datetime
    ) -> None:
        """Count a place that this visitor holds until a moment, instead of their last one.

        Raises:
            HeldFull: the network holds its number of places for others.
            DayFull: it has reached for its number of them today.
        """
        with self._lock:
            share = self._of(office_id, network, now)
            share.held = {one: end for one, end in share.held.items() if end > now}
            others = len(share.held.keys() - {holder})
            if others >= limits.HELD_PLACES and not settings.DEMO:
                raise HeldFull
            share.count("holds", limits.DAY_HOLDS)
            share.held[holder] = until

    def let_go(self, office_id: UUID, network: str, holder: str, now: datetime) -> None:
        """The visitor holds no place any more, or did not get it."""
        with self._lock:
            self._of(office_id, network, now).held.pop(holder, None)

    def bring(
        self, office_id: UUID, network: str, size: int, day_bytes: int, now: datetime
    ) -> bool:
        """Count a file of `size` bytes if there is room for it; whether there was.

        `day_bytes`: what the office received in the last day, from this network and the others.
        """
        with self._lock:
            share = self._of(office_id, network, now)
            left = limits.DAY_BYTES - max(0, day_bytes - share.bytes)
            if share.bytes + size > (left if settings.DEMO else left // 2):
                return False
            share.bytes += size
            return True


DAY = Shares()
