"""Both windows of a house on real servers, a browser, and the town's people to try them with."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.proof.house import House, kill

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Browser, Playwright

from tests.proof.needs import CHROMIUM_FLAGS, chromium

START_S = 30
PASSWORD = "mihon-mihon-mihon-mihon"
ADD_STAFF = f"""
from madoguchi.ops.start import django
django("desk")
from datetime import datetime
from zoneinfo import ZoneInfo
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff
for role in ("counsellor", "supervisor", "administrator", "auditor"):
    row = Staff(username=role, name="見本 " + role, office_id=Office.objects.get().id, role=role,
                added_at=datetime.now(ZoneInfo("Asia/Tokyo")))
    row.set_password("{PASSWORD}")
    row.save()
"""


@dataclass(frozen=True)
class Site:
    """Where the two windows answer."""

    house: House
    portal: str
    desk: str


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
    """The window's server on that port."""
    options = ("--interface", "wsgi", "--port", str(port), "--blocking-threads", "8")
    application = "madoguchi.config.wsgi:application"
    return house.start("-m", "granian", *options, application, window=window, to_log=True)


@contextmanager
def opened(house: House, windows: tuple[str, ...] = ("portal", "desk")) -> Iterator[Site]:
    """Windows of the house, open as long as the block lasts."""
    house.run("-c", ADD_STAFF)
    hosts = {"portal": "127.0.0.1", "desk": "localhost"}
    address: dict[str, str] = {}
    servers: list[subprocess.Popen[str]] = []
    try:
        for window in windows:
            port = free_port()
            address[window] = f"http://{hosts[window]}:{port}"
            servers.append(serve(house, window, port))
            wait_for(address[window] + "/", servers[-1], house.log(window))
        yield Site(house, address.get("portal", ""), address.get("desk", ""))
    finally:
        for server in servers:
            kill(server)


def browser(playwright: Playwright) -> AbstractContextManager[Browser]:
    """The system's Chromium."""
    return playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
