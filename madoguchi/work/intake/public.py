"""The web door (受付): ask for help, add to a case. Prepare outside, act inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.tools.act.action import action, done_before
from madoguchi.tools.mail import outbox
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.lane import RECEIPTS
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import public as record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.office.public import OfficeCard
    from madoguchi.tools.vault.files import About
    from madoguchi.tools.vault.upload import SealedUpload

MOST_FILES = 10
MOST_BYTES = 200 * 1024 * 1024
MOST_BYTES_A_DAY = 2 * 1024**3
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Request:
    """What the person asks for, as the web form understood it."""

    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: cases.Wishes
    story: Mapping[str, Any] = field(repr=False)
    first_due_on: date


def ask(
    who: visit.Holder,
    office: OfficeCard,
    request: Request,
    network: str,
    *,
    now: datetime,
) -> bool:
    """File the request once; True when it is filed, False when there was nothing to file.

    Whatever repeats it (double click, Back, second tab) finds the same receipt in the visit.

    Raises:
        Busy: the lane stayed full; nothing was filed, the draft stays.
    """
    draft = visit.recall(who, "draft", now)
    if draft is None:
        return False
    once = who.bind(draft["token"])
    actor = cases.consultee(office.id)
    if done_before(actor, "intake.ask", once):
        return True
    with RECEIPTS.place(network):
        if done_before(actor, "intake.ask", once):
            return True
        secret = receipt.derive_secret(who.key, bytes.fromhex(draft["salt"]))
        prepared = receipt.prepare(secret)
        _ask(actor, cases.AtOffice(office.id), office, who, request, prepared, now=now, once=once)
    return True


@action("intake.ask")
def _ask(
    actor: Actor,
    at: cases.AtOffice,
    office: OfficeCard,
    who: visit.Holder,
    request: Request,
    prepared: receipt.Prepared,
    *,
    now: datetime,
) -> UUID:
    new = cases.NewCase(
        channel="web",
        urgent=request.urgent,
        about=request.about,
        wishes=request.wishes,
        receipt=prepared,
        first_due_on=request.first_due_on,
    )
    held = cases.Holding(cases.open(actor, at, office, new, now=now))
    _first_words(actor, held, who, request, now=now)
    done = {"number": prepared.number, "secret": prepared.secret}
    visit.remember(who, "done", done, now)
    if request.wishes.mail:
        outbox.queue(office.id, held.case_id, "received", now=now)
    return held.case_id


@action("message.add")
def _first_words(
    _actor: Actor, held: cases.Holding, who: visit.Holder, request: Request, *, now: datetime
) -> None:
    _file(held, request.story, visit.held_files(who), now)
    visit.hand_over(who, held.case_id)
    visit.drop(who, "draft")


def _file(
    held: cases.Holding,
    words: Mapping[str, Any],
    received: Iterable[tuple[UUID, About]],
    now: datetime,
) -> UUID:
    entry = record.write(held.drawer, "received", dict(words), staff_id=None, now=now)
    evidence.file(held.drawer, entry.id, received, now)
    return entry.id


@action("message.add")
def add(
    _actor: Actor,
    held: cases.Holding,
    words: Mapping[str, Any],
    uploads: Sequence[SealedUpload],
    due_on: date,
    *,
    now: datetime,
) -> UUID:
    """Add a message with files to the case; the entry's id."""
    received = [(upload.file_id, upload.about) for upload in uploads]
    entry_id = _file(held, words, received, now)
    visit.file_directly(held.office_id, held.case_id, uploads, now)
    cases.touch(held, due_on, "answer", now)
    return entry_id
