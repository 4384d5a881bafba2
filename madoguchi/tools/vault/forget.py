"""Forgetting: every wrap of a case's drawer keys is destroyed, then the log is truncated (廃棄)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from madoguchi.tools.vault import files
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt

if TYPE_CHECKING:
    from uuid import UUID


def destroy_keys(case_id: UUID) -> list[UUID]:
    """Delete all wraps, the receipt and the file rows of a case; the files to unlink after."""
    doomed = list(HeldFile.objects.filter(case_id=case_id).values_list("pk", flat=True))
    DrawerKey.objects.filter(case_id=case_id).delete()
    Receipt.objects.filter(case_id=case_id).delete()
    HeldFile.objects.filter(case_id=case_id).delete()
    return doomed


def settle(doomed: list[UUID]) -> bool:
    """After the commit: unlink the files and truncate SQLite's log, where old pages linger.

    Whether the log is truncated; while somebody still reads from it, it cannot be: call again.
    """
    for file_id in doomed:
        files.delete(file_id)
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
