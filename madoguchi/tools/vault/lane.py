"""One narrow lane for costly work: two at a time, networks served in turn, nobody locked out."""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager


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
