"""A grant's file as one archive (綴り): the index and the record are made, the rest is as it is."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.papers.engine import Pdf, Printed, render
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.grants_ledger.reading import Reader
from madoguchi.web.kit.reading import Reading
from madoguchi.web.kit.templatetags.words import file_size
from madoguchi.work.subsidy.budget.public import terms_on
from madoguchi.work.subsidy.bundle.actions import FILE, Bundle, Piece, zipped
from madoguchi.work.subsidy.bundle.dossier import Dossier
from madoguchi.work.subsidy.bundle.papers import Entry, Index

WORDS = "desk.bundle"


def reader(
    office_id: UUID, words: Texts, subsidy: Subsidy | None, on: date | None, now: datetime
) -> Reader:
    """What puts a grant's file into words, by the rules of a day: that of its application."""
    names = {one.id: one.name for one in colleagues(office_id, now)}
    terms = terms_on(office_id, subsidy, on or now.date()) if subsidy else None
    return Reader(words, names, terms)


def printed_by(name: str, words: Texts, now: datetime) -> Printed:
    """Who makes the bundle now, as the foot of its pages says it."""
    return Printed(name, f"{wareki_day(now.date())} {Reading(words).clock(now)}")


def archived(
    slug: str, made: Bundle, read: Reader, printed: Printed, today: date
) -> Iterator[bytes]:
    """The archive, piece by piece; both papers are made before its first byte.

    Raises:
        TooLong: what was told holds more words than a paper takes.
    """
    record = render(find(slug, "grant_file"), read.file(made.dossier), printed)
    index = _index(made, record, read, printed, today)
    listed = render(find(slug, "grant_index"), index, printed)
    return zipped(made, listed.content, record.content)


def _index(made: Bundle, record: Pdf, read: Reader, printed: Printed, today: date) -> Index:
    said = read.said
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
    entries = tuple(_entry(number, piece, read) for number, piece in enumerate(made.pieces, 2))
    notes = ["annex"] if made.annexes else []
    notes += ["protected"] if made.dossier.applied.protected else []
    notes += ["closed"] if any(paper.closed for paper in made.papers) else []
    return Index(
        read.reference(made.dossier),
        read.state(made.dossier),
        wareki_day(today),
        printed.by,
        (own, *entries, *_on_paper(made.dossier, read, len(entries) + 2)),
        tuple(said(f"{WORDS}.note.{name}") for name in notes),
    )


def _title(piece: Piece, read: Reader) -> str:
    if not piece.title:
        return read.said(f"{WORDS}.annexed", kind=read.said(f"{WORDS}.kind.{piece.kind}"))
    return read.said(f"{WORDS}.closed", title=piece.title) if piece.closed else piece.title


def _entry(number: int, piece: Piece, read: Reader) -> Entry:
    said = read.said
    return Entry(
        str(number),
        piece.name,
        _title(piece, read),
        read.who(piece.staff_id),
        wareki_day(piece.on) if piece.on else "",
        said(f"{WORDS}.pages", pages=piece.pages) if piece.pages else "",
        file_size(piece.length) if piece.length else "",
        piece.sha256,
        said(f"{WORDS}.lacking.{piece.lacking}") if piece.lacking else "",
    )


def _on_paper(opened: Dossier, read: Reader, first: int) -> Iterator[Entry]:
    """What came on paper and stays in the city's own file: named, though it is not in here."""
    binder = opened.binder
    where = read.said(f"{WORDS}.kept_in" if binder else f"{WORDS}.kept", binder=binder)
    for number, one in enumerate(opened.kept, first):
        who, on = read.who(one.staff_id), wareki_day(one.on)
        yield Entry(str(number), "", read.kept(one.paper), who, on, lacking=where)
