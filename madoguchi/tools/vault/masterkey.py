"""The master key (親鍵): read from its file, known by its check value; never in the portal."""

import hmac
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from madoguchi.tools.misconfigured import Misconfigured, reason, whoami
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
    enter = (
        "鍵の紙から入れてください：madoguchi key enter（docs/recovery.ja.md の3）。"
        "まだ紙のない新しい窓口では、作ってください：madoguchi key init（docs/running.md の4）"
    )
    if path.name == "":
        mend = "root で、madoguchi-desk を付けて動かしてください。鍵はそこで渡されます"
        raise Misconfigured(KEY_VARIABLE, "設定がありません", mend)
    try:
        master = bytes.fromhex(path.read_text("ascii").strip())
    except PermissionError as error:
        mend = f"chown {whoami()} {path} && chmod 0400 {path}"
        found = f"{path} を、利用者 {whoami()} が読めません"
        raise Misconfigured(
            KEY_VARIABLE, found, f"root で madoguchi-desk を使うか、{mend}"
        ) from error
    except OSError as error:
        raise Misconfigured(
            KEY_VARIABLE, f"{path} を開けません（{reason(error)}）", enter
        ) from error
    except ValueError as error:
        raise Misconfigured(KEY_VARIABLE, f"{path} は鍵ではありません", enter) from error
    if len(master) != cipher.KEY:
        found = f"{path} の長さが {len(master)} バイトです。鍵は{cipher.KEY}バイトです"
        raise Misconfigured(KEY_VARIABLE, found, enter)
    return master


def current() -> bytes:
    """The master key, checked against the mark in the database.

    Raises:
        Misconfigured: also when it is another key than the one the data was sealed with.
    """
    master = read(settings.MASTER_KEY_FILE)
    mark = MasterMark.objects.first()
    if mark is not None and mark.check_value != check_value(master):
        raise another(check_value(master), mark.check_value)
    return master


def another(given: str, needed: str) -> Misconfigured:
    """What is said of the master key of another house, by the check values of both."""
    found = f"別の鍵です。確認値が {given} で、データの鍵は {needed} です"
    remedy = "その確認値の紙から入れてください：madoguchi key enter"
    return Misconfigured(KEY_VARIABLE, found, remedy)


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
        found = f"{path} に書けません（{reason(error)}）。何も書いていません"
        remedy = "あるものが正しい鍵かどうかは、madoguchi key verify で分かります"
        raise Misconfigured(KEY_VARIABLE, found, remedy) from error
    with os.fdopen(handle, "w") as file:
        file.write(key.hex())
