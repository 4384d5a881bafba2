"""What staff read of the record, from the drawers of an opened case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.steps.outcome import Outcome, next_unreached
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record.models import Entry

TOLD_IN = ("received", "call", "interview", "letter", "heard")


@dataclass(frozen=True)
class EntryCard:
    """One entry, opened. `corrects`: the entry that it writes anew; `corrected`: it was."""

    id: UUID
    number: int
    kind: str
    at: datetime
    staff_id: UUID | None
    seen_at: datetime | None
    words: dict[str, Any] = field(repr=False)
    corrected: bool = False

    @property
    def internal(self) -> bool:
        """Whether it is the desk's own thought (内部の記録), not what passed between people."""
        return self.kind == "note"

    @property
    def corrects(self) -> UUID | None:
        """The entry that this one writes anew."""
        earlier = self.words.get("corrects")
        return UUID(earlier) if earlier else None

    @property
    def minutes(self) -> int:
        return int(self.words.get("minutes", 0))


def entries(opened: OpenedCase) -> tuple[EntryCard, ...]:
    """All entries of the case, newest first."""
    drawers = {drawer.name: drawer for drawer in (opened.shared, opened.staff)}
    rows = Entry.of(opened.shared.office_id).filter(case_id=opened.card.id).order_by("-number")
    told = {row.id: drawers[row.drawer].open("entry", row.id, row.words) for row in rows}
    corrected = {words.get("corrects") for words in told.values()}
    return tuple(
        EntryCard(
            id=row.id,
            number=row.number,
            kind=row.kind,
            at=row.at,
            staff_id=row.staff_id,
            seen_at=row.seen_at,
            words=told[row.id],
            corrected=str(row.id) in corrected,
        )
        for row in rows
    )


def minutes(read: Sequence[EntryCard]) -> int:
    """The minutes spent on the case; what was corrected does not count twice."""
    return sum(entry.minutes for entry in read if not entry.corrected)


def unreached(read: Sequence[EntryCard]) -> Outcome:
    """How often nobody answered in a row, if nobody answers now; a message begins it anew."""
    outcomes = (
        "received" if entry.kind == "received" else entry.words.get("outcome", "")
        for entry in read
        if not entry.corrected
    )
    return next_unreached(outcome for outcome in outcomes if outcome)


def told(read: Sequence[EntryCard]) -> dict[str, Any]:
    """What was told by field: the newest of what staff heard, before what the person wrote."""
    known: dict[str, Any] = {}
    for entry in reversed([one for one in read if one.kind in TOLD_IN]):
        said = {name: value for name, value in entry.words.items() if value}
        known = {**known, **said} if entry.staff_id else {**said, **known}
    return known
