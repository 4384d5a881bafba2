"""Is the body whole? A cut upload reads like a clean end, so what came is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from madoguchi.web.kit import refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


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
    """Refuses a body that is shorter than its `Content-Length`; nothing of it is acknowledged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object, **__: object) -> HttpResponse | None:
        """The refusal of a cut body, before any view sees it."""
        if request.method != "POST":
            return None
        request.POST  # noqa: B018 - parsing reads the body to its end
        counted = request.META.get("madoguchi.body")
        expected = int(request.META.get("CONTENT_LENGTH") or 0)
        if isinstance(counted, Counted) and counted.count < expected:
            return refusals.bad_request(request)
        return None
