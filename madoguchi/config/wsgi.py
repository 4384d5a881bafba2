"""The WSGI application of one window: who may send a body, and how long a worker stays.

What was typed and opened stays in a process's memory long after the answer, and Python cannot wipe
it. So the portal's worker asks to be replaced some minutes after its first request, and what it
remembers goes with it. Long bodies are not served by it (`ops/body_server.py`): a slow one would
keep it alive.
"""

import ctypes
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

from madoguchi.config import memory, sqlite

sqlite.prepare()

from django.conf import settings  # noqa: E402 - after SQLite
from django.core.wsgi import get_wsgi_application  # noqa: E402 - the same
from django.db import connection, connections  # noqa: E402 - the same

from madoguchi.rules import limits  # noqa: E402 - the same
from madoguchi.tools.office.network import neighbourhood  # noqa: E402 - the same
from madoguchi.tools.transaction import AWAY  # noqa: E402 - the same
from madoguchi.web.kit.body import (  # noqa: E402 - the same
    Counted,
    LongBodies,
    Places,
    length_of,
)

PR_SET_PDEATHSIG = 1
LEFT_IN_THE_PROXY = ("full", "full_files", "too_large")
RENEWED_AFTER_S = 300.0
ASK_AGAIN_S = 10.0
WARM_UP_S = 2.0


def die_with_parent(with_signal: int = signal.SIGTERM) -> None:
    """Ask Linux to end this process when its parent dies, so that no orphan goes on serving."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, with_signal)
    parent = multiprocessing.parent_process()
    if parent and os.getppid() != parent.pid:  # it died while we were loading
        raise SystemExit


class Renewal:
    """Has granian replace this worker: the next one serves, then this one ends its requests.

    While the database is away it stays, because the pages that are read meanwhile are in its
    memory.
    """

    def __init__(self) -> None:
        self.after_s = RENEWED_AFTER_S
        self._begun = threading.Lock()

    def served(self) -> None:
        """This worker has something to forget: its time begins, if it has not begun yet."""
        if self._begun.acquire(blocking=False):
            timer = threading.Timer(self.after_s, self._ask)
            timer.daemon = True
            timer.start()

    def _ask(self) -> None:
        while not _answers():
            time.sleep(ASK_AGAIN_S)
        os.kill(os.getppid(), signal.SIGHUP)


def _answers() -> bool:
    try:
        connection.ensure_connection()
    except AWAY:
        return False
    connection.close()
    return True


class BodyGate:
    """Lets a request with a body in when there is a place for it; others are answered as busy.

    In the demo all come from this machine, as one network; it may have every place, one process
    serves all bodies and stays: who takes over a demo has all of it anyway.
    """

    def __init__(self) -> None:
        self.django = get_wsgi_application()
        self.places: Places | LongBodies = Places(shared=not settings.DEMO)
        renewed = settings.WINDOW.name == "portal" and not settings.DEMO
        self.takes_long_bodies = not renewed
        self.renewal = Renewal() if renewed and multiprocessing.parent_process() else None

    def serve_long_bodies(self) -> None:
        """From now on this process and its children serve nothing else, and one each."""
        self.places, self.takes_long_bodies, self.renewal = LongBodies(), True, None

    def warm_up(self) -> None:
        """Make the pages that everybody reads, so that a new process is as quick as the last.

        And so that they stand when the database goes away now.
        """
        from madoguchi.tools.office.models import Office  # noqa: PLC0415 - Django must be up
        from madoguchi.web.portal.pages import PAGES  # noqa: PLC0415 - the desk has none

        until = time.monotonic() + WARM_UP_S
        paths = ["/s/", *("/" if page == "landing" else f"/{page}/" for page in PAGES)]
        with suppress(*AWAY):
            for host in Office.objects.values_list("portal_host", flat=True):
                for path in paths:
                    if time.monotonic() < until:
                        self.django(our_own(host, path), lambda *_: lambda _: None)
        connections.close_all()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if self.renewal:
            self.renewal.served()
        size = length_of(environ)
        if (why := environ.get("HTTP_X_UNREAD")) in LEFT_IN_THE_PROXY:
            return self.django(unread(environ, why), start_response)
        if size == 0 and "HTTP_TRANSFER_ENCODING" not in environ:
            return self.django(environ, start_response)
        long = size >= limits.LARGE or "HTTP_TRANSFER_ENCODING" in environ
        if size > limits.BYTES_OF_A_BODY or (long and not self.takes_long_bodies):
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


def our_own(host: str, path: str) -> WSGIEnvironment:
    """A request that no visitor made, and that counts as none."""
    environ: WSGIEnvironment = {"HTTP_HOST": host, "HTTP_X_FORWARDED_PROTO": "https"}
    environ.update(PATH_INFO=path, REQUEST_METHOD="HEAD", HTTP_X_FORWARDED_FOR="127.0.0.1")
    environ["madoguchi.our_own"] = True
    setup_testing_defaults(environ)
    return environ


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
memory.shut()
application = BodyGate()
if application.renewal:
    application.warm_up()
