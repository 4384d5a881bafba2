"""The portal's server of long bodies: a process for each, which ends with it (see `command`).

A long body takes as long as its sender likes, and what a process was given stays in its memory. So
no two of them share one. The server itself has the program loaded and reads no request: it has
nothing to pass on, and what a person sent is gone when their own process ends. It sits behind the
proxy and is given one request a connection, so Python's own server does.
"""

import gc
import signal
import socket
import sys
from importlib import import_module
from socketserver import ForkingMixIn
from types import FrameType
from typing import NoReturn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIEnvironment

from madoguchi.rules import limits

APPLICATION = "madoguchi.config.wsgi:application"
ANSWERED_AT_ONCE = 4  # processes beyond those with a body: they say that there is no place


def command(descriptor: int, application: str = APPLICATION) -> list[str]:
    """The command line that serves on this descriptor, which the child has to inherit."""
    return [sys.executable, "-m", __name__, str(descriptor), application]


class Request(WSGIRequestHandler):
    """One request; nothing of it is logged."""

    def get_environ(self) -> WSGIEnvironment:
        """Without names that would be taken for another header (`X_Forwarded_For`)."""
        for name in [name for name in self.headers if "_" in name]:
            del self.headers[name]
        return super().get_environ()

    def log_message(self, *_: object) -> None:
        """Say nothing: the proxy has a log without addresses."""


class BodyServer(ForkingMixIn, WSGIServer):
    """Accepts, and has a child do the rest."""

    address_family = socket.AF_UNIX
    max_children = limits.LARGE_BODIES + ANSWERED_AT_ONCE

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(("", 0), Request, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = "", 0
        self.setup_environ()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next connection; who calls, only the proxy knows."""
        connection, _ = self.socket.accept()
        return connection, ("", 0)

    def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]
        """In the child: it is left in peace when the service stops, and ends with its parent."""
        from madoguchi.config.wsgi import die_with_parent  # it loads Django

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, limits.LARGE_BODY_MINUTES * 60)
        die_with_parent(signal.SIGKILL)
        self.socket.close()
        super().finish_request(request, client_address)


def end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Take no more; bodies on their way go on until `serve` loses patience."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit


def main(descriptor: str, application: str) -> None:
    """Serve until told to end."""
    module, _, name = application.partition(":")
    gate = getattr(import_module(module), name)
    gate.serve_long_bodies()
    gate.warm_up()
    gc.freeze()  # what is loaded stays shared with the children
    signal.signal(signal.SIGTERM, end)
    with BodyServer(socket.socket(fileno=int(descriptor))) as server:
        server.set_app(gate)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
