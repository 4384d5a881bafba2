"""Check everything that docs/running.md asks for: one line a check (点検)."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from madoguchi.ops import start
from madoguchi.ops.diagnostics.result import WRONG, CheckResult, misconfigured
from madoguchi.tools.misconfigured import Misconfigured

HELP = "動かすのに要るものがそろっているかを、1行ずつ言う"


def arguments(parser: argparse.ArgumentParser) -> None:
    """As which window, and where the backups lie."""
    parser.add_argument(
        "window", nargs="?", choices=("portal", "desk"), default="desk", help="書かなければ desk"
    )
    parser.add_argument("--data", type=Path, help="データの控えのフォルダー")
    parser.add_argument("--keys", type=Path, help="鍵の控えのフォルダー")


def run(args: argparse.Namespace) -> int:
    """0 when nothing has to be done, 1 otherwise."""
    to_do = 0
    for look in _looks(args):
        sys.stdout.write(look.line + "\n")
        to_do += look.mark == WRONG
    sys.stdout.write(f"要対応 {to_do} 件\n")
    return 1 if to_do else 0


def _looks(args: argparse.Namespace) -> Iterator[CheckResult]:
    try:
        start.django(args.window)
    except Misconfigured as problem:  # the settings themselves cannot be read
        yield misconfigured(problem)
        return
    from madoguchi.ops.diagnostics import machine

    if args.window == "portal":
        checks = machine.portal_checks()
    else:
        from madoguchi.ops.diagnostics import desk

        checks = desk.desk_checks(args.data, args.keys)
    yield from machine.run_checks(checks)
