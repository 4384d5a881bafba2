"""Look before a window opens: settings, keys, programmes, tables."""

import argparse
import os
import sys

from madoguchi.config.windows import WINDOWS
from madoguchi.ops import start

AWAY = os.EX_TEMPFAIL  # 75: worth another try, where 2 is not
NO_WALL = (
    "データベース：SQLite では利用者を分けられず、公開側と職員側の間の壁はプログラムだけです\n"
    "  → 本番では PostgreSQL をお使いください（docs/running.md の3）\n"
)
HELP = "窓口を開ける前に、設定、鍵、制度を確かめる"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "window",
        choices=tuple(WINDOWS),
        help="確かめるもの：公開側は portal、職員側は desk、ワーカーは worker",
    )


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
    from madoguchi.ops import folders, prepare

    folders.require()
    prepare.require_tables()
    prepare.require_rights()
    if prepare.has_no_wall():
        sys.stderr.write(NO_WALL)
    prepare.require_programmes()
    if args.window == "portal":
        prepare.refuse_readable_key()
        prepare.require_pinned_keys()
    else:
        prepare.require_master_key()
    if args.window != "worker":
        prepare.static_files()
