"""What pages may know of staff (職員): names, roles, until when; no password, no factor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.tools.signin.models import Staff


@dataclass(frozen=True)
class Colleague:
    """One account of an office."""

    id: UUID
    username: str
    name: str
    role: str
    added_at: datetime
    ends_at: datetime | None
    works: bool


LAWYER = "lawyer"


def lawyer_accounts(office_id: UUID, now: datetime) -> tuple[Colleague, ...]:
    """The accounts of the office's lawyers that hold at this moment, by name."""
    return tuple(each for each in colleagues(office_id, now) if each.role == LAWYER and each.works)


def colleagues(office_id: UUID, now: datetime) -> tuple[Colleague, ...]:
    """The office's accounts in the order of roles and names, ended ones too."""
    rows = Staff.objects.filter(office_id=office_id).order_by("role", "name", "id")
    return tuple(
        Colleague(
            row.id,
            row.username,
            row.name,
            row.role,
            row.added_at,
            row.ends_at,
            row.works_at(now),
        )
        for row in rows
    )
