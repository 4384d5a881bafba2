"""A grant's file as one archive (綴り): the index and the record are made, the rest is as it is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.paper import find
from madoguchi.tools.papers.engine import render
from madoguchi.web.kit.templatetags.words import file_size
from madoguchi.work.subsidy.bundle.actions import FILE, zipped
from madoguchi.work.subsidy.bundle.papers import Entry, Index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from madoguchi.tools.papers.engine import Pdf, Printed
    from madoguchi.web.desk.grants_ledger.reading import Reader
    from madoguchi.work.subsidy.bundle.actions import Bundle, Piece

WORDS = "desk.bundle"


def archived(
    slug: str, made: Bundle, reader: Reader, printed: Printed, today: date
) -> Iterator[bytes]:
    """The archive, piece by piece; both papers are made before its first byte.

    Raises:
        TooLong: what was told holds more words than a paper takes.
    """
    record = render(find(slug, "grant_file"), reader.file(made.dossier), printed)
    index = _index(made, record, reader, printed, today)
    listed = render(find(slug, "grant_index"), index, printed)
    return zipped(made, listed.content, record.content)


def _index(made: Bundle, record: Pdf, reader: Reader, printed: Printed, today: date) -> Index:
    said = reader.said
    own = Entry(
        "1",
        FILE,
        said(f"{WORDS}.record"),
        printed.by,
        wareki_day(today),
        said(f"{WORDS}.pages", pages=record.pages),
        file_size(len(record.content)),
        hashlib.sha256(record.content).hexdigest(),
    )
    pieces = (*made.papers, *made.annexes)
    entries = (_entry(number, piece, reader) for number, piece in enumerate(pieces, 2))
    notes = ["annex"] if made.annexes else []
    notes += ["protected"] if made.dossier.applied.protected else []
    return Index(
        reader.reference(made.dossier),
        reader.state(made.dossier),
        wareki_day(today),
        printed.by,
        (own, *entries),
        tuple(said(f"{WORDS}.note.{name}") for name in notes),
    )


def _entry(number: int, piece: Piece, reader: Reader) -> Entry:
    said = reader.said
    return Entry(
        str(number),
        piece.name,
        piece.title or said(f"{WORDS}.annexed"),
        reader.who(piece.staff_id),
        wareki_day(piece.on) if piece.on else "",
        said(f"{WORDS}.pages", pages=piece.pages) if piece.pages else "",
        file_size(piece.length) if piece.length else "",
        piece.sha256,
        said(f"{WORDS}.lacking.{piece.lacking}") if piece.lacking else "",
    )
