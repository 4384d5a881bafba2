"""Look before a window opens: settings, keys, programmes, tables."""

import argparse
import os
import sys

from madoguchi.config.windows import WINDOWS
from madoguchi.ops import start

AWAY = os.EX_TEMPFAIL  # 75: worth another try, where 2 is not
HELP = "check settings, keys and programmes of a window before it opens"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("window", choices=tuple(WINDOWS))


def run(args: argparse.Namespace) -> int:
    """0 when the window may open; `AWAY` when its database does not answer just now.

    Raises:
        Misconfigured: with file, key and remedy.
    """
    start.django(args.window)
    from django.db import InterfaceError, OperationalError

    from madoguchi.ops.main import remedy_for

    try:
        look(args)
    except (InterfaceError, OperationalError) as error:
        if "does not exist" in str(error) or "no such table" in str(error):
            raise
        sys.stderr.write(f"{remedy_for(error)}\n")
        return AWAY
    return 0


def look(args: argparse.Namespace) -> None:
    """Everything that a window needs.

    Raises:
        Misconfigured: with file, key and remedy.
    """
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
