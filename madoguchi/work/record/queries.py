"""What staff read of the record, from the drawers of an opened case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.work.record.models import Entry

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from madoguchi.work.cases.queries import OpenedCase


@dataclass(frozen=True)
class EntryCard:
    """One entry, opened."""

    id: UUID
    number: int
    kind: str
    internal: bool
    at: datetime
    staff_id: UUID | None
    seen_at: datetime | None
    words: dict[str, Any] = field(repr=False)


def entries(opened: OpenedCase) -> tuple[EntryCard, ...]:
    """All entries of the case, newest first."""
    drawers = {drawer.name: drawer for drawer in (opened.shared, opened.staff)}
    rows = Entry.of(opened.shared.office_id).filter(case_id=opened.card.id)
    return tuple(
        EntryCard(
            id=row.id,
            number=row.number,
            kind=row.kind,
            internal=row.kind == "note",
            at=row.at,
            staff_id=row.staff_id,
            seen_at=row.seen_at,
            words=drawers[row.drawer].open("entry", row.id, row.words),
        )
        for row in rows.order_by("-number")
    )
