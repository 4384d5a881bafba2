"""Look whether everything stands that docs/running.md asks for: one line each (点検)."""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial, update_wrapper
from pathlib import Path

from madoguchi.ops import start
from madoguchi.ops.checkup.look import Look

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
    from madoguchi.ops.checkup.look import WRONG, each

    checks = portals() if args.window == "portal" else desks(args.data, args.keys)
    to_do = 0
    for look in each(checks):
        sys.stdout.write(look.line + "\n")
        to_do += look.mark == WRONG
    sys.stdout.write(f"要対応 {to_do} 件\n")
    return 1 if to_do else 0


def _everybodys() -> list[Callable[[], Iterable[Look]]]:
    from madoguchi.ops.checkup import machine

    return [
        *(machine.mode, machine.folders, machine.secret, machine.tables),
        *(machine.database, machine.hosts, machine.public_keys),
    ]


def portals() -> list[Callable[[], Iterable[Look]]]:
    """What the portal's user looks at."""
    from madoguchi.ops.checkup.look import ok
    from madoguchi.ops.duties import preflight

    def master_key_is_shut() -> Iterable[Look]:
        preflight.refuse_readable_key()
        yield ok("マスター鍵は、公開側から読めません")

    return [*_everybodys(), master_key_is_shut]


def desks(data: Path | None, keys: Path | None) -> list[Callable[[], Iterable[Look]]]:
    """What the desk's user looks at."""
    from madoguchi.ops.checkup import desk, mailbox, papers
    from madoguchi.web.kit.arrival import now

    moment = now()

    def at[**P](check: Callable[P, Iterable[Look]], *words: object) -> Callable[[], Iterable[Look]]:
        return update_wrapper(partial(check, *words), check)  # type: ignore[arg-type] # words are the check's

    return [
        *_everybodys(),
        *(desk.master_key, desk.pairs, at(desk.adders, moment), at(desk.signs, moment), desk.mail),
        *(mailbox.reading, mailbox.mailbox),
        at(desk.checkpoints, moment),
        at(desk.backups, {"data": data, "keys": keys}, moment),
        *(desk.programmes, papers.papers, desk.proxy),
    ]
