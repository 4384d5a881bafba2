"""Check everything that docs/running.md asks for: one line a check (点検)."""

import argparse
import sys
from pathlib import Path

from madoguchi.ops import start

HELP = "say what is in order, and what is missing"


def arguments(parser: argparse.ArgumentParser) -> None:
    """As which window, and where the backups lie."""
    parser.add_argument(
        "window", nargs="?", choices=("portal", "desk"), default="desk", help="left out: desk"
    )
    parser.add_argument("--data", type=Path, help="folder of data backups")
    parser.add_argument("--keys", type=Path, help="folder of keys backups")


def run(args: argparse.Namespace) -> int:
    """0 when nothing has to be done, 1 otherwise.

    Raises:
        Misconfigured: the settings themselves cannot be read.
    """
    start.django(args.window)
    from madoguchi.ops.diagnostics import machine
    from madoguchi.ops.diagnostics.machine import WRONG, run_checks

    if args.window == "portal":
        checks = machine.portal_checks()
    else:
        from madoguchi.ops.diagnostics import desk

        checks = desk.desk_checks(args.data, args.keys)
    to_do = 0
    for look in run_checks(checks):
        sys.stdout.write(look.line + "\n")
        to_do += look.mark == WRONG
    sys.stdout.write(f"要対応 {to_do} 件\n")
    return 1 if to_do else 0
