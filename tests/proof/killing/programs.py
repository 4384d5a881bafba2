"""Portal, desk and worker as an operator starts them, and ways to kill them."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from madoguchi.ops.children import THREADS, listen
from madoguchi.ops.window_server import command
from tests.proof.house import House, kill
from tests.proof.site import HOSTS, free_port

PAGES = {"portal": "/", "desk": "/sign-in/"}
WHOLE, SERVER, SERVERS_WORKER = 0, 1, 2  # how deep below `serve` a kill goes
PATIENCE_S = 30
LOOK_S = 0.02


def children(pid: int) -> list[int]:
    """The children of a process, whichever of its threads started them."""
    with suppress(OSError):
        started = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(one) for path in started for one in path.read_text().split()]
    return []


def below(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    return [pid for child in children(pid) for pid in (child, *below(child))]


class Window:
    """A window on its port: `serve`, its server and the server's worker, each killed on demand."""

    def __init__(self, house: House, name: str) -> None:
        self.port = free_port()
        self._house, self._name = house, name
        self.command = ["-m", "madoguchi", "serve", name, "--port", str(self.port)]
        self.listening: socket.socket | None = None
        self._program: subprocess.Popen[str] | None = None
        self._fell_at, self._fallen = time.monotonic(), set[int]()

    def start(self) -> None:
        """Start it as an operator does, or as the service manager does after a fall."""
        descriptors = [self.listening.fileno()] if self.listening else []
        self._program = self._house.start(
            *self.command, window=self._name, to_log=True, descriptors=descriptors
        )

    def kill(self, depth: int = WHOLE) -> None:
        """Kill at this depth; `serve` is started again at once, it restarts what is below."""
        program = self._program
        assert program is not None
        self._fell_at, self._fallen = time.monotonic(), set()
        if depth == WHOLE:
            kill(program)
            self.start()
            return
        self._fallen = set(below(program.pid))
        servers = children(program.pid)
        workers = [worker for server in servers for worker in children(server)]
        for pid in servers if depth == SERVER else workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _risen(self) -> bool:
        """Whether a new server and its worker took the place of those that fell."""
        now = set(below(self._program.pid)) if self._program else set()
        return not self._fallen or (len(now) == SERVERS_WORKER and not now & self._fallen)

    def wait(self) -> float:
        """Wait for the first page of whatever took the place of what fell; seconds since then."""
        while not self._risen():
            self._look()
        address = f"http://{HOSTS[self._name]}:{self.port}{PAGES[self._name]}"
        while True:
            with suppress(OSError):
                urllib.request.urlopen(address, timeout=5).close()
                return time.monotonic() - self._fell_at
            self._look()

    def _look(self) -> None:
        if time.monotonic() > self._fell_at + PATIENCE_S:
            told = self._house.log(self._name).read_text("utf-8")[-3000:]
            raise AssertionError(f"no page of the {self._name} after {PATIENCE_S} s:\n{told}")
        time.sleep(LOOK_S)

    def end(self) -> None:
        """Kill it for good."""
        if self._program is not None:
            kill(self._program)
        if self.listening:
            self.listening.close()


def weakened(house: House) -> Window:
    """A portal without the protection that `WEAKENED` names; with all, where it is empty."""
    house.run("-m", "madoguchi", "preflight", "portal", window="portal")
    portal = Window(house, "portal")
    portal.listening = listen("127.0.0.1", portal.port)  # stays, whoever is killed
    number, application = portal.listening.fileno(), "tests.proof.killing.weakened:application"
    _, *portal.command = command(number, THREADS["portal"], application)
    return portal


class Worker:
    """The worker, killed and started again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._program: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it as an operator does."""
        self._program = self._house.start("-m", "madoguchi", "worker", window="worker", to_log=True)

    def kill(self) -> None:
        """Kill it in the middle of whatever it does, and start it again."""
        self.end()
        self.start()

    def end(self) -> None:
        """Kill it for good."""
        if self._program is not None:
            kill(self._program)


@contextmanager
def running(*programs: Window | Worker) -> Iterator[None]:
    """The programs for as long as the block lasts, windows after their first page."""
    try:
        for program in programs:
            program.start()
        for program in programs:
            if isinstance(program, Window):
                program.wait()
        yield
    finally:
        for program in programs:
            program.end()
