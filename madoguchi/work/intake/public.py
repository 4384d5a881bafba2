"""The web door (受付): keep a draft, ask for help, add to a case. Prepare outside, act inside.

What a request says, by field (a field that was not answered is missing or empty):
`about`: danger, who, name, kana, phone, phone_digits, email, age, age_band, residence, town,
officer, language, support (a list); `story`: place (a list), urls, when, kinds (a list), text, how,
visit_when. Codes stand for answers that were chosen; their words are `consult.<field>.<code>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from madoguchi.tools.act.action import action, done_before
from madoguchi.tools.mail import outbox
from madoguchi.tools.vault import files, receipt, visit
from madoguchi.tools.vault.lane import RECEIPTS
from madoguchi.tools.write import in_turn, write
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import public as record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.office.public import OfficeCard
    from madoguchi.tools.vault.upload import SealedUpload

MOST_FILES = 10
MOST_BYTES = 200 * 1024 * 1024
MOST_BYTES_A_DAY = 2 * 1024**3


@dataclass(frozen=True)
class Kept:
    """A draft after saving, and why some of the files sent with it were not kept (codes)."""

    draft: dict[str, Any] = field(repr=False)
    unkept: tuple[str, ...] = ()


def keep(
    who: visit.Holder,
    change: Callable[[dict[str, Any]], None],
    uploads: Sequence[SealedUpload],
    now: datetime,
    *,
    before: Sequence[int] = (),
) -> Kept:
    """Save what was typed, and of the files those for which there is room, in one transaction.

    `before`: the lengths of the files that the case has already. Codes: `files_empty`,
    `files_many`, `files_large`, `files_day`.
    """
    with write():
        in_turn(who.lookup)
        lengths = [*before, *(about.length for _, about in visit.held_files(who))]
        day_bytes = files.stored_since(who.office_id, now - timedelta(days=1)) if uploads else 0
        taken: list[SealedUpload] = []
        unkept: list[str] = []
        for upload in uploads:
            code = _no_room(upload.about.length, lengths, day_bytes)
            if code:
                unkept.append(code)
                continue
            taken.append(upload)
            lengths.append(upload.about.length)
            day_bytes += upload.stored_bytes
        draft = visit.hold(who, change, now, taken)
    return Kept(draft, tuple(unkept))


def _no_room(length: int, lengths: Sequence[int], day_bytes: int) -> str | None:
    if length == 0:
        return "files_empty"
    if len(lengths) >= MOST_FILES:
        return "files_many"
    if sum(lengths) + length > MOST_BYTES:
        return "files_large"
    return "files_day" if day_bytes + length > MOST_BYTES_A_DAY else None


@dataclass(frozen=True)
class Request:
    """What the person asks for, as the web form understood it."""

    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: cases.Wishes
    story: Mapping[str, Any] = field(repr=False)
    first_due_on: date
    read_at: datetime | None = None


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
        if visit.recall(who, "draft", now) != draft:
            return done_before(actor, "intake.ask", once)  # filed by another press, or changed
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
    visit.remember(who, "done", _done(held, request, prepared, now), now)
    if request.wishes.mail:
        outbox.queue(office.id, held.case_id, "received", now=now)
    return held.case_id


def _done(
    held: cases.Holding, request: Request, prepared: receipt.Prepared, now: datetime
) -> dict[str, Any]:
    """What the receipt page shows, as long as the visit holds it."""
    return {
        "mark": held.drawer.mark,
        "number": prepared.number,
        "secret": prepared.secret,
        "urgent": request.urgent,
        "rule": request.wishes.contact_rule,
        "at": now.isoformat(),
        "read_at": (request.read_at or now).isoformat(),
    }


@action("message.add")
def _first_words(
    _actor: Actor, held: cases.Holding, who: visit.Holder, request: Request, *, now: datetime
) -> None:
    _file(held, request.story, who, now)


def _file(held: cases.Holding, words: Mapping[str, Any], who: visit.Holder, now: datetime) -> UUID:
    """An entry with the visit's files; nothing of them stays in the visit."""
    in_turn(who.lookup)
    entry = record.write(held.drawer, "received", dict(words), staff_id=None, now=now)
    evidence.file(held.drawer, entry.id, visit.held_files(who), now)
    visit.hand_over(who, held.case_id)
    visit.drop(who, "draft")
    return entry.id


@action("message.add")
def add(
    _actor: Actor,
    held: cases.Holding,
    words: Mapping[str, Any],
    who: visit.Holder,
    due_on: date,
    *,
    now: datetime,
) -> UUID:
    """Add a message with the files that the visitor holds to the case; the entry's id."""
    entry_id = _file(held, words, who, now)
    cases.touch(held, due_on, "answer", now)
    return entry_id


def added(actor: Actor, once: str) -> bool:
    """Whether a message was added under this key already."""
    return done_before(actor, "message.add", once)
