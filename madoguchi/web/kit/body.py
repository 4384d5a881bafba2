"""Requests with a body (本文のある要求): whether it is complete, a form, and has a place.

A cut upload reads like a clean end, so the bytes that came are counted. There are places for all,
and fewer for each network.
"""

import html
import os
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser

from madoguchi.rules import limits
from madoguchi.tools.vault.shared import Shared
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


class FormParser(MultiPartParser):
    """Django's, which takes every sign that does not print out of a file's name.

    So `cod⟦U+202E⟧gpj.exe` would reach the desk as `codgpj.exe`, and nobody could see what was
    tried. A name is words here and nothing else: what hides in it is sealed, and shown as a sign.
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The last part of the path, without control characters; None for no name."""
        name = html.unescape(file_name).rsplit("/")[-1].rsplit("\\")[-1]
        name = "".join(sign for sign in name if unicodedata.category(sign) != "Cc")
        return None if name in ("", ".", "..") else name


class WholeBody:
    """Refuses a body that is no form or ends before its `Content-Length`: nothing of it counts.

    A body of another kind reads like a form that was left empty, and would empty a draft. One that
    does not say how long it is (chunked) could be cut unnoticed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.multipart_parser_class = FormParser  # type: ignore[assignment] # it is a class
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
    """Who may send a body now: so many words, so many large ones, so many of one network.

    The last places for words are for networks that have none. Files find a place at once or not at
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
        mine = self._taken.count((network, False))
        return (alone and mine < limits.BODIES_OF_A_NETWORK) or not self._shared

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
        taken = [one for one, is_large in self._taken if is_large == large]
        mine = taken.count(network) if self._shared else 0
        if large:
            return _no_room_for_files(len(taken), mine)
        left = limits.BODIES - len(taken)
        kept = limits.BODIES_OF_NEWCOMERS if mine else 0
        return "full" if left <= kept or mine >= limits.BODIES_OF_A_NETWORK else ""


def _no_room_for_files(taken: int, mine: int) -> str:
    """The code of why one more large body has no place, beside so many; empty when it has one."""
    full = taken >= limits.LARGE_BODIES or mine >= limits.LARGE_BODIES_OF_A_NETWORK
    return "full_files" if full else ""


class LongBodies:
    """The same for large bodies that have a process each: a place is held while its process lives.

    So no place is lost with a process that was killed.
    """

    def __init__(self) -> None:
        self._shared = Shared("bodies", "CREATE TABLE IF NOT EXISTS body (pid INT, network TEXT)")

    @contextmanager
    def place(self, network: str, _size: int) -> Iterator[str]:
        """A place for this process: gives an empty string, or `full_files`."""
        with self._shared.transaction() as table:
            there = table.execute("SELECT pid FROM body").fetchall()
            dead = [(pid,) for (pid,) in there if not _lives(pid)]
            table.executemany("DELETE FROM body WHERE pid = ?", dead)
            taken = [one for (one,) in table.execute("SELECT network FROM body")]
            why_not = _no_room_for_files(len(taken), taken.count(network))
            if not why_not:
                table.execute("INSERT INTO body VALUES (?, ?)", [os.getpid(), network])
        try:
            yield why_not
        finally:
            with self._shared.transaction() as table:
                table.execute("DELETE FROM body WHERE pid = ?", [os.getpid()])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):  # another user's: the number was given anew
        return False
    return True


def length_of(environ: Mapping[str, Any]) -> int:
    """The bytes that a request announces; 0 for none, or for what is no number."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isascii() and length.isdigit() else 0
