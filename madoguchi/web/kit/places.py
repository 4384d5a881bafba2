"""Places for requests with a body (本文のある要求の席): some for all, fewer for each."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from madoguchi.rules import limits

if TYPE_CHECKING:
    from collections.abc import Iterator


class Places:
    """Who may send a body now: so many in all, so many large ones, so many of one network.

    A place is taken at once or not at all; nobody waits for one, because waiting takes a thread.
    """

    def __init__(self, of_a_network: int) -> None:
        self._most = {"": limits.BODIES, "large": limits.LARGE_BODIES}
        self._of_a_network = of_a_network
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def place(self, network: str, size: int) -> Iterator[str]:
        """A place for a body of `size` bytes: gives an empty word, or why there is none.

        Words: `full`, `full_files` (there would be a place without the files).
        """
        names = ["", network, *(["large"] if size >= limits.LARGE else [])]
        with self._lock:
            short = [name for name in names if self._taken[name] >= self._limit(name)]
            if not short:
                self._taken.update(names)
        try:
            yield "full_files" if short == ["large"] else "full" if short else ""
        finally:
            if not short:
                self._give_back(names)

    def _limit(self, name: str) -> int:
        return self._most.get(name, self._of_a_network)

    def _give_back(self, names: list[str]) -> None:
        with self._lock:
            self._taken.subtract(names)
            for name in names:
                if not self._taken[name]:
                    del self._taken[name]
