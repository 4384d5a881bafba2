"""The WSGI application of one window, with a limit on requests that carry a body."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

from madoguchi.config import sqlite

sqlite.prepare()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after SQLite

from madoguchi.web.kit.body import Counted  # noqa: E402 - the same

BODIES = 24
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to end this worker when its parent dies, so that no orphan goes on serving."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class BodyGate:
    """At most `BODIES` requests with a body at once; the next is told to come back (503)."""

    def __init__(self) -> None:
        self.django = get_wsgi_application()
        self.places = threading.BoundedSemaphore(BODIES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ.get("CONTENT_LENGTH", "") in ("", "0") and not environ.get(
            "HTTP_TRANSFER_ENCODING"
        ):
            return self.django(environ, start_response)
        if not self.places.acquire(blocking=False):
            environ["madoguchi.full"] = True
            environ["CONTENT_LENGTH"] = "0"
            environ["REQUEST_METHOD"] = "GET"
            return self.django(environ, start_response)
        environ["wsgi.input"] = environ["madoguchi.body"] = Counted(environ["wsgi.input"])
        try:
            return self.django(environ, start_response)
        finally:
            self.places.release()


die_with_parent()
application = BodyGate()
