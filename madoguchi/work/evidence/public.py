"""What the public side may do with files: file them with an entry, see their names."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.tools.bounds import Some, some
from madoguchi.tools.vault import files
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.evidence.models import Item


@dataclass(frozen=True)
class FileCard:
    """A file by name, kind and size, without content; `looks`: the type by its first bytes.

    `damaged`: what is known of it cannot be read, and is empty here. `lacking`: its bytes are not
    there.
    """

    id: UUID
    entry_id: UUID
    at: datetime
    name: str = field(repr=False)
    looks: str
    place: bool
    length: int
    sha256: str = field(repr=False)
    locked: bool
    damaged: bool = False
    lacking: bool = False


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
    """The files of these drawers of a case in the order in which they came.

    Not more than a page reads: a case has no more by any way of ours.
    """
    return of_entries(None, drawer, *more).rows


def of_entries(
    entry_ids: Collection[UUID] | None, drawer: Drawer, *more: Drawer, skip: int = 0
) -> Some[FileCard]:
    """The files of these entries (None: of all), in the order in which they came."""
    opened = {each.name: each for each in (drawer, *more)}
    rows = Item.of(drawer.office_id).filter(case_id=drawer.case_id, drawer__in=opened)
    if entry_ids is not None:
        rows = rows.filter(entry_id__in=entry_ids)
    found = some(rows.order_by("at", "id"), "about", skip)
    return Some(tuple(_opened(row, opened[row.drawer]) for row in found.rows), found.further)


def _opened(row: Item, drawer: Drawer) -> FileCard:
    try:
        return card(row, files.About.from_json(drawer.open("item", row.id, row.about)))
    except (Tampered, Unreadable):
        unknown = files.About(name="", kind="", length=0, sha256="", segments=0, key="")
        return replace(card(row, unknown), locked=True, damaged=True)


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
        lacking=files.lacking(row.id),
    )
