"""What staff read of the record, from the drawers of an opened case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.steps.outcome import Outcome, next_unreached
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record.models import Entry

WITH_DETAILS = ("received", "call", "interview", "letter", "heard")  # kinds of entries


@dataclass(frozen=True)
class EntryCard:
    """One entry, opened; `corrected`: a later one corrects it."""

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
        """Whether it is the desk's own note (内部の記録), not an exchange with somebody."""
        return self.kind == "note"

    @property
    def corrects(self) -> UUID | None:
        """The entry that this one corrects."""
        earlier = self.words.get("corrects")
        return UUID(earlier) if earlier else None

    @property
    def minutes(self) -> int:
        return int(self.words.get("minutes", 0))


def entries(opened: OpenedCase) -> tuple[EntryCard, ...]:
    """All entries of the case, newest first."""
    drawers = {drawer.name: drawer for drawer in (opened.shared, opened.staff)}
    rows = Entry.of(opened.shared.office_id).filter(case_id=opened.card.id).order_by("-number")
    opened_words = {row.id: drawers[row.drawer].open("entry", row.id, row.words) for row in rows}
    corrected = {words.get("corrects") for words in opened_words.values()}
    return tuple(
        EntryCard(
            id=row.id,
            number=row.number,
            kind=row.kind,
            at=row.at,
            staff_id=row.staff_id,
            seen_at=row.seen_at,
            words=opened_words[row.id],
            corrected=str(row.id) in corrected,
        )
        for row in rows
    )


def minutes(read: Sequence[EntryCard]) -> int:
    """The minutes spent on the case; of corrected entries only the last counts."""
    return sum(entry.minutes for entry in read if not entry.corrected)


def unreached(read: Sequence[EntryCard]) -> Outcome:
    """The outcome if nobody answers now: how often in a row; a message resets the count."""
    outcomes = (
        "received" if entry.kind == "received" else entry.words.get("outcome", "")
        for entry in read
        if not entry.corrected
    )
    return next_unreached(outcome for outcome in outcomes if outcome)


def details(read: Sequence[EntryCard]) -> dict[str, Any]:
    """What is known by field: by the latest entry of staff, else the earliest of the person.

    `text` is the account with which the case began; a later contact's text is of that contact.
    """
    known: dict[str, Any] = {}
    for entry in reversed([each for each in read if each.kind in WITH_DETAILS]):
        values = {name: value for name, value in entry.words.items() if value}
        account = {"text": known["text"]} if "text" in known else {}
        known = {**known, **values} if entry.staff_id else {**values, **known}
        known |= account
    return known
