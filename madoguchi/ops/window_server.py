"""One window's server: granian on a socket that is already listening (`python -m`, see `command`).

Who holds the socket decides who may stand there. In production that is root: systemd binds it in
a folder that only the proxy may enter, and hands it over through `serve`. While the server falls
and comes back the socket stays, so no other user can take its place, and who calls meanwhile
waits in its queue.
"""

import socket
import sys

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

BACKLOG = 1024
BACKPRESSURE = 256  # requests that granian hands to Python at once
APPLICATION = "madoguchi.config.wsgi:application"


def command(descriptor: int, threads: int, application: str = APPLICATION) -> list[str]:
    """The command line that serves on this descriptor, which the child has to inherit."""
    return [sys.executable, "-m", __name__, str(descriptor), str(threads), application]


class SocketServer(MPServer):
    """granian can bind and cannot be given a socket; the one method that binds is ours.

    It is private, so a new granian may change it: tests/ops/test_window_server.py would tell.
    """

    def __init__(self, listening: socket.socket, threads: int, application: str) -> None:
        super().__init__(
            application,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            backlog=BACKLOG,
            backpressure=BACKPRESSURE,
            http1_settings=HTTP1Settings(),
            websockets=False,
            log_level=LogLevels.error,
        )
        self.listening = listening

    def _init_shared_socket(self) -> None:
        self.listening.set_inheritable(True)  # for the worker
        unix = self.listening.family == socket.AF_UNIX
        holder = SocketHolder(self.listening.fileno(), unix, BACKLOG)  # type: ignore[call-arg]
        vars(self).update(_ssp=None, _shd=holder, _sfd=holder.get_fd(), _sso=self.listening)


def main(descriptor: str, threads: str, application: str) -> None:
    """Serve until told to end."""
    listening = socket.socket(fileno=int(descriptor))
    SocketServer(listening, int(threads), application).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
