"""What the worker does for cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def adopt(case_id: UUID, *, now: datetime) -> None:
    """Move a new case's keys from the letterbox to the office; done already is done."""
    case = Case.objects.get(pk=case_id)
    if DrawerKey.objects.filter(case_id=case_id, by="office").exists():
        return
    worker = Actor(case.office_id, "worker")
    queries.adopt(worker, case, now=now)
