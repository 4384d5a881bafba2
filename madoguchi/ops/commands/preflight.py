"""Look before a window opens: settings, keys, programmes, tables."""

import argparse

from madoguchi.config.windows import WINDOWS
from madoguchi.ops import start

HELP = "check settings, keys and programmes of a window before it opens"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("window", choices=tuple(WINDOWS))


def run(args: argparse.Namespace) -> int:
    """0 when the window may open.

    Raises:
        Misconfigured: with file, key and remedy.
    """
    start.django(args.window)
    from madoguchi.ops import prepare

    prepare.require_tables()
    prepare.require_programmes()
    if args.window == "portal":
        prepare.refuse_readable_key()
        prepare.require_pinned_keys()
    else:
        prepare.require_master_key()
    if args.window != "worker":
        prepare.static_files()
    return 0
