"""The portal taken over: what its system user can do to the desk beside it (red team).

Tried as three system users under the units of docs/running, on a machine that systemd boots; each
attack has the house of before as its control, in which it succeeds.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from madoguchi.ops.window_server import command
from tests.activation import ask, bound
from tests.house.source import ROOT
from tests.proof.booted import PYTHON, Machine, booted
from tests.proof.site import free_port
from tests.proof.users import DESK, GROUP, PORTAL, founded

WINDOWS = ("portal", "desk")
RESTARTS = 200
PROXY = 33  # www-data

STAND = """
import json, os, socket

def tried(what, *words):
    try:
        what(*words)
    except OSError as error:
        return error.strerror
    return "done"

def bind(family, place):
    socket.socket(family).bind(place)

def call(family, place):
    line = socket.socket(family)
    line.settimeout(2)
    line.connect(place)

desk = "/run/madoguchi/desk"
print(json.dumps({
    "take a port": tried(bind, socket.AF_INET, ("127.0.0.1", 8001)),
    "take a port of six": tried(bind, getattr(socket, "AF_INET6"), ("::1", 8001)),
    "call out": tried(call, socket.AF_INET, ("127.0.0.1", 25)),
    "call the desk": tried(call, socket.AF_UNIX, desk + "/http"),
    "stand beside it": tried(bind, socket.AF_UNIX, desk + "/other"),
    "remove its socket": tried(os.unlink, desk + "/http"),
    "move its folder": tried(os.rename, desk, "/run/madoguchi/desk.old"),
    "make a folder beside": tried(os.mkdir, "/run/madoguchi/other"),
    "list its folder": tried(os.listdir, desk),
}))
"""
REFUSED = {
    "take a port": "Address family not supported by protocol",
    "take a port of six": "Address family not supported by protocol",
    "call out": "Address family not supported by protocol",
    "call the desk": "Permission denied",
    "stand beside it": "Permission denied",
    "remove its socket": "Permission denied",
    "move its folder": "Permission denied",
    "make a folder beside": "Permission denied",
    "list its folder": "Permission denied",
}
CALL = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.settimeout(60)
line.connect(sys.argv[1])
head = f"GET / HTTP/1.1\\r\\nHost: {sys.argv[2]}\\r\\nX-Forwarded-Proto: https\\r\\n\\r\\n"
line.sendall(head.encode())
print(line.recv(100).split()[1].decode())
"""
CALLING = """
import collections, json, signal, socket, sys, time
answers, ended = collections.Counter(), []
signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
while not ended:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.setblocking(False)
            line.connect(sys.argv[1])
        answers["let in"] += 1
    except OSError as error:
        answers[error.strerror] += 1
    time.sleep(0.002)
print(json.dumps(answers))
"""
SMALL = """
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"worker %d" % os.getpid()]
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with founded() as house, booted(house) as machine:
        for window in WINDOWS:
            machine.done("systemctl", "start", f"madoguchi-{window}.socket")
        yield machine


def page(machine: Machine, window: str) -> str:
    """The status of a window's first page, as the proxy is given it."""
    as_proxy = ("setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups", PYTHON, "-c")
    return machine.done(*as_proxy, CALL, f"/run/madoguchi/{window}/http", f"{window}.test").strip()


def test_the_house_stands_on_the_units_that_are_shipped(machine: Machine) -> None:
    assert [page(machine, window) for window in WINDOWS] == ["200", "302"]
    machine.done("systemctl", "start", "madoguchi-worker")
    for name in (*WINDOWS, "worker"):
        assert machine.done("systemctl", "is-active", f"madoguchi-{name}") == "active\n"


def test_the_portals_user_can_stand_nowhere_that_the_desk_is_called(machine: Machine) -> None:
    assert json.loads(machine.within("madoguchi-portal", STAND)) == REFUSED


def test_control_under_the_limits_of_before_it_takes_the_desks_port(machine: Machine) -> None:
    before = {
        "RestrictAddressFamilies=AF_UNIX": "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
        "PrivateNetwork=yes": "PrivateNetwork=no",
        "SocketBindDeny=any": "",
    }
    answers = json.loads(machine.within("madoguchi-portal", STAND, changed=before))
    assert answers["take a port"] == "done"


def test_control_a_socket_of_the_shared_group_lets_it_in(machine: Machine) -> None:
    folder, door = "/run/madoguchi/desk", "/run/madoguchi/desk/http"
    machine.done("chgrp", "madoguchi", folder, door)
    try:
        answers = json.loads(machine.within("madoguchi-portal", STAND))
        assert answers["call the desk"] == "done"
    finally:
        machine.done("chgrp", "www-data", folder, door)


def test_the_desks_own_user_is_shut_in_alike(machine: Machine) -> None:
    answers = json.loads(machine.within("madoguchi-desk", STAND))
    assert answers == REFUSED


def test_a_desk_that_falls_comes_back_and_nobody_takes_its_place(machine: Machine) -> None:
    """Called as the portal the whole time: before the start, while it falls and comes back."""
    machine.done("systemctl", "stop", "madoguchi-desk.service")
    place = f"/proc/{machine.pid}/root/run/madoguchi/desk/http"
    with as_user(PORTAL, CALLING, place) as calling:
        assert page(machine, "desk") == "302"  # started by the first who calls
        for _ in range(2):
            machine.done("systemctl", "kill", "--signal=KILL", "madoguchi-desk.service")
            assert page(machine, "desk") == "302"
        machine.done("systemctl", "restart", "madoguchi-desk.service")
        answers = told(calling)
    assert answers.keys() == {"Permission denied"}
    assert answers["Permission denied"] > 1000


def told(calling: subprocess.Popen[str]) -> dict[str, int]:
    """What came of all its calls, of each kind how many."""
    calling.terminate()
    answers: dict[str, int] = json.loads(calling.communicate(timeout=10)[0])
    return answers


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every user may enter, so that nothing else than the door's own folder refuses."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-door-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_user(user: int, script: str, *words: str) -> subprocess.Popen[str]:
    """A Python program of that user."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        user=user,
        group=GROUP,
        extra_groups=[],
        cwd="/",
        stdout=subprocess.PIPE,
        text=True,
    )


def door(folder: Path, group: int, mode: int) -> socket.socket:
    """The desk's socket as root binds it, in a folder of this group and mode."""
    (folder / "desk").mkdir()
    listening = bound(folder / "desk" / "http")
    os.chown(folder / "desk" / "http", 0, group)
    (folder / "desk" / "http").chmod(0o660)
    os.chown(folder / "desk", 0, group)
    (folder / "desk").chmod(mode)
    return listening


def killed(folder: Path, listening: socket.socket, times: int) -> set[str]:
    """The workers that answered; each server is killed as soon as its own has."""
    (folder / "small.py").write_text(SMALL)
    path = os.pathsep.join([str(folder), str(ROOT)])
    workers = set[str]()
    for _ in range(times):
        server = subprocess.Popen(
            command(listening.fileno(), 2, "small:application"),
            cwd=ROOT,
            env={**os.environ, "MADOGUCHI_WINDOW": "desk", "PYTHONPATH": path},
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=DESK,
            group=GROUP,
            extra_groups=[],
        )
        workers.add(ask(folder / "desk" / "http").rpartition("worker ")[2])
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    return workers


def test_two_hundred_falls_open_the_desk_to_nobody(folder: Path) -> None:
    place = str(folder / "desk" / "http")
    with (
        door(folder, PROXY, 0o750) as listening,
        as_user(PORTAL, CALLING, place) as calling,
    ):
        assert len(killed(folder, listening, RESTARTS)) == RESTARTS
        answers = told(calling)
    assert answers.keys() == {"Permission denied"}


def test_control_a_folder_of_the_shared_group_lets_the_portal_in(folder: Path) -> None:
    place = str(folder / "desk" / "http")
    with door(folder, GROUP, 0o750), as_user(PORTAL, CALLING, place) as calling:
        time.sleep(2)
        answers = told(calling)
    assert answers["let in"] > 0


IMPOSTOR = """
import socket, sys, time
until = time.monotonic() + 20
while time.monotonic() < until:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind(("127.0.0.1", int(sys.argv[1])))
        break
    except OSError:
        time.sleep(0.002)
line.listen()
print("stands", flush=True)
heard, _ = line.accept()
print(heard.recv(65536).decode(), flush=True)
"""


def test_control_a_port_belongs_to_whoever_binds_it_first() -> None:
    """The house of before: the desk ends, the portal has its port, and is told the session."""
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        impostor = as_user(PORTAL, IMPOSTOR, str(port))
        time.sleep(0.5)
    assert impostor.stdout is not None
    with impostor:
        assert impostor.stdout.readline() == "stands\n"
        with socket.create_connection(("127.0.0.1", port)) as officer:
            officer.sendall(b"GET / HTTP/1.1\r\nCookie: session=s3cret\r\n\r\n")
            assert "s3cret" in impostor.stdout.read()
