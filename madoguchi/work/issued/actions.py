"""Keep a paper as it is issued, and open it again exactly so (発行・発行したときのまま開く)."""

import hashlib
import hmac
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal, upload
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.work.cases import contact
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.models import Issued
from madoguchi.work.issued.queries import IssuedCard, card
from madoguchi.work.record import public as record

KEPT_AS = "paper.pdf"  # no file names its person


class Papers(Protocol):
    """Whose papers are issued: a case, or a grant of one; a `Subject` of acts."""

    @property
    def office_id(self) -> UUID:
        """The office it belongs to."""

    @property
    def case_id(self) -> UUID:
        """The case it belongs to."""

    @property
    def paper_of(self) -> UUID | None:
        """The grant; None for the case's own papers."""

    def situation(self, actor: Actor) -> str:
        """How this actor stands to it."""


@dataclass(frozen=True)
class MadePaper:
    """A paper that was made and not yet issued; `paper` is the name of its folder.

    `missing`: the characters that were printed as 〓. `address`: whether it contains somebody's
    address. `posted`: it goes to them by post, which their wish may forbid. `against`: why it is
    issued though they wish to be reached otherwise. `chosen_at`: when they chose that way for their
    letters themselves, which holds until they wish otherwise.
    """

    paper: str
    title: str = field(repr=False)
    pdf: bytes = field(repr=False)
    pages: int
    missing: tuple[str, ...] = field(repr=False)
    document_number: str = field(default="", repr=False)
    address: bool = False
    posted: bool = False
    against: contact.Against | None = None
    chosen_at: datetime | None = None

    def words(self, about: files.About) -> dict[str, Any]:
        """The form in which it is sealed; `about` has the key of the bytes."""
        return {
            "paper": self.paper,
            "title": self.title,
            "pages": self.pages,
            "missing": list(self.missing),
            "document_number": self.document_number,
            "address": self.address,
            "file": about.to_json(),
        }


def issue(
    actor: Actor, of: Papers, made: MadePaper, *, now: datetime, idempotency_key: str | None = None
) -> UUID:
    """Keep the bytes of a paper as the one that was issued, with the next number of the case.

    Its id; for a repeated submission (`idempotency_key`) that of the paper that it issued first.

    Raises:
        Absent: not for this actor.
        Refused: it is posted against the newest wish, and nobody said why (`contact.forbidden`).
        OSError: the disk did not take the bytes; nothing was issued.
    """
    # Closing it removes the bytes, unless a row names them by then.
    with closing(upload.seal(KEPT_AS, "application/pdf", made.pdf)) as sealed:
        return _issue(actor, of, made, sealed, now=now, idempotency_key=idempotency_key)


@action("paper.issue")
def _issue(
    actor: Actor, of: Papers, made: MadePaper, sealed: upload.SealedUpload, *, now: datetime
) -> UUID:
    shared, staff = unseal.drawers(of.office_id, of.case_id)
    if made.posted:
        case, chosen = Case.of(of.office_id).get(pk=of.case_id), made.chosen_at
        wish = contact.newest(case, shared).rule
        if chosen is None or contact.rule_at(shared, chosen) != wish:
            contact.require(case, shared, "letter", made.against)
    upload.belong(sealed, of.office_id, of.case_id, now)
    row = Issued(
        id=sealed.file_id,
        office_id=of.office_id,
        case_id=of.case_id,
        of_id=of.paper_of,
        number=_next_number(of),
        staff_id=actor.colleague,
        at=now,
    )
    row.about = staff.seal("issued", row.id, made.words(sealed.about))
    row.save(force_insert=True)
    words = {"text": made.title, "number": row.number, "document_number": made.document_number}
    words |= {"against": made.against.why} if made.against else {}
    record.write(staff, "paper", words, staff_id=actor.staff_id, now=now)
    return row.id


def _next_number(of: Papers) -> int:
    """Inside an act on the case: these run one after another, and the constraint guards it."""
    return Issued.of(of.office_id).filter(case_id=of.case_id).count() + 1


def copy(actor: Actor, of: Papers, issued_id: UUID, *, now: datetime) -> tuple[IssuedCard, bytes]:
    """A paper as it was issued, byte for byte; its audit line is written before a byte is read.

    Raises:
        Absent: not a paper of this case or grant, or not for this actor.
        Unreadable: the bytes are not those that were issued.
        FileNotFoundError: they are gone.
    """
    row, stored = _copy(actor, of, issued_id, now=now)
    about = files.About.from_json(stored["file"])
    pdf = b"".join(files.read(row.id, about))
    if not hmac.compare_digest(hashlib.sha256(pdf).hexdigest(), about.sha256):
        raise Unreadable
    return card(row, stored), pdf


@action("paper.copy")
def _copy(
    _actor: Actor,
    of: Papers,
    issued_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> tuple[Issued, dict[str, Any]]:
    rows = Issued.of(of.office_id).filter(case_id=of.case_id, of_id=of.paper_of)
    row = rows.filter(pk=issued_id).first()
    if row is None:
        raise Absent
    _, staff = unseal.drawers(of.office_id, of.case_id)
    return row, staff.open("issued", row.id, row.about)
