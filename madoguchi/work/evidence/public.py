"""What the public side may do with files: file them with an entry, see their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.tools.vault import files
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.evidence.models import Item


@dataclass(frozen=True)
class FileCard:
    """A file by name, kind and size, without content; `looks`: the type by its first bytes."""

    id: UUID
    entry_id: UUID
    at: datetime
    name: str = field(repr=False)
    looks: str
    place: bool
    length: int
    sha256: str = field(repr=False)
    locked: bool


def file(
    drawer: Drawer,
    entry_id: UUID,
    received: Iterable[tuple[UUID, files.About]],
    now: datetime,
) -> None:
    """Seal what is known of each file, its key included, into the drawer, inside an act.

    They are dated a microsecond apart, so that `cards` finds them in the order they come in here.
    """
    for place, (file_id, about) in enumerate(received):
        item = Item(
            id=file_id,
            office_id=drawer.office_id,
            case_id=drawer.case_id,
            entry_id=entry_id,
            drawer=drawer.name,
            at=now + timedelta(microseconds=place),
        )
        item.about = drawer.seal("item", file_id, about.to_json())
        item.save(force_insert=True)


def cards(drawer: Drawer, *more: Drawer) -> tuple[FileCard, ...]:
    """The files of these drawers of a case in the order in which they came."""
    opened = {each.name: each for each in (drawer, *more)}
    rows = Item.of(drawer.office_id).filter(case_id=drawer.case_id, drawer__in=opened)
    return tuple(
        card(row, files.About.from_json(opened[row.drawer].open("item", row.id, row.about)))
        for row in rows.order_by("at", "id")
    )


def readable(drawer: Drawer) -> tuple[FileCard, ...]:
    """The files of a drawer that can be handed in: not locked, and their bytes are there."""
    found = [file for file in cards(drawer) if not file.locked]
    there = files.there(file.id for file in found)
    return tuple(file for file in found if file.id in there)


def card(row: Item, about: files.About) -> FileCard:
    """One file as a list shows it."""
    return FileCard(
        id=row.id,
        entry_id=row.entry_id,
        at=row.at,
        name=about.name,
        looks=about.looks,
        place=about.place,
        length=about.length,
        sha256=about.sha256,
        locked=row.locked,
    )
