"""A grant's file as one (一件書類の綴り): an index, then papers, then what was attached, apart.

The index lists each file with the hash of its bytes, and names what is missing. No file name says
anything of anybody. What was attached has a folder of its own (別封), as its original bytes; in it
are also papers with an address that is protected since they were issued (支援措置).
"""

import hashlib
import io
import zipfile
from collections.abc import Buffer, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.work.issued.actions import copy
from madoguchi.work.issued.queries import IssuedCard
from madoguchi.work.subsidy.bundle.dossier import Annex, Dossier, dossier
from madoguchi.work.subsidy.models import Grant

BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
READABLE = 0o644 << 16


@dataclass(frozen=True)
class Part:
    """One file of an archive; `pieces` gives its bytes."""

    name: str
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is taken, so that an archive can be sent while it is made."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, written: Buffer, /) -> int:
        self._held += (taken := bytes(written))
        return len(taken)

    def taken(self) -> bytes:
        """What was written since the last call."""
        held = bytes(self._held)
        self._held.clear()
        return held


def archive(parts: Iterable[Part]) -> Iterator[bytes]:
    """The bytes of an archive of these parts, in their order."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as made:
        for part in parts:
            info = zipfile.ZipInfo(part.name, BEGINNING)
            info.external_attr = READABLE
            with made.open(info, "w") as into:
                for piece in part.pieces():
                    into.write(piece)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()


ENDINGS = {
    "jpeg": "jpg",
    "png": "png",
    "gif": "gif",
    "webp": "webp",
    "heic": "heic",
    "pdf": "pdf",
    "text": "txt",
}
UNKNOWN = "bin"
GONE, LOCKED, CHANGED = "gone", "locked", "changed"
INDEX, FILE, HASHES = "00-index.pdf", "01-file.pdf", "SHA256SUMS.txt"


@dataclass(frozen=True)
class Piece:
    """One file of a bundle.

    `title`: of a paper as it was issued; empty for an attached file, which has a `kind`. `lacking`:
    why it is not in the bundle (`gone`, `locked`, `changed`), or empty. `closed`: a paper that is
    in the folder of the attached files, because its address is protected by now.
    """

    name: str
    on: date | None
    staff_id: UUID | None
    title: str = field(repr=False, default="")
    pages: int = 0
    length: int = 0
    sha256: str = ""
    lacking: str = ""
    closed: bool = False
    read: Callable[[], Iterator[bytes]] = field(repr=False, default=lambda: iter(()))
    kind: str = ""


@dataclass(frozen=True)
class Bundle:
    """What goes into a bundle, opened and hashed, before anything of it is sent."""

    dossier: Dossier = field(repr=False)
    papers: tuple[Piece, ...] = field(repr=False)
    annexes: tuple[Piece, ...] = field(repr=False)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of them, those in the folder of the attached files last."""
        return (*sorted(self.papers, key=lambda paper: paper.closed), *self.annexes)


def bundle(actor: Actor, grant: Grant, annex_folder: str, *, now: datetime) -> Bundle:
    """A grant's file with all that belongs to it: one audit line, and one for each paper.

    `annex_folder`: the name of the folder of the attached files (別封).

    Raises:
        Absent: not for this actor.
        Forgotten: the keys of its case were destroyed.
    """
    opened = _open(actor, grant, now=now)
    papers = tuple(
        _paper(actor, grant, card, annex_folder if opened.closes(card) else "", now)
        for card in opened.papers
    )
    annexes = tuple(
        _annex(number, annex, annex_folder) for number, annex in enumerate(opened.annexes, 1)
    )
    return Bundle(opened, papers, annexes)


@action("grant.bundle")
def _open(_actor: Actor, grant: Grant, *, now: datetime) -> Dossier:  # noqa: ARG001 - the act's form
    opened = dossier(grant, *unseal.drawers(grant.office_id, grant.case_id))
    chain.tell(papers=len(opened.papers), files=len(opened.annexes))
    return opened


def _paper(actor: Actor, grant: Grant, card: IssuedCard, closed: str, now: datetime) -> Piece:
    """A paper as it was issued; `closed`: the folder in which it has to be, empty for none."""
    name = "/".join(filter(None, (closed, f"paper-{card.number:02}.pdf")))
    lacking, pdf = "", b""
    try:
        _, pdf = copy(actor, grant, card.id, now=now)
    except FileNotFoundError:
        lacking = GONE
    except Unreadable:
        lacking = CHANGED
    return Piece(
        name,
        day_in_japan(card.at),
        card.staff_id,
        card.title,
        card.pages,
        card.length,
        card.sha256,
        lacking,
        bool(closed),
        partial(_at_once, pdf),
    )


def _at_once(content: bytes) -> Iterator[bytes]:
    yield content


def _annex(number: int, annex: Annex, folder: str) -> Piece:
    if annex.card is None or annex.about is None:
        return Piece(f"{folder}/annex-{number:02}", None, None, lacking=GONE, kind=annex.kind)
    card, lacking = annex.card, ""
    if card.locked:
        lacking = LOCKED
    else:
        try:
            if files.sha256(annex.id, annex.about) != annex.about.sha256:
                lacking = CHANGED
        except FileNotFoundError:
            lacking = GONE
        except Unreadable:
            lacking = CHANGED
    return Piece(
        f"{folder}/annex-{number:02}.{ending(card.looks)}",
        day_in_japan(card.at),
        None,
        length=card.length,
        sha256=card.sha256,
        kind=annex.kind,
        lacking=lacking,
        read=partial(files.read, annex.id, annex.about),
    )


def ending(looks: str) -> str:
    """The ending of a file's name by what its bytes look like, whatever it was called.

    >>> ending("jpeg"), ending("program")
    ('jpg', 'bin')
    """
    return ENDINGS.get(looks, UNKNOWN)


def zipped(made: Bundle, index: bytes, file: bytes) -> Iterator[bytes]:
    """The archive, piece by piece: the index first, last the hashes for `sha256sum -c`."""
    pieces = [piece for piece in made.pieces if not piece.lacking]
    hashes = [(hashlib.sha256(index).hexdigest(), INDEX), (hashlib.sha256(file).hexdigest(), FILE)]
    hashes += [(piece.sha256, piece.name) for piece in pieces]
    sums = "".join(f"{sha256}  {name}\n" for sha256, name in hashes).encode()
    parts = [
        Part(INDEX, partial(_at_once, index)),
        Part(FILE, partial(_at_once, file)),
        *(Part(piece.name, piece.read) for piece in pieces),
        Part(HASHES, partial(_at_once, sums)),
    ]
    return archive(parts)
