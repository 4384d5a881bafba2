"""Open a small invented town to try everything: portal, desk and worker on this machine.

For trying only: no proxy in front, receipts at test cost, the second factor may be skipped, and
all under one user, so the wall between the windows stops mistakes, not intruders.
"""

import argparse
import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from madoguchi.config import env
from madoguchi.config.windows import DESK, PORTAL
from madoguchi.ops import start
from madoguchi.ops.children import Child, end_on_signal, listen, port
from madoguchi.tools.misconfigured import Misconfigured

HELP = "a small invented town to try: portal, desk and worker on this machine"
LOOPBACK = "127.0.0.1"
SUMMARY = "demo.txt"
LONGEST_WAIT_S = 60.0
NOTE = """\
This is a demo. Everybody in it is invented. The server is bare (no proxy in front, no encryption
on the line), the second factor may be skipped, receipts are hashed at test cost, and everything
runs under one user: the wall between the two windows stops mistakes here, not intruders.
これは試用のための見本です。登場する人はすべて架空です。本当の相談には使わないでください。
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens, and whether it only builds."""
    parser.add_argument("--portal-port", type=port, default=PORTAL.port)
    parser.add_argument("--desk-port", type=port, default=DESK.port)
    parser.add_argument("--build-only", action="store_true", help="build the town and stop")
    parser.add_argument(
        "--fresh", action="store_true", help="put the old town aside and build a new one"
    )


def run(args: argparse.Namespace) -> int:
    """Build the town where there is none, then keep it open until asked to stop.

    Raises:
        Misconfigured: not a demo, a port in use, or a house that is no demo's.
    """
    began = time.monotonic()
    if env.text("MADOGUCHI_MODE", "demo") != "demo":
        raise Misconfigured("MADOGUCHI_MODE", "production", "the demo needs its own house: unset")
    ports = (args.portal_port, args.desk_port)
    if not args.build_only:
        require_two(*ports)
    os.environ["MADOGUCHI_RECEIPT_COST"] = "test"
    home = env.home("demo")
    with alone(home):
        if args.fresh:
            set_aside(home)
        start.django("desk")
        summary = town(home)
        if args.build_only:
            say(summary)
            return 0
        require_two(*ports)  # somebody may have come while the town was built
        return opened(ports, summary, began)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """In the block nobody else builds, opens or puts aside the town of this home.

    Raises:
        Misconfigured: somebody is at it.
    """
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            remedy = "end it first (Ctrl-C), or give this one a home of its own: MADOGUCHI_HOME"
            raise Misconfigured(str(home), "a town is open or being built here", remedy) from error
        yield
    finally:
        os.close(handle)


def say(words: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def require_two(portal: int, desk: int) -> None:
    """Nothing listens at the two ports.

    Raises:
        Misconfigured: naming the option that chooses another one.
    """
    if portal == desk:
        raise Misconfigured("--desk-port", "equals --portal-port", "give the desk its own port")
    listen(LOOPBACK, portal, "--portal-port").close()
    listen(LOOPBACK, desk, "--desk-port").close()


def set_aside(home: Path) -> None:
    """Move an earlier town into a folder of its own; nothing is deleted."""
    if not (home / SUMMARY).exists():
        return
    aside = home / "before" / f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    aside.mkdir(parents=True)
    for path in home.iterdir():
        if path.name != "before":
            path.rename(aside / path.name)
    say(f"the earlier town lies in {aside}")


def town(home: Path) -> str:
    """The summary of the town of this home; it is built where there is none.

    Raises:
        Misconfigured: the house holds an office that the demo did not make.
    """
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.office.models import Office

    file = home / SUMMARY
    prepare.databases()
    if file.exists():
        say(f"the town in {home} is there already (--fresh builds a new one)")
        return file.read_text("utf-8")
    if Office.objects.exists():
        raise Misconfigured(
            str(home), "holds an office that is not the demo's", "name another MADOGUCHI_HOME"
        )
    say(f"building a town in {home} …")
    prepare.demo_key(settings.MASTER_KEY_FILE)
    return build(file)


def build(file: Path) -> str:
    """Build the town and keep its summary (0600), for the next start."""
    from madoguchi.ops.town import demo
    from madoguchi.web.kit.arrival import now

    def progress(done: int, of: int) -> None:
        if done % 40 == 0 or done == of:
            say(f"  {done} of {of} events of a year")

    words = demo.build(now(), progress).words()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(words)
    return words


def opened(ports: tuple[int, int], summary: str, began: float) -> int:
    """Run both windows and the worker until asked to stop."""
    say("opening the windows …")
    python = (sys.executable, "-m", "madoguchi")
    children = [
        Child([*python, "serve", window, "--port", str(port)], dict(os.environ))
        for window, port in zip(("portal", "desk"), ports, strict=True)
    ]
    children.append(Child([*python, "worker"], dict(os.environ)))
    end_on_signal(children)
    for child in children:
        child.start()
    keepers = [threading.Thread(target=child.keep) for child in children]
    for keeper in keepers:
        keeper.start()
    opening = zip((PORTAL.host, DESK.host), ports, keepers, strict=False)
    if all(answers(host, port, keeper) for host, port, keeper in opening):
        say(f"\n{NOTE}\n{summary}\n{addresses(*ports)}")
        say(f"Ready after {time.monotonic() - began:.0f} s. Ctrl-C ends it.")
    for keeper in keepers:
        keeper.join()
    say("closed; the town stays for the next start")
    return 0


def answers(host: str, port: int, alive: threading.Thread) -> bool:
    """Whether a page comes from there before the wait is over or the town is closed."""
    until = time.monotonic() + LONGEST_WAIT_S
    while alive.is_alive() and time.monotonic() < until:
        try:
            line = HTTPConnection(host, port, timeout=10)
            with closing(line):
                line.request("HEAD", "/")
                line.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return True
    return False


def addresses(portal: int, desk: int) -> str:
    """Where the two windows are; two host names, because cookies ignore ports."""
    from madoguchi.ops.town.demo import DESK_HOST, PORTAL_HOST

    return (
        f"portal (相談する人)  http://{PORTAL_HOST}:{portal}/\n"
        f"desk   (窓口の職員)  http://{DESK_HOST}:{desk}/\n"
        f"mail goes into the folder `mail` beside the databases"
    )
