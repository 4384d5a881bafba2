"""Is the body whole? A cut upload reads like a clean end, so what came is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from madoguchi.web.kit import refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse


def length_of(environ: Mapping[str, Any]) -> int:
    """The bytes that a request announces; 0 for none, or for a word that is no number."""
    told = str(environ.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isascii() and told.isdigit() else 0


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


class WholeBody:
    """Refuses a body that is shorter than its `Content-Length`; nothing of it is acknowledged.

    A body that does not say how long it is (chunked) is refused too: it could be cut unnoticed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object, **__: object) -> HttpResponse | None:
        """The refusal of a cut body, before any view sees it."""
        if request.method != "POST":
            return None
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return refusals.no_length(request)
        request.POST  # noqa: B018 - parsing reads the body to its end
        counted = request.META.get("madoguchi.body")
        if isinstance(counted, Counted) and counted.count < length_of(request.META):
            return refusals.bad_request(request)
        return None
