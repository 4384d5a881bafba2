"""The `madoguchi` command: one file a duty in `ops/duties`, found, not listed."""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

from madoguchi.ops import duties, version
from madoguchi.ops.mendable import mendable


class Duty(Protocol):
    """What a file in `ops/duties` offers."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the duty's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the duty; the result is the exit code."""


class _Version(argparse.Action):
    """Asked for, not worked out at every start."""

    def __init__(self, **told: Any) -> None:
        super().__init__(nargs=0, help="say which version this is, and of which commit", **told)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"madoguchi {version.described()}")
        parser.exit()


@cache
def found() -> Mapping[str, Duty]:
    """Every duty by its verb (`key_init.py` would be `key-init`)."""
    names = sorted(module.name for module in pkgutil.iter_modules(duties.__path__))
    return {
        name.replace("_", "-"): cast("Duty", importlib.import_module(f"{duties.__name__}.{name}"))
        for name in names
    }


def parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    whole = argparse.ArgumentParser(prog="madoguchi", description="窓口: a support desk")
    whole.add_argument("--version", action=_Version)
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, duty in found().items():
        duty.arguments(verbs.add_parser(name, help=duty.HELP, description=duty.HELP))
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one duty; whatever a person can mend ends with a sentence and 2, not with a traceback.

    1 where nobody reads on (`| head`), 130 after Ctrl-C.
    """
    _open_what_is_closed()
    try:
        try:
            args = parser().parse_args(argv)
            return found()[args.verb].run(args)
        finally:
            sys.stdout.flush()  # a pipe or disk that takes no more shows here, not after us
    except BrokenPipeError:
        _drop_the_rest()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        said = mendable(error)
        if said is None:
            raise
        _drop_the_rest()
        sys.stderr.write(f"{said}\n")
        return 2


def _open_what_is_closed() -> None:
    """Whoever starts us may have closed a stream (`<&-`), for which Python has None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the program


def _drop_the_rest() -> None:
    """What could not be printed is not tried again when Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
