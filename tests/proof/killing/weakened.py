"""The portal with one protection taken away, for negative controls; `WEAKENED` names which.

Started by granian in place of `madoguchi.config.wsgi`; nothing of it is in the product.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from madoguchi.ops.start import django

django("portal")

from madoguchi.config import sqlite  # noqa: E402 - Django first
from madoguchi.tools.vault import store, visit  # noqa: E402
from madoguchi.work.intake import public as intake  # noqa: E402


def replace(where: object, name: str, other: object) -> None:
    """Put another in place of a function that is there."""
    assert hasattr(where, name)
    setattr(where, name, other)


def without_key() -> None:
    """No idempotency key is looked up or kept, and a sent draft stays: either alone would do."""
    ask = intake._ask

    def forgetful(*args: Any, idempotency_key: str, **kwargs: Any) -> Any:
        del idempotency_key
        return ask(*args, **kwargs)

    def keep_draft(who: visit.Holder, kind: str) -> None:
        if kind != "draft":
            drop(who, kind)

    drop = visit.drop
    replace(intake, "done_before", lambda *_: False)
    replace(intake, "_ask", forgetful)
    replace(visit, "drop", keep_draft)


def without_synchronous() -> None:
    """SQLite does not wait for the disk."""
    from django.conf import settings

    weak = sqlite.PRAGMAS.replace("synchronous=FULL", "synchronous=OFF")
    assert weak != sqlite.PRAGMAS
    settings.DATABASES["default"]["OPTIONS"]["init_command"] = weak


def without_fsync() -> None:
    """Files and folders are not waited for."""
    replace(os, "fsync", lambda _handle: None)


def without_folder_fsync() -> None:
    """Files are waited for, their folders are not."""
    fsync = os.fsync

    def files_only(handle: int) -> None:
        if not Path(f"/proc/self/fd/{handle}").is_dir():
            fsync(handle)

    replace(os, "fsync", files_only)


def without_order() -> None:
    """A file counts before it is one: its row is committed while it is still a part."""

    def settle_later(_file_id: UUID, part: BinaryIO) -> int:
        part.flush()
        return part.tell()

    replace(store, "settle", settle_later)


def without_part() -> None:
    """A file has its name from the first byte on."""

    def begin(file_id: UUID) -> BinaryIO:
        path = store.inboxes()[0] / file_id.hex
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    def settle(_file_id: UUID, part: BinaryIO) -> int:
        part.flush()
        return part.tell()

    replace(store, "begin", begin)
    replace(store, "settle", settle)


WAYS: dict[str, Callable[[], None]] = {
    "key": without_key,
    "synchronous": without_synchronous,
    "fsync": without_fsync,
    "folder": without_folder_fsync,
    "order": without_order,
    "part": without_part,
}
if "WEAKENED" in os.environ:  # started, not only read
    from madoguchi.config.wsgi import application  # noqa: F401 - for granian

    if os.environ["WEAKENED"]:
        WAYS[os.environ["WEAKENED"]]()
