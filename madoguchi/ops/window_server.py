"""One window's server: granian on a socket that is already listening (`python -m`, see `command`).

Who holds the socket decides who may stand there. In production that is root: systemd binds it in
a folder that only the proxy may enter, and hands it over through `serve`. While the server falls
and comes back the socket stays, so no other user can take its place, and who calls meanwhile
waits in its queue.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian._internal import load_target
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from madoguchi.config import memory

BACKLOG = 1024
BACKPRESSURE = 256  # requests that granian hands to Python at once
QUIET_S = 1.0  # for who was let in and has not asked yet
PATIENCE_S = 60  # for the last requests of a worker that is replaced; granian looks at nothing else
APPLICATION = "madoguchi.config.wsgi:application"


def command(descriptor: int, threads: int, application: str = APPLICATION) -> list[str]:
    """The command line that serves on this descriptor, which the child has to inherit."""
    return [sys.executable, "-m", __name__, str(descriptor), str(threads), application]


class SocketServer(MPServer):
    """granian can bind and cannot be given a socket; the one method that binds is ours.

    It also loses who has connected and not asked yet when a worker ends. So a worker first stops
    listening, and ends a moment later. Both methods are private, so a new granian may change them:
    tests/ops/test_window_server.py would tell.
    """

    def __init__(self, listening: socket.socket, threads: int, application: str) -> None:
        super().__init__(
            application,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=1,
            blocking_threads=threads,
            workers_kill_timeout=PATIENCE_S,
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

    def _spawn_worker(self, *args: Any, **kwargs: Any) -> WorkerProcess:
        worker: WorkerProcess = super()._spawn_worker(*args, **kwargs)
        end = worker.terminate

        def retire() -> None:
            worker.interrupt_by_parent = True
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, signal.SIGUSR1)
                time.sleep(QUIET_S)
            end()  # type: ignore[no-untyped-call]

        worker.terminate = retire  # type: ignore[method-assign]
        return worker

    def load(self) -> Callable[..., Any]:
        """The application, in the worker; from then on it can be told to stop listening."""
        signal.signal(signal.SIGUSR1, lambda *_: self.stop_listening())
        application: Callable[..., Any] = load_target(self.target)
        return application

    def stop_listening(self) -> None:
        """Whoever calls from now on is left to the next worker, who has the same socket.

        In this process alone each descriptor of it becomes one of a socket that nobody calls.
        """
        nobodys = socket.socket(socket.AF_UNIX)
        nobodys.settimeout(0)
        nobodys.bind("")  # Linux gives it a name
        nobodys.listen(1)
        ours = os.fstat(self.listening.fileno())
        for descriptor in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
            with suppress(OSError):  # that of the list itself
                if os.path.samestat(os.fstat(descriptor), ours):
                    os.dup2(nobodys.fileno(), descriptor)


def main(descriptor: str, threads: str, application: str) -> None:
    """Serve until told to end."""
    memory.shut()
    listening = socket.socket(fileno=int(descriptor))
    server = SocketServer(listening, int(threads), application)
    server.serve(target_loader=server.load, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
