"""The `madoguchi` command: one file a duty in `ops/duties`, found, not listed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Protocol, cast

from madoguchi.ops import duties
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.misconfigured import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Sequence


class Duty(Protocol):
    """What a file in `ops/duties` offers."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the duty's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the duty; the result is the exit code."""


def found() -> dict[str, Duty]:
    """Every duty by its verb (`key_init.py` would be `key-init`)."""
    names = sorted(module.name for module in pkgutil.iter_modules(duties.__path__))
    return {
        name.replace("_", "-"): cast("Duty", importlib.import_module(f"{duties.__name__}.{name}"))
        for name in names
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run one duty; bad configuration or programme data end with their own sentence and code 2."""
    parser = argparse.ArgumentParser(prog="madoguchi", description="窓口: a support desk")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    known = found()
    for name, duty in known.items():
        duty.arguments(verbs.add_parser(name, help=duty.HELP, description=duty.HELP))
    args = parser.parse_args(argv)
    try:
        return known[args.verb].run(args)
    except (Misconfigured, ProgrammeError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
