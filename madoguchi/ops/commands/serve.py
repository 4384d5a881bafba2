"""Open a window: check first, then serve it and keep it alive. Holds no key itself."""

import argparse
import os
import signal
import subprocess
import sys

from madoguchi.config import memory
from madoguchi.config.env import home
from madoguchi.config.windows import DESK, PORTAL
from madoguchi.ops import body_server, confinement, window_server
from madoguchi.ops.children import (
    DEMO_THREADS,
    THREADS,
    Child,
    HandedOver,
    environment,
    handed_over,
    kept,
    listen,
    port,
)
from madoguchi.tools.misconfigured import Misconfigured

HELP = "窓口を開ける：公開側（portal）か職員側（desk）"
SERVED = {window.name: window for window in (PORTAL, DESK)}
SOCKETS = {"portal": ("http", "files"), "desk": ("http",)}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which window, and where it listens."""
    parser.add_argument("window", choices=tuple(SERVED), help="公開側は portal、職員側は desk")
    parser.add_argument(
        "--host", help="待ち受けるアドレス（名前は書けません）。書かなければ 127.0.0.1"
    )
    parser.add_argument(
        "--port", type=port, help="待ち受けるポート。書かなければ、portal は 8000、desk は 8001"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop; 2 when the window may not open.

    Raises:
        Misconfigured: nobody can listen there, or not in earnest.
    """
    given = _given(args)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 (PrivatePIDs=) has no default
    env = environment(args.window)
    look = [sys.executable, "-m", "madoguchi", "preflight", args.window]
    looking = subprocess.Popen(look)  # noqa: S603 - our own command line
    if given.tried:
        with given.tried:
            confinement.report(given.tried, args.window, home("production"))
    if refused := looking.wait():
        return refused
    memory.shut()  # it holds what both servers listen on
    sockets = given.sockets
    alone = args.window == "portal" and "files" not in sockets
    threads = DEMO_THREADS if alone else THREADS[args.window]
    commands = {"http": window_server.command(sockets["http"].fileno(), threads)}
    if "files" in sockets:
        commands["files"] = body_server.command(sockets["files"].fileno())
    children = [Child(command, env, [sockets[name].fileno()]) for name, command in commands.items()]
    for keeper in kept(children):
        keeper.join()
    return 0


def _given(args: argparse.Namespace) -> HandedOver:
    """The sockets from systemd; a port of this machine only where nothing is in earnest.

    A port belongs to whoever binds it first: while the desk comes back, any user of this machine
    could stand in its place and be given the sessions of the staff.
    """
    inherited = handed_over(SOCKETS[args.window])
    if inherited:
        if args.host or args.port:
            found = "ソケットは systemd から渡されています"
            raise Misconfigured("--host、--port", found, "どちらも書かないでください")
        if args.window == "portal" and "RUNTIME_DIRECTORY" not in os.environ:
            found = "設定がありません。接続元ごとの1日の回数を覚えておけません"
            remedy = "docs/running の madoguchi-portal.service をそのまま使ってください"
            raise Misconfigured("RUNTIME_DIRECTORY", found, remedy)
        return inherited
    if os.environ.get("MADOGUCHI_MODE") == "production":
        found = "本番の窓口は、systemd からソケットを受け取ります。ポートは、だれでも先に取れます"
        remedy = f"systemctl start madoguchi-{args.window}.socket（docs/running.md の6）"
        raise Misconfigured("MADOGUCHI_MODE", found, remedy)
    listening = listen(args.host or "127.0.0.1", args.port or SERVED[args.window].port)
    return HandedOver({"http": listening}, None)
