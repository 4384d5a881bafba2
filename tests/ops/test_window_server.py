"""A window's server on a socket that is handed over: it serves, falls, comes back, leaves none."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from madoguchi.ops.window_server import command
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
    path = os.pathsep.join([str(tmp_path), str(ROOT)])

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
    assert "a port that anybody could take" in said


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_socket_is_handed_over(listening: socket.socket, count: int) -> None:
    words = activated(SERVE, listening, count)
    assert f"{count} sockets, one is needed" in refused(words, listening.fileno())


def test_what_is_handed_over_is_a_unix_socket_that_listens(tmp_path: Path) -> None:
    for kind in (socket.AF_UNIX, socket.AF_INET):
        with socket.socket(kind) as other:
            if kind == socket.AF_INET:
                other.listen()
            words = activated(SERVE, other)
            assert "no Unix socket that listens" in refused(words, other.fileno())


def test_a_port_beside_a_socket_is_refused(listening: socket.socket) -> None:
    words = activated([*SERVE, "--port", "8000"], listening)
    assert "leave both out" in refused(words, listening.fileno())


def test_a_socket_for_somebody_else_is_left_alone() -> None:
    """The variables of systemd name the process that they are for."""
    for_another = {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
    assert "takes its socket" in refused(SERVE, MADOGUCHI_MODE="production", **for_another)
