"""Windows as child processes: where they listen, their environment, their end, their restart."""

import argparse
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from madoguchi.config.windows import Window
from madoguchi.tools.misconfigured import Misconfigured

HIGHEST = 65_535
PR_SET_PDEATHSIG = 1
THREADS = {"portal": 32, "desk": 8}
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 4.0  # with a start of some seconds: ten from kill to page
STEADY_S = 10.0
PATIENCE_S = 10.0


def environment(window: str) -> dict[str, str]:
    """What a child of this window is given; the portal never the path of the master key."""
    env = {**os.environ, "MADOGUCHI_WINDOW": window}
    if window == "portal":
        env.pop("MADOGUCHI_MASTER_KEY_FILE", None)
    return env


def server(window: Window, host: str, port: int) -> list[str]:
    """The command line of granian for a window."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(THREADS[window.name])),
        *("--backpressure", "256", "--no-ws", "--log-level", "error"),
        "madoguchi.config.wsgi:application",
    ]


class Child:
    """One child that is kept alive: after a crash it comes back, each time a little later."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self._command = list(command)
        self._env = env
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            self._command,
            env=self._env,
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


def require_free(host: str, number: int, option: str = "--port") -> None:
    """Nothing listens there, and we may.

    Raises:
        Misconfigured: naming the option that chooses another.
    """
    try:
        kind, *_, place = socket.getaddrinfo(host, number, flags=socket.AI_NUMERICHOST)[0]
    except socket.gaierror as error:
        raise Misconfigured(
            "--host", f"{host!r} is no address", "write 127.0.0.1 or ::1"
        ) from error
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                found = f"{host} is no address of this machine"
                raise Misconfigured("--host", found, "write 127.0.0.1, or one it has") from error
            reason = error.strerror or "cannot be used"
            remedy = f"end what listens there, or choose another with {option}"
            raise Misconfigured(f"port {number}", reason, remedy) from error


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
