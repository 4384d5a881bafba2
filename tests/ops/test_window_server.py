"""A window's server on a socket that is handed over: it serves, falls, comes back, leaves none."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from madoguchi.ops.window_server import command
from tests import hour
from tests.activation import activated, ask, bound
from tests.house.source import ROOT

SMALL = """
import os
from madoguchi.config.wsgi import die_with_parent
die_with_parent()
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"worker %d" % os.getpid()]
"""


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with bound(tmp_path / "http") as line:
        yield line


def test_granian_serves_on_a_socket_that_is_handed_over(
    tmp_path: Path, listening: socket.socket
) -> None:
    """It fails when a new granian binds elsewhere: the method that we replace is its own."""
    (tmp_path / "small.py").write_text(SMALL)
    path = hour.path(tmp_path, ROOT)

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(listening.fileno(), 2, "small:application"),
            cwd=ROOT,
            env={**os.environ, "MADOGUCHI_WINDOW": "portal", "PYTHONPATH": path},
            pass_fds=[listening.fileno()],
        )

    server = started()
    first = ask(tmp_path / "http")
    assert "worker " in first
    server.kill()
    server.wait()
    with started() as server:
        until = time.monotonic() + 30
        while (answer := ask(tmp_path / "http")) == first:
            assert time.monotonic() < until, "the worker of a killed server goes on serving"
        assert "worker " in answer
        server.terminate()
    assert (tmp_path / "http").is_socket()  # whoever bound it removes it


def test_who_is_let_in_as_a_worker_goes_is_answered(
    tmp_path: Path, listening: socket.socket
) -> None:
    """They ask a moment after they have connected, as a busy proxy does."""
    (tmp_path / "small.py").write_text(SMALL)
    path = hour.path(tmp_path, ROOT)
    heard: Counter[str] = Counter()
    stop = threading.Event()

    def call(pause_s: float) -> None:
        while not stop.is_set():
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(30)
                line.connect(str(tmp_path / "http"))
                time.sleep(pause_s)
                try:
                    line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    heard[line.recv(65_536)[-20:].decode() or "nothing"] += 1
                except OSError as error:
                    heard[repr(error)] += 1

    with subprocess.Popen(
        command(listening.fileno(), 2, "small:application"),
        cwd=ROOT,
        env={**os.environ, "MADOGUCHI_WINDOW": "portal", "PYTHONPATH": path},
        pass_fds=[listening.fileno()],
    ) as server:
        ask(tmp_path / "http")
        callers = [threading.Thread(target=call, args=(n / 100,)) for n in range(5)]
        for caller in callers:
            caller.start()
        for _ in range(2):
            server.send_signal(signal.SIGHUP)
            time.sleep(6)
        stop.set()
        for caller in callers:
            caller.join()
        server.terminate()
    workers = {answer.rpartition("worker ")[2] for answer in heard}
    assert len(workers) == 3
    assert all("worker " in answer for answer in heard), heard


def refused(words: list[str], *descriptors: int, **surroundings: str) -> str:
    """What `serve` says that refuses to open."""
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **surroundings},
        pass_fds=descriptors,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


SERVE = [sys.executable, "-m", "madoguchi", "serve", "portal"]


def test_in_production_no_window_takes_a_port() -> None:
    said = refused(SERVE, MADOGUCHI_MODE="production")
    assert "madoguchi-portal.socket" in said
    assert "ポートは、だれでも先に取れます" in said


def test_the_portal_gets_its_two_sockets_and_no_other(listening: socket.socket) -> None:
    """One for words, one for long bodies: without the second it would refuse every film."""
    for names, found in (([], "何も"), (["http"], "http"), (["http", "x"], "http・x")):
        words = activated(SERVE, **dict.fromkeys(names, listening))
        assert f"http・files のはずが、{found} 渡されています" in refused(words, listening.fileno())


def test_what_is_handed_over_is_a_unix_socket_that_listens(
    listening: socket.socket,
) -> None:
    for kind in (socket.AF_UNIX, socket.AF_INET):
        with socket.socket(kind) as other:
            if kind == socket.AF_INET:
                other.listen()
            words = activated(SERVE, http=listening, files=other)
            said = refused(words, listening.fileno(), other.fileno())
            assert "files が、待ち受ける Unix ソケットではありません" in said


def test_what_the_processes_know_together_needs_a_folder_of_memory(
    listening: socket.socket,
) -> None:
    words = activated(SERVE, http=listening, files=listening)
    assert "docs/running の madoguchi-portal.service" in refused(words, listening.fileno())


def test_a_port_beside_a_socket_is_refused(listening: socket.socket) -> None:
    words = activated([*SERVE, "--port", "8000"], http=listening, files=listening)
    assert "どちらも書かないで" in refused(words, listening.fileno())


def test_a_socket_for_somebody_else_is_left_alone() -> None:
    """The variables of systemd name the process that they are for."""
    for_another = {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
    assert "ソケットを受け取ります" in refused(SERVE, MADOGUCHI_MODE="production", **for_another)
