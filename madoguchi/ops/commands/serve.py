"""Open a window: check first, then serve it and keep it alive. Holds no key itself."""

import argparse
import subprocess
import sys

from madoguchi.config.windows import DESK, PORTAL
from madoguchi.ops.children import Child, end_on_signal, environment, port, require_free, server

HELP = "open a window: portal or desk"
SERVED = {window.name: window for window in (PORTAL, DESK)}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which window, and where it listens."""
    parser.add_argument("window", choices=tuple(SERVED))
    parser.add_argument("--host", default="127.0.0.1", help="an address, not a name")
    parser.add_argument("--port", type=port, help="portal: 8000, desk: 8001, unless said otherwise")


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop; 2 when the window may not open.

    Raises:
        Misconfigured: nobody can listen there.
    """
    window = SERVED[args.window]
    at = args.port or window.port
    require_free(args.host, at)
    env = environment(window.name)
    look = [sys.executable, "-m", "madoguchi", "preflight", window.name]
    seen = subprocess.run(look, check=False)  # noqa: S603 - our own command line
    if seen.returncode:
        return seen.returncode
    child = Child(server(window, args.host, at), env)
    end_on_signal([child])
    child.start()
    child.keep()
    return 0
