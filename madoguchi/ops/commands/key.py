"""The master key: made once, kept on paper, verified from it, entered again on a bad day."""

import argparse
import os
import sys
from pathlib import Path

from madoguchi.ops import start, terminal
from madoguchi.tools.misconfigured import Misconfigured

HELP = "make the master key, print it, verify the paper, or enter it from paper"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and the file where there is one."""
    parser.add_argument(
        "what",
        choices=("init", "paper", "verify", "enter"),
        help="make it, write the sheet with it, compare a typed one, or write a typed one down",
    )
    parser.add_argument(
        "--file", type=Path, help="verify, enter: read the key from this file, do not ask for it"
    )
    parser.add_argument("--to", type=Path, help="paper: the HTML file to print, outside the home")


def run(args: argparse.Namespace) -> int:
    """0 when the key was made, printed or entered, or is the right one."""
    start.django("desk")
    match args.what:
        case "init":
            return init()
        case "paper":
            return paper(args.to)
        case "enter":
            return enter(args.file)
        case _:
            return verify(args.file)


def init() -> int:
    """Make the master key file and the tables; nothing is ever overwritten.

    Raises:
        Misconfigured: there is a key, or data that another one opens.
    """
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.models import MasterMark

    prepare.databases()
    mark = MasterMark.objects.first()
    if mark is not None and not settings.MASTER_KEY_FILE.exists():
        found = f"the data of this house needs the key with the check value {mark.check_value}"
        remedy = "enter it from the recovery sheet: `madoguchi key enter`; no key was made"
        raise Misconfigured(masterkey.KEY_VARIABLE, found, remedy)
    masterkey.make(settings.MASTER_KEY_FILE)
    value = masterkey.check_value(masterkey.read(settings.MASTER_KEY_FILE))
    sys.stdout.write(
        f"{settings.MASTER_KEY_FILE}: written, check value {value}\n"
        "Now put it on paper: madoguchi key paper --to FILE, print it twice, keep the sheets in\n"
        "two places, then: madoguchi key verify\n"
    )
    return 0


def paper(to: Path | None) -> int:
    """Write the sheet with the key (0600), to be printed and deleted.

    Raises:
        Misconfigured: no file was named, it is there already, or lies in the home.
    """
    from django.conf import settings

    from madoguchi.ops.paper.sheet import sheet
    from madoguchi.tools.vault import masterkey
    from madoguchi.web.kit.arrival import now

    if to is None or to.resolve().is_relative_to(settings.HOME.resolve()):
        found = "is not given" if to is None else "lies in the home, with the data"
        raise Misconfigured("--to", found, "name a file elsewhere, in memory (/dev/shm) at best")
    page = sheet(masterkey.current(), now().date())
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misconfigured(str(to), error.strerror or "unwritable", "name a new file") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        to.unlink()
        raise Misconfigured(str(to), error.strerror or "full", "name a file elsewhere") from error
    sys.stdout.write(f"{to}: print it twice, then delete it\n")
    return 0


def typed(file: Path | None) -> bytes | None:
    """The key from the file or the keyboard; None after saying which groups are mistyped."""
    from madoguchi.ops.paper import sheet as paper_sheet

    words = file.read_text("utf-8") if file else terminal.secret("master key (13 groups): ")
    try:
        return paper_sheet.from_groups(words)
    except paper_sheet.Mistyped as wrong:
        if wrong.numbers:
            groups = ", ".join(map(str, wrong.numbers))
            sys.stderr.write(f"not as on the sheet: group {groups}; type all 13 again\n")
        else:
            sys.stderr.write(f"{wrong.found} signs, not 13 groups of 5 (or 64 hexadecimal signs)\n")
        return None


def enter(file: Path | None) -> int:
    """Write the master key file (0400) from the sheet; nothing is ever overwritten."""
    from django.conf import settings

    from madoguchi.tools.vault import masterkey

    key = typed(file)
    if key is None:
        return 1
    masterkey.write(settings.MASTER_KEY_FILE, key)
    value = masterkey.check_value(key)
    sys.stdout.write(f"{settings.MASTER_KEY_FILE}: written, check value {value}\n")
    return 0


def verify(file: Path | None) -> int:
    """Compare a typed key with the one in use and put the verification on record."""
    from django.conf import settings

    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.models import MasterMark
    from madoguchi.web.kit.arrival import now

    key = typed(file)
    if key is None:
        return 1
    value = masterkey.check_value(key)
    mark = MasterMark.objects.first()
    expected = mark.check_value if mark else masterkey.check_value(masterkey.current())
    if value != expected:
        sys.stderr.write(f"not the key of this house: {value}, expected {expected}\n")
        return 1
    MasterMark.objects.update_or_create(check_value=expected, defaults={"verified_at": now()})
    sys.stdout.write(f"the key is right: check value {value} ({settings.MODE})\n")
    return 0
