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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from madoguchi.tools.misconfigured import Misconfigured, reason

HIGHEST = 65_535
PR_SET_PDEATHSIG = 1
THREADS = {"portal": 24, "desk": 8}  # two workers of the portal overlap: roles.sql counts both
DEMO_THREADS = 40  # the demo's one process serves long bodies, too
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 4.0  # with a start of some seconds: ten from kill to page
STEADY_S = 10.0
PATIENCE_S = 10.0
BACKLOG = 1024  # connections that wait while a server comes back
FIRST_HANDED_OVER = 3  # SD_LISTEN_FDS_START; files come behind the sockets
TRIED = "tried"


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


def kept(children: Sequence[Child]) -> list[threading.Thread]:
    """Start them; a thread for each keeps it alive until the command is asked to stop."""

    def stop(_number: int, _frame: object) -> None:
        for child in children:
            child.end()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    keepers = [threading.Thread(target=child.keep) for child in children]
    for keeper in keepers:
        keeper.start()
    return keepers


def port(text: str) -> int:
    """A port that was typed.

    Raises:
        ArgumentTypeError: no such port.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}：ポートは、1〜{HIGHEST} の数で書いてください")


def listen(host: str, number: int, option: str = "--port") -> socket.socket:
    """A socket that listens there.

    Raises:
        Misconfigured: naming the option that chooses another.
    """
    try:
        kind, *_, place = socket.getaddrinfo(host, number, flags=socket.AI_NUMERICHOST)[0]
    except socket.gaierror as error:
        raise Misconfigured(
            "--host", f"{host!r} はアドレスではありません", "127.0.0.1 か ::1 にしてください"
        ) from error
    listening = socket.socket(kind)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(place)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            found = f"{host} は、このサーバーのアドレスではありません"
            remedy = "127.0.0.1 か、このサーバーのアドレスにしてください"
            raise Misconfigured("--host", found, remedy) from error
        remedy = f"使っているものを止めるか、{option} で別の番号にしてください"
        raise Misconfigured(f"ポート {number}", reason(error), remedy) from error
    return listening


@dataclass(frozen=True)
class HandedOver:
    """What systemd gives a window: its sockets; a file for what its unit refuses (`OpenFile`)."""

    sockets: Mapping[str, socket.socket]
    tried: BinaryIO | None


def handed_over(names: Sequence[str]) -> HandedOver | None:
    """What systemd opened for us under these names, if it started us so (sd_listen_fds(3)).

    Raises:
        Misconfigured: it hands over other sockets, or what is no listening Unix socket.
    """
    whose = os.environ.pop("LISTEN_PID", "")
    alone = os.getpid() == 1  # with PrivatePIDs=; it says which number that is outside
    if not whose or (whose != str(os.getpid()) and not alone):
        return None
    count = int(os.environ.pop("LISTEN_FDS", "0"))
    told = os.environ.pop("LISTEN_FDNAMES", "").split(":")[:count]
    given = {name: FIRST_HANDED_OVER + place for place, name in enumerate(told)}
    file = given.pop(TRIED, None)
    remedy = "docs/running のユニットをそのまま使い、ソケットを起動してください"
    if given.keys() != set(names):
        found = f"{'・'.join(names)} のはずが、{'・'.join(given) or '何も'} 渡されています"
        raise Misconfigured("LISTEN_FDNAMES", found, remedy)
    sockets = {name: socket.socket(fileno=number) for name, number in given.items()}
    for name, listening in sockets.items():
        if listening.family != socket.AF_UNIX or not listening.getsockopt(
            socket.SOL_SOCKET, socket.SO_ACCEPTCONN
        ):
            raise Misconfigured(
                "LISTEN_FDS", f"{name} が、待ち受ける Unix ソケットではありません", remedy
            )
        listening.set_inheritable(False)  # programs that are started beside it
    return HandedOver(sockets, None if file is None else os.fdopen(file, "wb"))


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
