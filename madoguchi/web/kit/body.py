"""Requests with a body (本文のある要求): whether it is complete, a form, and has a place.

A cut upload reads like a clean end, so the bytes that came are counted. There are places for all,
and fewer for each network.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.rules import limits
from madoguchi.web.kit import refusals

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Counted:
    """The request's stream, with the bytes that were read from it."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - WSGI's input has no type
        self._stream = stream
        self.count = 0

    def read(self, *size: int) -> bytes:
        """Read on, and count."""
        data: bytes = self._stream.read(*size)
        self.count += len(data)
        return data

    def readline(self, *size: int) -> bytes:
        """Read a line, and count."""
        data: bytes = self._stream.readline(*size)
        self.count += len(data)
        return data

    def drain(self, length: int) -> None:
        """Read what nobody read of so many bytes: whoever still sends may not hear an answer."""
        while self.count < length and self.read(min(65_536, length - self.count)):
            pass


class WholeBody:
    """Refuses a body that is no form or ends before its `Content-Length`: nothing of it counts.

    A body of another kind reads like a form that was left empty, and would empty a draft. One that
    does not say how long it is (chunked) could be cut unnoticed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object, **__: object) -> HttpResponse | None:
        """The refusal of a cut body, before any view sees it."""
        if request.method != "POST":
            return None
        if "HTTP_TRANSFER_ENCODING" in request.META:  # it does not say how long it is
            return refusals.page(request, "bad_request", 411)
        expected = length_of(request.META)
        if expected and request.content_type not in FORMS:
            return refusals.bad_request(request)
        request.POST  # noqa: B018 - parsing reads the body to its end
        counted = request.META.get("madoguchi.body")
        if isinstance(counted, Counted) and counted.count < expected:
            return refusals.bad_request(request)
        return None


@dataclass(eq=False)
class Waiter:
    """Somebody who waits for a place."""

    network: str


class Places:
    """Who may send a body now: so many in all, so many large ones, so many of one network.

    The last ones are for words of networks that have none. Files find a place at once or not at
    all. Words may wait a moment, one of each network, because many press one button at one moment;
    who came first goes first. Waiting takes a thread, so whoever has its share does not wait.
    """

    def __init__(self, *, shared: bool, patience_s: float = limits.BODY_PATIENCE_S) -> None:
        self._shared = shared
        self._patience_s = patience_s
        self._freed = threading.Condition()
        self._taken: list[tuple[str, bool]] = []  # the network, and whether its body is large
        self._waiting: list[Waiter] = []  # in the order of their coming

    @contextmanager
    def place(self, network: str, size: int) -> Iterator[str]:
        """A place for a body of `size` bytes: gives an empty string, or the code of why not.

        Codes: `full`, `full_files` (there would be a place without the files).
        """
        large = size >= limits.LARGE
        with self._freed:
            if not large and self._may_wait(network):
                self._wait(network)
            why_not = self._why_not(network, large=large)
            if not why_not:
                self._taken.append((network, large))
        try:
            yield why_not
        finally:
            if not why_not:
                with self._freed:
                    self._taken.remove((network, large))
                    self._freed.notify_all()

    def _may_wait(self, network: str) -> bool:
        if len(self._waiting) >= limits.BODIES_WAITING:
            return False
        alone = all(waiter.network != network for waiter in self._waiting)
        of_network = sum(taken == network for taken, _ in self._taken)
        return (alone and of_network < limits.BODIES_OF_A_NETWORK) or not self._shared

    def _wait(self, network: str) -> None:
        """Until there is a place for words, or for as long as a person hardly notices."""
        mine = Waiter(network)
        self._waiting.append(mine)
        try:
            self._freed.wait_for(lambda: self._first() is mine, self._patience_s)
        finally:
            self._waiting.remove(mine)
            self._freed.notify_all()  # whoever came next may be the first now

    def _first(self) -> Waiter | None:
        """Who has waited longest of those for whom there is a place."""
        able = (each for each in self._waiting if not self._why_not(each.network, large=False))
        return next(able, None)

    def _why_not(self, network: str, *, large: bool) -> str:
        files = sum(is_large for _, is_large in self._taken)
        mine = [is_large for taken, is_large in self._taken if self._shared and taken == network]
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


def length_of(environ: Mapping[str, Any]) -> int:
    """The bytes that a request announces; 0 for none, or for what is no number."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isascii() and length.isdigit() else 0
