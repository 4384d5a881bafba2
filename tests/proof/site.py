"""The windows of a house on real servers, a browser, and colleagues to try them with."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.proof.house import House, copied, kill, prepared
from tests.proof.needs import CHROMIUM_FLAGS, chromium

START_S = 90
PASSWORD = "mihon-mihon-mihon-mihon"
ROLES = ("counsellor", "supervisor", "administrator", "auditor")
ADD_STAFF = f"""
import sys
from madoguchi.ops.start import django
django("desk")
from datetime import datetime
from zoneinfo import ZoneInfo
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff
for pair in sys.argv[1:]:
    username, role = pair.split(":")
    row = Staff(username=username, name="見本 " + username, office_id=Office.objects.get().id,
                role=role, added_at=datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0))
    row.set_password("{PASSWORD}")
    row.save()
"""


HOSTS = {"portal": "127.0.0.1", "desk": "localhost"}


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for(address: str, server: subprocess.Popen[str], log: Path) -> None:
    """Return when the server answers; what it said is told when it does not."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer:\n{log.read_text('utf-8')[-3000:]}")


def serve(house: House, window: str, port: int) -> subprocess.Popen[str]:
    """The window's server on that port, as an operator starts it."""
    return house.start(
        "-m", "madoguchi", "serve", window, "--port", str(port), window=window, to_log=True
    )


@contextmanager
def opened(house: House, window: str) -> Iterator[str]:
    """The address of a window of the house, which answers as long as the block lasts."""
    port = free_port()
    address = f"http://{HOSTS[window]}:{port}"
    server = serve(house, window, port)
    try:
        wait_for(address + "/", server, house.log(window))
        yield address
    finally:
        kill(server)


def staffed(home: Path, begins: str = "now", also: Mapping[str, str] | None = None) -> House:
    """Shibukawa's house with a colleague of every role, named like it, with `PASSWORD`.

    `begins` names the moment at which it is made, where `also` gives it a clock of its own.
    """

    def make(house: House) -> None:
        if also:
            prepared(house.home, **also)
        else:
            prepared(house.home)
        add_colleagues(house, {role: role for role in ROLES})

    return copied(home, f"shibukawa-staffed-{begins}", make, also)


def add_colleague(house: House, username: str, role: str) -> None:
    """One more colleague, with `PASSWORD`, whose state disturbs no other proof."""
    add_colleagues(house, {username: role})


def add_colleagues(house: House, roles: Mapping[str, str]) -> None:
    """A colleague by each of these names in its role, with `PASSWORD`."""
    house.run("-c", ADD_STAFF, *(f"{username}:{role}" for username, role in roles.items()))


def browser(playwright: Playwright) -> AbstractContextManager[Browser]:
    """The system's Chromium."""
    return playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
