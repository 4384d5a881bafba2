"""Forgetting: every wrap of a case's drawer keys is destroyed, then the log is truncated (廃棄)."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from madoguchi.tools.vault import store
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt


def destroy_keys(case_id: UUID) -> list[UUID]:
    """Delete all wraps, the receipt and the file rows of a case; the files to unlink after."""
    doomed = list(HeldFile.objects.filter(case_id=case_id).values_list("pk", flat=True))
    DrawerKey.objects.filter(case_id=case_id).delete()
    Receipt.objects.filter(case_id=case_id).delete()
    HeldFile.objects.filter(case_id=case_id).delete()
    return doomed


def remains(case_id: UUID) -> bool:
    """Whether anything is there that forgetting destroys."""
    tables = (DrawerKey, Receipt, HeldFile)
    return any(table.objects.filter(case_id=case_id).exists() for table in tables)


def forgotten(case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these cases that nothing opens any more."""
    found = (table.objects.filter(case_id__in=case_ids) for table in (DrawerKey, Receipt))
    kept = {case_id for rows in found for case_id in rows.values_list("case_id", flat=True)}
    return frozenset(case_ids) - kept


def openable(office_id: UUID) -> frozenset[UUID]:
    """The cases of which a wrap or a receipt is there."""
    rows = (table.objects.filter(office_id=office_id) for table in (DrawerKey, Receipt))
    return frozenset(case_id for kept in rows for case_id in kept.values_list("case_id", flat=True))


def settle(doomed: list[UUID]) -> bool:
    """After the commit: unlink the files and truncate SQLite's log, where old pages linger.

    PostgreSQL keeps dead rows: the tables are written anew without them; its log, replicas and
    backups remember longer (docs/running.md).

    Whether the log is truncated; while somebody still reads from it, it cannot be: call again.
    """
    for file_id in doomed:
        store.delete(file_id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (FULL) vault_drawerkey, vault_receipt")
            return True
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
