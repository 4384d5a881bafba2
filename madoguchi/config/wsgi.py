"""The WSGI application of one window, with a limit on requests that carry a body."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

from madoguchi.config import sqlite

sqlite.prepare()

from django.conf import settings  # noqa: E402 - after SQLite
from django.core.wsgi import get_wsgi_application  # noqa: E402 - the same

from madoguchi.rules import limits  # noqa: E402 - the same
from madoguchi.tools.office.network import neighbourhood  # noqa: E402 - the same
from madoguchi.web.kit.body import (  # noqa: E402 - the same
    Counted,
    Places,
    length_of,
)

PR_SET_PDEATHSIG = 1
LEFT_IN_THE_PROXY = ("full", "full_files", "too_large")


def die_with_parent() -> None:
    """Ask Linux to end this worker when its parent dies, so that no orphan goes on serving."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent and os.getppid() != parent.pid:  # it died while we were loading
        raise SystemExit


class BodyGate:
    """Lets a request with a body in when there is a place for it; others are answered as busy.

    In the demo all come from this machine, as one network; it may have every place.
    """

    def __init__(self) -> None:
        self.django = get_wsgi_application()
        self.places = Places(shared=not settings.DEMO)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        size = length_of(environ)
        if (why := environ.get("HTTP_X_UNREAD")) in LEFT_IN_THE_PROXY:
            return self.django(unread(environ, why), start_response)
        if size == 0 and "HTTP_TRANSFER_ENCODING" not in environ:
            return self.django(environ, start_response)
        if size > limits.BYTES_OF_A_BODY:
            return self.django(unread(environ, "too_large"), start_response)
        with self.places.place(neighbourhood(environ), size) as why_not:
            if why_not:
                hand_back = size >= limits.LARGE and not settings.DEMO
                respond = by_the_proxy(start_response, why_not) if hand_back else start_response
                return self.django(unread(environ, why_not), respond)
            body = Counted(environ["wsgi.input"])
            environ["wsgi.input"] = environ["madoguchi.body"] = body
            answer = self.django(environ, start_response)
            body.drain(size)
            return answer


def by_the_proxy(start_response: StartResponse, why: str) -> StartResponse:
    """Have nginx ask for the page once more without the body: this answer's line may break."""

    def respond(status: str, headers: list[tuple[str, str]], *exception: Any) -> Any:  # noqa: ANN401 - WSGI's own
        return start_response(status, [*headers, ("X-Accel-Redirect", f"@{why}")], *exception)

    return respond


def unread(environ: WSGIEnvironment, why: str) -> WSGIEnvironment:
    """The request without its body; arrival answers it with why it was not read."""
    environ.update(CONTENT_LENGTH="0", REQUEST_METHOD="GET")
    environ["madoguchi.refused"] = why
    return environ


die_with_parent()
application = BodyGate()
