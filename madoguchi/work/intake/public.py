"""Requests from the web (受付): keep a draft, ask for help, add to a case.

What is slow is prepared outside the transaction. A request has these fields (one that was not
answered is missing or empty):
`about`: danger, who, name, kana, phone, phone_digits, email, age, age_band, residence, town,
officer, language, pages (the column it was sent in, where that is not `ja`), support (a list);
`story`: place (a list), urls, when, kinds (a list), text, how,
visit_when. Codes stand for answers that were chosen; their words are `consult.<field>.<code>`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.rules import limits
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.act.action import action, done_before, earlier_result
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import lock, transaction
from madoguchi.tools.vault import files, receipt, visit
from madoguchi.tools.vault.fairness import DAY, RECEIPTS, DayFull
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import public as record

type Answers = dict[str, list[str]]


@dataclass(frozen=True)
class Kept:
    """A draft after saving, and the codes of why some of the uploaded files were not kept."""

    draft: dict[str, Any] = field(repr=False)
    unkept: tuple[str, ...] = ()


def keep(
    who: visit.Holder,
    change: Callable[[dict[str, Any]], None],
    uploads: Sequence[SealedUpload],
    network: str,
    now: datetime,
    *,
    before: Sequence[int] | None = None,
) -> Kept:
    """Save the answers, and the files for which there is room, in one transaction.

    The result has all answers; the stored draft only as much of them as a draft may hold.
    `before`: the lengths of the files that the case has already; None where no case is open, and
    only there a new draft counts against the network's day. Codes: `files_empty`, `files_many`,
    `files_case`, `files_large`, `files_day`.

    Raises:
        DayFull: such a new draft, and the network has begun its number today; nothing was kept.
    """
    typed: Answers = {}

    def fitting(draft: dict[str, Any]) -> None:
        change(draft)
        typed.update(draft["answers"])
        draft["answers"] = fitted(typed)

    with transaction():
        lock(who.lookup)
        held = [about.length for _, about in visit.held_files(who)]
        taken, unkept = _room(who, uploads, network, now, held, before or ())
        counted = network if before is None else None
        draft = visit.hold(who, fitting, now, taken, network=counted)
    return Kept({**draft, "answers": typed}, tuple(unkept))


def fitted(typed: Answers) -> Answers:
    """The answers as a draft keeps them: cut where they are longer than a draft may be."""
    if sum(len(word) for words in typed.values() for word in words) <= limits.WORDS_A_DRAFT:
        return dict(typed)
    left, kept = limits.WORDS_A_DRAFT, dict[str, list[str]]()
    for name, words in typed.items():
        kept[name] = []
        for word in words:
            kept[name].append(word[: min(left, limits.WORDS_A_FIELD)])
            left -= len(kept[name][-1])
    return kept


def _room(
    who: visit.Holder,
    uploads: Sequence[SealedUpload],
    network: str,
    now: datetime,
    held: list[int],
    before: Sequence[int],
) -> tuple[list[SealedUpload], list[str]]:
    """The files for which there is room, and the codes of why there is none for the others."""
    taken: list[SealedUpload] = []
    unkept = [code] if (code := _over(held, before)) else []
    if not uploads:
        return taken, unkept
    lock(f"day/{who.office_id}")
    day_bytes = files.stored_since(who.office_id, now - timedelta(days=1))
    for upload in uploads:
        lengths = [*held, upload.about.length]
        code = "files_empty" if upload.about.length == 0 else _over(lengths, before)
        if code is None and not DAY.bring(
            who.office_id, network, upload.stored_bytes, day_bytes, now
        ):
            code = "files_day"
        if code:
            unkept.append(code)
            continue
        taken.append(upload)
        held = lengths
        day_bytes += upload.stored_bytes
    return taken, unkept


def _over(lengths: Sequence[int], before: Sequence[int]) -> str | None:
    """Why a request, or the case with the files it has, cannot hold files of these lengths."""
    if not lengths:
        return None
    if len(lengths) > limits.FILES_A_REQUEST:
        return "files_many"
    if len(lengths) + len(before) > limits.FILES_A_CASE:
        return "files_case"
    return "files_large" if sum(lengths) + sum(before) > limits.BYTES_A_CASE else None


@dataclass(frozen=True)
class Request:
    """What the person asks for, as the form was read; `answers`: as they were typed.

    `lines`: who answers first for each danger in it, agencies by file name; `unvoiced`: whether
    they cannot speak or hear. Both are for the receipt. `mail_unasked`: they chose mail as the way
    and left open whether one may come: it tells of an answer, and not at once of the request.
    """

    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: cases.Wishes
    story: Mapping[str, Any] = field(repr=False)
    first_due_on: date
    read_at: datetime | None = None
    answers: Answers = field(default_factory=dict, repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    unvoiced: bool = field(default=False, repr=False)
    mail_unasked: bool = False


@dataclass(frozen=True)
class Attached:
    """What else is done in the transaction that opens a case; if `then` refuses, nothing is filed.

    `turn`: the lock it needs, taken before anything is written; `first_due`: the kind of the case's
    first due.
    """

    then: Callable[[cases.Holding], object]
    turn: str
    first_due: str = "first_answer"


def ask(
    who: visit.Holder,
    office: OfficeCard,
    request: Request,
    network: str,
    also: Attached | None = None,
    *,
    now: datetime,
) -> bool:
    """File the request once; True if it is filed, False if there was no draft to file.

    Whatever repeats it (double click, Back, second tab) finds the same receipt in the visit.

    Raises:
        Busy: too many receipts are being made; nothing was filed, the draft stays.
    """
    draft = visit.recall(who, "draft", now)
    if draft is None:
        return False
    idempotency_key = who.bind(draft["token"])
    actor = cases.consultee(office.id)
    if done_before(actor, "intake.ask", idempotency_key):
        return True
    with RECEIPTS.place(network):
        if done_before(actor, "intake.ask", idempotency_key):
            return True
        secret = receipt.derive_secret(who.key, bytes.fromhex(draft["salt"]))
        prepared = receipt.prepare(secret)
        if visit.recall(who, "draft", now) != draft:
            # It was filed by another press, or changed.
            return done_before(actor, "intake.ask", idempotency_key)
        at = cases.AtOffice(office.id)
        _ask(
            actor,
            at,
            office,
            who,
            request,
            prepared,
            also,
            now=now,
            idempotency_key=idempotency_key,
        )
    return True


@action("intake.ask")
def _ask(
    actor: Actor,
    at: cases.AtOffice,
    office: OfficeCard,
    who: visit.Holder,
    request: Request,
    prepared: receipt.Prepared,
    also: Attached | None,
    *,
    now: datetime,
) -> UUID:
    if also:
        lock(also.turn)
    new = cases.NewCase(
        channel="web",
        urgent=request.urgent,
        about=request.about,
        wishes=request.wishes,
        receipt=prepared,
        first_due_on=request.first_due_on,
        first_due=also.first_due if also else "first_answer",
    )
    held = cases.Holding(cases.open(actor, at, office, new, now=now))
    _first_words(actor, held, who, request, now=now)
    if also:
        also.then(held)
    done = {  # what the receipt page shows, as long as the visit holds it
        "mark": held.drawer.mark,
        "number": prepared.number,
        "secret": prepared.secret,
        "urgent": request.urgent,
        "lines": request.lines,
        "unvoiced": request.unvoiced,
        "rule": request.wishes.effective_rule,
        "at": now.isoformat(),
        "read_at": (request.read_at or now).isoformat(),
    }
    visit.remember(who, "done", {**done, **_said(who, held, request.answers)}, now)
    if request.wishes.mail and not request.mail_unasked:
        outbox.queue(office.id, held.case_id, "received", now=now)
    return held.case_id


def _said(who: visit.Holder, held: cases.Holding, answers: Answers) -> dict[str, Any]:
    """Marks of the answers and files that were filed, by which `unsaid` recognises them."""
    return {
        "answers": marks(who, answers),
        "files": [_mark(who, [card.name, card.sha256]) for card in evidence.cards(held.drawer)],
    }


def marks(who: visit.Holder, answers: Answers) -> dict[str, str]:
    """Marks of the answers by field; `unsaid` finds them in `done` under `answers`."""
    return {name: mark for name, values in answers.items() if (mark := _mark(who, values))}


def _mark(who: visit.Holder, values: Sequence[str]) -> str:
    """A mark of an answer that only this visit's cookie can make; empty for an empty answer."""
    words = [word.replace("\r\n", "\n") for word in values if word.strip()]
    return who.bind(f"said/{json.dumps(words)}") if words else ""


def not_yet_filed(
    who: visit.Holder, typed: Answers, uploads: Sequence[SealedUpload], now: datetime
) -> tuple[Answers, list[SealedUpload]]:
    """The answers and files that a form sent after the filing changes or adds to what was filed."""
    done = visit.recall(who, "done", now) or {}
    answers, filed = done.get("answers", {}), done.get("files", [])
    return (
        {
            name: values
            for name, values in typed.items()
            if _mark(who, values) != answers.get(name, "")
        },
        [
            upload
            for upload in uploads
            if _mark(who, [upload.about.name, upload.about.sha256]) not in filed
        ],
    )


@action("message.add")
def _first_words(
    _actor: Actor, held: cases.Holding, who: visit.Holder, request: Request, *, now: datetime
) -> None:
    _file(held, request.story, who, now)


def _file(held: cases.Holding, words: Mapping[str, Any], who: visit.Holder, now: datetime) -> UUID:
    """Write an entry with the visit's files, and remove draft and files from the visit."""
    lock(who.lookup)
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
    cases.desks_turn(held, due_on, "answer", now)
    enqueue("record.notice", entry_id, at=now)
    return entry_id


def added(actor: Actor, idempotency_key: str) -> UUID | None:
    """The entry that was added under this key already, if one was."""
    return earlier_result(actor, "message.add", idempotency_key)


ASKED = "clinic_asked"


def ask_with_booking(
    who: visit.Holder,
    office: OfficeCard,
    request: Request,
    wanted: clinics.Wanted,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    network: str,
    *,
    now: datetime,
) -> bool:
    """Open the case and book the held place in one transaction; returns as `ask` does.

    `who` has the draft and holds the place. Where it is refused nothing is filed: no case, no
    place, and the draft stays.

    Raises:
        Refused: as with `clinic.public.ask`, or the network has booked as often today as it may
            (`clinic.many_today`).
        Busy: as with `ask`.
    """

    def book(held: cases.Holding) -> UUID:
        person = cases.consultee(office.id)
        return clinics.ask(person, held, who, clinic, desk, changes, wanted, None, now=now)

    first = ASKED if clinic.booking.online == "ask" else "first_answer"
    also = Attached(book, bookings.turn(office.id), first)
    if visit.recall(who, "draft", now) is None:
        return False
    try:
        DAY.book(office.id, network, now)
    except DayFull as full:
        raise Refused(Reason("clinic.many_today")) from full
    try:
        filed = ask(who, office, request, network, also, now=now)
    except BaseException:
        DAY.unbook(office.id, network, now)
        raise
    if not filed:
        DAY.unbook(office.id, network, now)
    return filed
