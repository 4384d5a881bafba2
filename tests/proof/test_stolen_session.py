"""A colleague's session that was seen is worth nothing to the portal's user (red team, C1).

Three system users in production: a supervisor's cookie, second factor on record, is replayed as the
portal's user. Where the desk listened on a port of loopback, as before, it reads the desk.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from madoguchi.ops.children import listen
from madoguchi.ops.window_server import command
from tests.house.source import ROOT
from tests.proof.house import kill
from tests.proof.site import free_port
from tests.proof.test_neighbour import PROXY, door
from tests.proof.users import DESK, GROUP, PORTAL, Users, at_work, founded

SESSION = """
from madoguchi.ops.start import django
django("desk")
from allauth.mfa.models import Authenticator
from django.conf import settings
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.web.kit.arrival import now
from tests.offices import make_staff
from tests.web.desk.colleagues import inside
staff = make_staff(card(Office.objects.get()), "supervisor", "山田", now())
Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
name = settings.SESSION_COOKIE_NAME
print(f"{name}={inside(staff, 'desk.test').cookies[name].value}")
"""
REPLAY = """
import socket, sys
place, cookie = sys.argv[1:]
path = place.startswith("/")
line = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
line.settimeout(60)
try:
    line.connect(place if path else ("127.0.0.1", int(place)))
except OSError as error:
    sys.exit(print(error.strerror))
told = ("Host: desk.test", "X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.9", cookie)
head = ("GET /?tab=open HTTP/1.1", *told, "Connection: close", "", "")
line.sendall("\\r\\n".join(head).encode())
answer = b""
while piece := line.recv(65536):
    answer += piece
head, _, page = answer.partition(b"\\r\\n\\r\\n")
print(head.split()[1].decode(), "/cases/" in page.decode())
"""
INSIDE = "200 True\n"  # a list, with the case in it


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        at_work(house)
        house.run(DESK, "-m", "madoguchi", "preflight", "desk")
        yield house


@pytest.fixture(scope="module")
def cookie(house: Users) -> str:
    """The head's line that a browser of a signed-in supervisor sends."""
    return f"Cookie: {house.run(DESK, '-c', SESSION).splitlines()[-1]}"


@contextmanager
def served(house: Users, listening: int) -> Iterator[None]:
    """The desk on this socket, as its own user."""
    path = os.pathsep.join([str(ROOT), *sys.path])
    server = subprocess.Popen(
        command(listening, 2),
        cwd=ROOT,
        env={**house.told(DESK), "MADOGUCHI_WINDOW": "desk", "PYTHONPATH": path},
        pass_fds=[listening],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=DESK,
        group=GROUP,
        extra_groups=[],
        text=True,
    )
    try:
        yield
    finally:
        kill(server)


def replayed(user: int, place: str, cookie: str) -> str:
    """What that user's program gets with the cookie, where the desk is called."""
    group = GROUP if user == PORTAL else user
    return subprocess.run(
        [sys.executable, "-c", REPLAY, place, cookie],
        user=user,
        group=group,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


def test_a_cookie_replayed_over_loopback_or_the_socket_reads_nothing(
    house: Users, cookie: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="madoguchi-door-") as name:
        Path(name).chmod(0o755)
        place = str(Path(name, "desk", "http"))
        listening = door(Path(name), PROXY, 0o750)
        with listening, served(house, listening.fileno()):
            assert replayed(PROXY, place, cookie) == INSIDE  # control: the session lives
            assert replayed(PORTAL, place, cookie) == "Permission denied\n"
            assert replayed(PORTAL, "8001", cookie) == "Connection refused\n"


def test_control_at_a_port_of_loopback_the_portals_user_is_the_supervisor(
    house: Users, cookie: str
) -> None:
    """The house of before, behind no proxy: whoever has the cookie is inside."""
    port = free_port()
    with listen("127.0.0.1", port) as listening, served(house, listening.fileno()):
        assert replayed(PORTAL, str(port), cookie) == INSIDE
        stranger = replayed(PORTAL, str(port), "Cookie: none=none")
        assert stranger.startswith("302 ")
