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
    """One message between the person and the desk; `words`: its contents by field."""

    id: UUID
    kind: str
    at: datetime
    new: bool
    words: dict[str, Any] = field(repr=False)


def write(
    drawer: Drawer, kind: str, words: dict[str, Any], *, staff_id: UUID | None, now: datetime
) -> Entry:
    """Seal the next entry of a case into this drawer, inside an act, which has the case's lock."""
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


def words(drawer: Drawer, entry_id: UUID) -> dict[str, Any]:
    """The contents of an entry of this drawer, to tell a repeated message from another one."""
    row = Entry.of(drawer.office_id).get(pk=entry_id, case_id=drawer.case_id, drawer=drawer.name)
    contents: dict[str, Any] = drawer.open("entry", row.id, row.words)
    return contents


@action("message.read")
def read(_actor: Actor, held: cases.Holding, *, now: datetime) -> tuple[Message, ...]:
    """The messages in both directions, newest first; those of the desk are marked as seen."""
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
    """Record the person's request to delete the record, with a due for the desk."""
    entry = write(held.drawer, "deletion", {}, staff_id=None, now=now)
    cases.desks_turn(held, due_on, "deletion", now)
    return entry.id
