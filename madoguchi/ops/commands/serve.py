"""Open a window: check first, then serve it and keep it alive. Holds no key itself."""

import argparse
import os
import socket
import subprocess
import sys

from madoguchi.config.windows import DESK, PORTAL
from madoguchi.ops import window_server
from madoguchi.ops.children import (
    THREADS,
    Child,
    end_on_signal,
    environment,
    handed_over,
    listen,
    port,
)
from madoguchi.tools.misconfigured import Misconfigured

HELP = "open a window: portal or desk"
SERVED = {window.name: window for window in (PORTAL, DESK)}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which window, and where it listens."""
    parser.add_argument("window", choices=tuple(SERVED))
    parser.add_argument("--host", help="an address, not a name: 127.0.0.1, unless said otherwise")
    parser.add_argument("--port", type=port, help="portal: 8000, desk: 8001, unless said otherwise")


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop; 2 when the window may not open.

    Raises:
        Misconfigured: nobody can listen there, or not in earnest.
    """
    listening = _listening(args)
    env = environment(args.window)
    look = [sys.executable, "-m", "madoguchi", "preflight", args.window]
    seen = subprocess.run(look, check=False)  # noqa: S603 - our own command line
    if seen.returncode:
        return seen.returncode
    command = window_server.command(listening.fileno(), THREADS[args.window])
    child = Child(command, env, [listening.fileno()])
    end_on_signal([child])
    child.start()
    child.keep()
    return 0


def _listening(args: argparse.Namespace) -> socket.socket:
    """The socket from systemd; a port of this machine only where nothing is in earnest.

    A port belongs to whoever binds it first: while the desk comes back, any user of this machine
    could stand in its place and be given the sessions of the staff.
    """
    inherited = handed_over()
    if inherited:
        if args.host or args.port:
            found = "the window got its socket from systemd"
            raise Misconfigured("--host, --port", found, "leave both out")
        return inherited
    if os.environ.get("MADOGUCHI_MODE") == "production":
        found = "in production a window takes its socket from systemd"
        unit = f"madoguchi-{args.window}.socket"
        remedy = f"start {unit} (docs/running.md, part 6), not a port that anybody could take"
        raise Misconfigured("MADOGUCHI_MODE", found, remedy)
    return listen(args.host or "127.0.0.1", args.port or SERVED[args.window].port)
