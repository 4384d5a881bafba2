"""Places for requests with a body (本文のある要求の席): some for all, fewer for each."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from madoguchi.rules import limits

if TYPE_CHECKING:
    from collections.abc import Iterator


class Places:
    """Who may send a body now: so many in all, so many large ones, so many of one network.

    The last ones are for words of networks that have none. A place is taken at once or not at all;
    nobody waits for one, because waiting takes a thread.
    """

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._taken: list[tuple[str, bool]] = []  # the network, and whether its body is large

    @contextmanager
    def place(self, network: str, size: int) -> Iterator[str]:
        """A place for a body of `size` bytes: gives an empty word, or why there is none.

        Words: `full`, `full_files` (there would be a place without the files).
        """
        large = size >= limits.LARGE
        with self._lock:
            why_not = self._why_not(network, large=large)
            if not why_not:
                self._taken.append((network, large))
        try:
            yield why_not
        finally:
            if not why_not:
                with self._lock:
                    self._taken.remove((network, large))

    def _why_not(self, network: str, *, large: bool) -> str:
        files = sum(is_large for _, is_large in self._taken)
        mine = [is_large for one, is_large in self._taken if self._shared and one == network]
        left = limits.BODIES - len(self._taken)
        kept = limits.BODIES_OF_NEWCOMERS
        if left <= (kept if mine else 0) or len(mine) >= limits.BODIES_OF_A_NETWORK:
            return "full"
        if large and (
            left <= kept
            or files >= limits.LARGE_BODIES
            or sum(mine) >= limits.LARGE_BODIES_OF_A_NETWORK
        ):
            return "full_files"
        return ""
