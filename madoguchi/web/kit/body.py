"""Is the body whole, and a form? A cut upload reads like a clean end, so what came is counted."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.web.kit import refusals

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


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
        """The response."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object, **__: object) -> HttpResponse | None:
        """The refusal of a cut body, before any view sees it."""
        if request.method != "POST":
            return None
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return refusals.no_length(request)
        expected = length_of(request.META)
        if expected and request.content_type not in FORMS:
            return refusals.bad_request(request)
        request.POST  # noqa: B018 - parsing reads the body to its end
        counted = request.META.get("madoguchi.body")
        if isinstance(counted, Counted) and counted.count < expected:
            return refusals.bad_request(request)
        return None
