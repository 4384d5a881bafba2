"""The master key (親鍵): read from its file, known by its check value; never in the portal."""

import hmac
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.models import MasterMark

if not settings.WINDOW.may_unseal:
    raise ImportError("the portal never holds the master key")

KEY_VARIABLE = "MADOGUCHI_MASTER_KEY_FILE"
VERIFY_EVERY = timedelta(days=400)


def check_value(master: bytes) -> str:
    """Eight characters by which a master key is recognised without being shown."""
    return hmac.digest(master, b"madoguchi/check", "sha256")[:4].hex()


def voucher(master: bytes, text: bytes) -> str:
    """What only who holds the master key can write under a text (HMAC under a key of its own)."""
    return hmac.digest(cipher.derive(master, b"", "voucher"), text, "sha256").hex()


def read(path: Path) -> bytes:
    """The master key of the file.

    Raises:
        Misconfigured: missing, unreadable or not 32 bytes; none is ever made here.
    """
    remedy = (
        "name the key file, or enter the key from the recovery sheet: `madoguchi key enter`;"
        " only a new house makes one: `madoguchi key init`"
    )
    if path.name == "":
        raise Misconfigured(KEY_VARIABLE, "not set", remedy)
    try:
        master = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        found = f"{path}: {error.strerror or 'unreadable'}"
        raise Misconfigured(KEY_VARIABLE, found, remedy) from error
    except ValueError as error:
        raise Misconfigured(KEY_VARIABLE, f"{path}: not a key", remedy) from error
    if len(master) != cipher.KEY:
        raise Misconfigured(KEY_VARIABLE, f"{path}: {len(master)} bytes, not 32", remedy)
    return master


def current() -> bytes:
    """The master key, checked against the mark in the database.

    Raises:
        Misconfigured: also when it is another key than the one the data was sealed with.
    """
    master = read(settings.MASTER_KEY_FILE)
    mark = MasterMark.objects.first()
    if mark is not None and mark.check_value != check_value(master):
        found = f"is {check_value(master)}, the data needs {mark.check_value}"
        remedy = "give the key of the recovery sheet with that check value"
        raise Misconfigured(KEY_VARIABLE, f"wrong master key: {found}", remedy)
    return master


def verified_long_ago(now: datetime) -> bool:
    """Whether the paper copy of the master key was last tried more than 400 days ago."""
    verified_at = MasterMark.objects.values_list("verified_at", flat=True).first()
    return verified_at is not None and now - verified_at > VERIFY_EVERY


def make(path: Path) -> None:
    """Write a new master key; see `write`."""
    write(path, cipher.new_key())


def write(path: Path, key: bytes) -> None:
    """Write a master key (0400); never over an old one.

    Raises:
        Misconfigured: the file is there already.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except OSError as error:
        found = f"{path}: {error.strerror or 'cannot be made'}"
        remedy = "`madoguchi key verify` says whether it is the right one; nothing was written"
        raise Misconfigured(KEY_VARIABLE, found, remedy) from error
    with os.fdopen(handle, "w") as file:
        file.write(key.hex())
