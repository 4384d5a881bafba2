"""What the person may do and read of the record: send, read, ask for deletion."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.record.models import Entry


@dataclass(frozen=True)
class Message:
    """One message between the person and the desk; `words` holds what was answered by field."""

    id: UUID
    kind: str
    at: datetime
    new: bool
    words: dict[str, Any] = field(repr=False)


def write(
    drawer: Drawer, kind: str, words: dict[str, Any], *, staff_id: UUID | None, now: datetime
) -> Entry:
    """Seal the next entry of a case into this drawer, inside an act on the case (its turn)."""
    count = Entry.of(drawer.office_id).filter(case_id=drawer.case_id).count()
    entry = Entry(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        number=count + 1,
        kind=kind,
        drawer=drawer.name,
        staff_id=staff_id,
        at=now,
    )
    entry.words = drawer.seal("entry", entry.id, words)
    entry.save(force_insert=True)
    return entry


def said(drawer: Drawer, entry_id: UUID) -> dict[str, Any]:
    """What an entry of this drawer says, to tell a message that comes again from another."""
    row = Entry.of(drawer.office_id).get(pk=entry_id, case_id=drawer.case_id, drawer=drawer.name)
    told: dict[str, Any] = drawer.open("entry", row.id, row.words)
    return told


@action("message.read")
def read(_actor: Actor, held: cases.Holding, *, now: datetime) -> tuple[Message, ...]:
    """The messages both ways, newest first; those of the desk count as seen from now on."""
    rows = Entry.of(held.office_id).filter(case_id=held.case_id, drawer=held.drawer.name)
    messages = tuple(
        Message(
            row.id,
            row.kind,
            row.at,
            row.kind == "sent" and row.seen_at is None,
            held.drawer.open("entry", row.id, row.words),
        )
        for row in rows.order_by("-number")
    )
    rows.filter(kind="sent", seen_at__isnull=True).update(seen_at=now)
    return messages


@action("deletion.ask")
def ask_deletion(_actor: Actor, held: cases.Holding, due_on: date, *, now: datetime) -> UUID:
    """Record the wish that the record be deleted: a request that the desk answers."""
    entry = write(held.drawer, "deletion", {}, staff_id=None, now=now)
    cases.touch(held, due_on, "deletion", now)
    return entry.id
