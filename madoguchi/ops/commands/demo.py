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
from madoguchi.ops.children import Child, kept, listen, port
from madoguchi.rules.programme.load import programme
from madoguchi.tools.misconfigured import Misconfigured

HELP = "架空の町で試す：公開側、職員側、ワーカーをこのコンピューターで動かす"
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
    parser.add_argument(
        "--portal-port",
        type=port,
        default=PORTAL.port,
        help=f"公開側のポート。書かなければ {PORTAL.port}",
    )
    parser.add_argument(
        "--desk-port",
        type=port,
        default=DESK.port,
        help=f"職員側のポート。書かなければ {DESK.port}",
    )
    parser.add_argument(
        "--city",
        metavar="CITY",
        help="この制度のフォルダーを、相談のないまま見せる。置き場所は var-CITY",
    )
    parser.add_argument("--build-only", action="store_true", help="町を作るだけで終える")
    parser.add_argument("--fresh", action="store_true", help="前の町をよけて、新しく作る")


def run(args: argparse.Namespace) -> int:
    """Build the town where there is none, then keep it open until asked to stop.

    Raises:
        Misconfigured: not a demo, a port in use, or a house that is no demo's.
    """
    began = time.monotonic()
    if env.text("MADOGUCHI_MODE", "demo") != "demo":
        raise Misconfigured("MADOGUCHI_MODE", "production です", "デモでは、消してください")
    ports = (args.portal_port, args.desk_port)
    if not args.build_only:
        require_two(*ports)
    os.environ["MADOGUCHI_RECEIPT_COST"] = "test"
    if args.city:
        programme(args.city)  # what is wrong in its files is said before anything is made
        os.environ.setdefault("MADOGUCHI_HOME", f"var-{args.city}")
    home = env.home("demo")
    with alone(home):
        if args.fresh:
            set_aside(home)
        start.django("desk")
        summary = town(home, args.city)
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
            found = "ここのデモが、動いているか、作られているところです"
            remedy = "先に止める（Ctrl-C）か、MADOGUCHI_HOME に別の場所を書いてください"
            raise Misconfigured(str(home), found, remedy) from error
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
        raise Misconfigured("--desk-port", "--portal-port と同じです", "別の番号にしてください")
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


def town(home: Path, city: str | None = None) -> str:
    """The summary of the town of this home; it is built where there is none.

    Raises:
        Misconfigured: the house holds an office that the demo did not make.
    """
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.office.models import Office

    file = home / SUMMARY
    prepare.databases()
    if file.exists() and city and not Office.objects.filter(slug=city).exists():
        raise Misconfigured(str(home), "holds the town of another city", "unset MADOGUCHI_HOME")
    if file.exists():
        say(f"the town in {home} is there already (--fresh builds a new one)")
        return file.read_text("utf-8")
    if Office.objects.exists():
        raise Misconfigured(
            str(home), "デモではない窓口があります", "MADOGUCHI_HOME に別の場所を書いてください"
        )
    say(f"building a town in {home} …")
    prepare.demo_key(settings.MASTER_KEY_FILE)
    return build(file, city)


def build(file: Path, city: str | None) -> str:
    """Build the town and keep its summary (0600), for the next start."""
    from madoguchi.ops.town import demo
    from madoguchi.web.kit.arrival import now

    def progress(done: int, of: int) -> None:
        if done % 40 == 0 or done == of:
            say(f"  {done} of {of} events of a year")

    words = demo.build(now(), progress, city or demo.SLUG).words()
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
    keepers = kept(children)
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
