"""Windows as child processes: their sockets, their environment, their end, their restart."""

import argparse
import ctypes
import errno
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence

from madoguchi.tools.misconfigured import Misconfigured

HIGHEST = 65_535
PR_SET_PDEATHSIG = 1
THREADS = {"portal": 32, "desk": 8}
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 4.0  # with a start of some seconds: ten from kill to page
STEADY_S = 10.0
PATIENCE_S = 10.0
BACKLOG = 1024  # connections that wait while a server comes back
FIRST_HANDED_OVER = 3  # SD_LISTEN_FDS_START


def environment(window: str) -> dict[str, str]:
    """What a child of this window is given; the portal never the path of the master key."""
    env = {**os.environ, "MADOGUCHI_WINDOW": window}
    if window == "portal":
        env.pop("MADOGUCHI_MASTER_KEY_FILE", None)
    return env


class Child:
    """One child that is kept alive: after a crash it comes back, each time a little later."""

    def __init__(
        self, command: Sequence[str], env: dict[str, str], descriptors: Sequence[int] = ()
    ) -> None:
        self._command = list(command)
        self._env = env
        self._descriptors = descriptors
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            self._command,
            env=self._env,
            pass_fds=self._descriptors,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - before any thread of ours starts
        )

    def keep(self) -> None:
        """Wait for the child, start it again when it falls, until `end` is called."""
        wait_s = FIRST_WAIT_S
        while not self._ended.is_set():
            began = time.monotonic()
            if self._process is None:
                self.start()
            if self._ended.is_set():
                self.end()
            if self._process is not None:
                self._process.wait()
            self._process = None
            if time.monotonic() - began > STEADY_S:
                wait_s = FIRST_WAIT_S
            self._ended.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def end(self) -> None:
        """Ask the child to end and do not start it again; `keep` returns when it has ended."""
        self._ended.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            stubborn = threading.Timer(PATIENCE_S, process.kill)
            stubborn.daemon = True
            stubborn.start()


def end_on_signal(children: Sequence[Child]) -> None:
    """End these children when the command is asked to stop."""

    def stop(_number: int, _frame: object) -> None:
        for child in children:
            child.end()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def port(text: str) -> int:
    """A port that was typed.

    Raises:
        ArgumentTypeError: no such port.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to {HIGHEST}")


def listen(host: str, number: int, option: str = "--port") -> socket.socket:
    """A socket that listens there.

    Raises:
        Misconfigured: naming the option that chooses another.
    """
    try:
        kind, *_, place = socket.getaddrinfo(host, number, flags=socket.AI_NUMERICHOST)[0]
    except socket.gaierror as error:
        raise Misconfigured(
            "--host", f"{host!r} is no address", "write 127.0.0.1 or ::1"
        ) from error
    listening = socket.socket(kind)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(place)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            found = f"{host} is no address of this machine"
            raise Misconfigured("--host", found, "write 127.0.0.1, or one it has") from error
        reason = error.strerror or "cannot be used"
        remedy = f"end what listens there, or choose another with {option}"
        raise Misconfigured(f"port {number}", reason, remedy) from error
    return listening


def handed_over() -> socket.socket | None:
    """The socket that systemd bound for us, if it started us with one (sd_listen_fds(3)).

    Raises:
        Misconfigured: it hands over something else than one listening Unix socket.
    """
    if os.environ.pop("LISTEN_PID", "") != str(os.getpid()):
        return None
    count = os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    remedy = "take the .socket unit of docs/running as it is"
    if count != "1":
        raise Misconfigured("LISTEN_FDS", f"{count or 'no'} sockets, one is needed", remedy)
    listening = socket.socket(fileno=FIRST_HANDED_OVER)
    if listening.family != socket.AF_UNIX or not listening.getsockopt(
        socket.SOL_SOCKET, socket.SO_ACCEPTCONN
    ):
        raise Misconfigured("LISTEN_FDS", "no Unix socket that listens", remedy)
    listening.set_inheritable(False)  # programs that are started beside it
    return listening


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
