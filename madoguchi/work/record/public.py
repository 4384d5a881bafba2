"""What the person may do and read of the record: read it, change their wishes, ask for deletion."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.tools.act.action import action
from madoguchi.tools.bounds import Some, some
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.record.models import Entry


@dataclass(frozen=True)
class Message:
    """One message between the person and the desk; `words`: its contents by field.

    `corrects`: the desk wrote it anew, and the earlier one is shown no more.
    """

    id: UUID
    kind: str
    at: datetime
    new: bool
    words: dict[str, Any] = field(repr=False)

    @property
    def corrects(self) -> bool:
        return "corrects" in self.words


@dataclass(frozen=True)
class Because:
    """Who wished that a booking is cancelled (a code), and why; for the desk alone."""

    by: str
    why: str = field(default="", repr=False)

    def words(self) -> dict[str, str]:
        """The form in which it is sealed."""
        return {"by": self.by, "text": self.why}


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


def readable(drawer: Drawer) -> QuerySet[Entry]:
    """The entries of a drawer; the portal's role may not read who of the staff wrote them."""
    rows = Entry.of(drawer.office_id).filter(case_id=drawer.case_id, drawer=drawer.name)
    return rows.defer("staff_id")


def write_change(
    drawer: Drawer,
    before: cases.Wishes | None,
    after: cases.Wishes,
    *,
    staff_id: UUID | None,
    now: datetime,
) -> None:
    """Say in the record how contact was safe before and is now; None: that could not be read."""
    words = {"after": asdict(after)} | ({"before": asdict(before)} if before else {})
    write(drawer, "wish", words, staff_id=staff_id, now=now)


@action("wish.change")
def change_wishes(_actor: Actor, held: cases.Holding, new: cases.Wishes, *, now: datetime) -> None:
    """The person says anew how contact is safe; the earlier row stays."""
    before = cases.ask_wishes(held, new, now)
    write_change(held.drawer, before, new, staff_id=None, now=now)


def words(drawer: Drawer, entry_id: UUID) -> dict[str, Any]:
    """The contents of an entry of this drawer, to tell a repeated message from another one."""
    row = readable(drawer).get(pk=entry_id)
    contents: dict[str, Any] = drawer.open("entry", row.id, row.words)
    return contents


@action("message.read")
def read(_actor: Actor, held: cases.Holding, skip: int = 0, *, now: datetime) -> Some[Message]:
    """The messages in both directions, newest first, as far as a page reads them.

    Those of the desk among them are marked as seen.
    """
    rows = readable(held.drawer)
    found = some(rows.order_by("-number"), "words", skip)
    earlier = some(rows.filter(kind="sent").order_by("-number"), "words").rows if skip else ()
    corrected = _corrected(held.drawer, (*found.rows, *earlier))
    messages = tuple(
        Message(
            row.id,
            row.kind,
            row.at,
            row.kind == "sent" and row.seen_at is None,
            held.drawer.open("entry", row.id, row.words),
        )
        for row in found.rows
        if row.id not in corrected
    )
    shown = [row.number for row in found.rows] or [0]
    new = rows.filter(kind="sent", seen_at__isnull=True, number__range=(min(shown), max(shown)))
    new.exclude(pk__in=corrected).update(seen_at=now)
    return Some(messages, found.further)


def _corrected(drawer: Drawer, rows: Iterable[Entry]) -> set[UUID]:
    """The answers in whose place one of these stands."""
    answers = (row for row in rows if row.kind == "sent")
    opened = (drawer.open("entry", row.id, row.words) for row in answers)
    return {UUID(words["corrects"]) for words in opened if "corrects" in words}


@action("deletion.ask")
def ask_deletion(_actor: Actor, held: cases.Holding, due_on: date, *, now: datetime) -> UUID:
    """Record the person's request to delete the record, with a due for the desk."""
    entry = write(held.drawer, "deletion", {}, staff_id=None, now=now)
    cases.desks_turn(held, due_on, "deletion", now)
    return entry.id
