"""Look before a window opens: settings, keys, programmes, tables."""

import argparse
import os
from pathlib import Path

from madoguchi.config.windows import WINDOWS
from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

HELP = "check settings, keys and programmes of a window before it opens"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which window."""
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
        refuse_readable_key()
        prepare.require_pinned_keys()
    else:
        require_master_key()
    if args.window != "worker":
        prepare.static_files()
    return 0


def require_master_key() -> None:
    """The key is there, is the right one and, in production, was verified on paper once."""
    from django.conf import settings

    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.models import MasterMark

    masterkey.current()
    mark = MasterMark.objects.first()
    if not settings.DEMO and (mark is None or mark.verified_at is None):
        raise Misconfigured(
            masterkey.KEY_VARIABLE,
            "no `key verify` is on record",
            "type the key from the recovery sheet: `madoguchi key verify`",
        )


def refuse_readable_key() -> None:
    """Outside the demo the portal's user must not be able to read the master key."""
    from django.conf import settings

    if settings.DEMO:
        return
    for path in {settings.MASTER_KEY_FILE, settings.HOME / "master.key"}:
        if path != Path() and path.name and os.access(path, os.R_OK):
            raise Misconfigured(
                str(path), "the portal can read the master key", "give it to the desk's user, 0400"
            )
