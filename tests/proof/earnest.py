"""A portal in earnest (production) on a loopback port, alone or behind docs/running's proxy."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from madoguchi.ops import body_server, window_server
from madoguchi.ops.children import THREADS, listen
from tests.house.source import ROOT
from tests.proof.house import House, kill
from tests.proof.nginx import PORTAL_NAME, Ports, configured, in_front
from tests.proof.site import free_port, wait_for

PREPARE = f"""
from madoguchi.ops.start import django
django("portal")
from madoguchi.ops import prepare
from madoguchi.tools.office.models import Office
Office.objects.update(portal_host="{PORTAL_NAME}")
prepare.static_files()
"""


@dataclass(frozen=True)
class Door:
    """Where the portal is reached, and its process; where it takes long bodies (`files`)."""

    port: int
    tls: bool
    pid: int
    files: int = 8002


def ready(house: House) -> None:
    """Give the house the portal's public name and its static files."""
    house.run("-c", PREPARE, window="portal")
    secret = house.home / "portal-secret"
    secret.write_text("s" * 50)


@contextmanager
def bare(house: House, application: str = "tests.proof.cheap") -> Iterator[Door]:
    """The portal on its servers alone, started as `madoguchi serve` does."""
    port, files = free_port(), free_port()
    shared = house.home / "shared"
    shared.mkdir(exist_ok=True)
    surroundings = house.surroundings(
        MADOGUCHI_WINDOW="portal",
        MADOGUCHI_MODE="production",
        MADOGUCHI_RECEIPT_COST="",
        MADOGUCHI_SECRET_FILE=str(house.home / "portal-secret"),
        MADOGUCHI_MAIL_FROM="city@example.jp",
        RUNTIME_DIRECTORY=str(shared),
        PYTHONPATH=os.pathsep.join(sys.path),
    )
    with ExitStack() as stack:
        log = stack.enter_context(house.log("portal").open("w"))

        def started(number: int, command: Callable[[int], list[str]]) -> subprocess.Popen[str]:
            with listen("127.0.0.1", number) as listening:
                server = subprocess.Popen(
                    command(listening.fileno()),
                    cwd=ROOT,
                    pass_fds=[listening.fileno()],
                    env=surroundings,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,
                )
            stack.callback(kill, server)
            return server

        name = f"{application}:application"
        words = started(port, lambda at: window_server.command(at, THREADS["portal"], name))
        started(files, lambda at: body_server.command(at, name))
        wait_for(f"http://127.0.0.1:{port}/", words, house.log("portal"))
        yield Door(port, tls=False, pid=words.pid, files=files)


def answering(port: int) -> None:
    """Return when somebody listens at the port.

    Raises:
        AssertionError: nobody does within ten seconds.
    """
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens at {port}")


def used_mib(door: Door) -> float:
    """Memory of the portal's processes now (RSS, MiB)."""
    pages = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[2]) == door.pid:  # of the same group
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def in_public(behind: Door, folder: Path) -> Iterator[Door]:
    """The proxy in front of a portal."""
    ports = Ports(free_port(), free_port(), portal=behind.port, files=behind.files)
    whole = configured(folder, ports)
    (folder / "closed" / "closed.html").write_text("closed")
    with in_front(whole):
        answering(ports.https)
        yield Door(ports.https, tls=True, pid=behind.pid)


@contextmanager
def proxied(house: House, folder: Path, application: str = "tests.proof.cheap") -> Iterator[Door]:
    """The portal behind the proxy."""
    with bare(house, application) as behind, in_public(behind, folder) as door:
        yield door
