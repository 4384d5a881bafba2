"""Forgetting: every wrap of a case's drawer keys is destroyed, then the log is truncated (廃棄)."""

from collections.abc import Collection
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet

from madoguchi.tools.vault import store
from madoguchi.tools.vault.models import DrawerKey, GoesWithKeys, HeldFile, Receipt


def going() -> list[type[Model]]:
    """The tables of which nothing of a forgotten case is left, in any storey."""
    return [table for table in apps.get_models() if issubclass(table, GoesWithKeys)]


def destroy_keys(case_id: UUID) -> list[UUID]:
    """Delete all wraps, the receipt and what else goes with them; the files to unlink after."""
    doomed = list(HeldFile.objects.filter(case_id=case_id).values_list("pk", flat=True))
    for rows in _doomed(case_id):
        rows.delete()
    return doomed


def remains(case_id: UUID) -> bool:
    """Whether anything is there that forgetting destroys."""
    return any(rows.exists() for rows in _doomed(case_id))


def _doomed(case_id: UUID) -> list[QuerySet[Model]]:
    tables: list[type[Model]] = [*going(), HeldFile]
    return [
        table._default_manager.filter(case_id=case_id)  # noqa: SLF001 - Django's documented name
        for table in tables
    ]


def forgotten(case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these cases that nothing opens any more."""
    found = (table.objects.filter(case_id__in=case_ids) for table in (DrawerKey, Receipt))
    kept = {case_id for rows in found for case_id in rows.values_list("case_id", flat=True)}
    return frozenset(case_ids) - kept


def openable(office_id: UUID) -> frozenset[UUID]:
    """The cases of which a wrap or a receipt is there."""
    rows = (table.objects.filter(office_id=office_id) for table in (DrawerKey, Receipt))
    return frozenset(case_id for kept in rows for case_id in kept.values_list("case_id", flat=True))


def vacuum() -> str:
    """What has PostgreSQL write these tables anew."""
    return f"VACUUM (FULL) {', '.join(sorted(table._meta.db_table for table in going()))}"


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
            cursor.execute(vacuum())
            return True
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
