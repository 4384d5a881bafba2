"""The master key: make it once, verify that the paper copy opens the house."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from madoguchi.ops import start

if TYPE_CHECKING:
    import argparse

HELP = "make the master key, or verify it"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`init` or `verify`."""
    parser.add_argument("what", choices=("init", "verify"))
    parser.add_argument(
        "--file", type=Path, help="verify: read the key from this file instead of typing it"
    )


def run(args: argparse.Namespace) -> int:
    """0 when the key was made, or is the right one."""
    start.django("desk")
    return init() if args.what == "init" else verify(args.file)


def init() -> int:
    """Make the master key file and the tables; nothing is ever overwritten."""
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.vault import unseal

    prepare.databases()
    unseal.make_master(settings.MASTER_KEY_FILE)
    value = unseal.check_value(unseal.read_master(settings.MASTER_KEY_FILE))
    sys.stdout.write(
        f"{settings.MASTER_KEY_FILE}: written, check value {value}\n"
        "Copy it to paper twice, keep the copies in two places, then: madoguchi key verify\n"
    )
    return 0


def verify(file: Path | None) -> int:
    """Compare a typed key with the one in use and put the verification on record."""
    from django.conf import settings

    from madoguchi.tools.vault import unseal
    from madoguchi.tools.vault.models import MasterMark
    from madoguchi.web.kit.arrival import now

    typed = file.read_text("ascii") if file else getpass.getpass("master key (64 characters): ")
    digits = "".join(typed.split()).lower()
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    value = unseal.check_value(key)
    mark = MasterMark.objects.first()
    expected = mark.check_value if mark else unseal.check_value(unseal.master_key())
    if value != expected:
        sys.stderr.write(f"not the key of this house: {value}, expected {expected}\n")
        return 1
    MasterMark.objects.update_or_create(check_value=expected, defaults={"verified_at": now()})
    sys.stdout.write(f"the key is right: check value {value} ({settings.MODE})\n")
    return 0
