"""What staff read of issued papers: which there are, from the open staff drawer of a case."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.vault import files
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.issued.models import Issued


@dataclass(frozen=True)
class IssuedCard:
    """One paper as it was issued. `missing`: the characters that were printed as 〓.

    `address`: whether it contains somebody's address, or may.
    """

    id: UUID
    number: int
    at: datetime
    staff_id: UUID
    paper: str
    title: str = field(repr=False)
    pages: int
    missing: tuple[str, ...] = field(repr=False)
    document_number: str = field(repr=False)
    length: int
    sha256: str = field(repr=False)
    address: bool = False


def issued(drawer: Drawer, of_id: UUID | None = None) -> tuple[IssuedCard, ...]:
    """A case's own papers from its staff drawer, or those of one grant; the newest first."""
    rows = Issued.of(drawer.office_id).filter(case_id=drawer.case_id, of_id=of_id)
    rows = rows.order_by("-number")
    return tuple(card(row, drawer.open("issued", row.id, row.about)) for row in rows)


def card(row: Issued, stored: dict[str, Any]) -> IssuedCard:
    """One paper as a list shows it."""
    about = files.About.from_json(stored["file"])
    return IssuedCard(
        id=row.id,
        number=row.number,
        at=row.at,
        staff_id=row.staff_id,
        paper=stored["paper"],
        title=stored["title"],
        pages=stored["pages"],
        missing=tuple(stored["missing"]),
        document_number=stored["document_number"],
        length=about.length,
        sha256=about.sha256,
        address=stored.get("address", True),  # older rows do not say
    )
