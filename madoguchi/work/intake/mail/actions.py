"""What is done with a mail: received once, made a case, added to one or taken out, set aside."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules import limits
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action, allowed, earlier_result
from madoguchi.tools.audit import opening
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.incoming import Incoming
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, unseal, upload
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.receipt import Prepared
from madoguchi.tools.vault.seal import STAFF
from madoguchi.work.cases import danger, public
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Thing
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.mail.models import ADDED, ASIDE, FORGOTTEN, TAKEN, WAITING, Mail
from madoguchi.work.record import actions as entries
from madoguchi.work.record import public as record

type Held = tuple[UUID, files.About]

NO_HASH = "0" * 64
NOTHING_LEFT = files.About(name="", kind="", length=0, sha256=NO_HASH, segments=0, key=NO_HASH)
MOST_WORDS = 100_000  # characters of a mail; only the raw file has the rest of a longer one


def hand_in(actor: Actor, sent: upload.SealedUpload, *, now: datetime) -> UUID:
    """Receive a mail that a colleague has as a file (.eml, .msg); returns its id.

    One that was dealt with waits again, as a new one would: so it tells nobody of a case of which
    they may not know.
    """
    raw = b"".join(files.read(sent.file_id, sent.about))
    return receive(actor, raw, again=True, now=now, sealed=sent)


def receive(
    actor: Actor,
    raw: bytes,
    *,
    again: bool,
    now: datetime,
    sealed: upload.SealedUpload | None = None,
) -> UUID:
    """Store a raw mail, once for each office; returns its id, also if it was stored before.

    `again`: a colleague wants it looked at, so it waits even if it was dealt with, or sent by a
    machine. `sealed`: the same bytes, sealed already.
    """
    mark, copy = _mark(actor.office_id, raw), 0
    before = Mail.of(actor.office_id).filter(mark=mark).order_by("-copy").first()
    if before is not None:
        if not again or before.state == WAITING:
            return before.id
        copy = before.copy + 1
    message = incoming.read(raw)
    sealed = sealed or upload.seal("mail.eml", "message/rfc822", raw)
    thing = Thing(actor.office_id, uuid.uuid4())
    idempotency_key = f"{mark[:48]}/{copy}"  # as long as a key may be
    noticed = danger.means_danger(actor.office_id, now, message.subject, message.text[:MOST_WORDS])
    aside = message.automatic and not again and not noticed  # that, somebody looks at
    try:
        return _receive(
            actor,
            thing,
            mark,
            copy,
            message,
            sealed,
            aside=aside,
            noticed=noticed,
            now=now,
            idempotency_key=idempotency_key,
        )
    finally:
        sealed.close()  # goes, unless a row names it now


def _mark(office_id: UUID, raw: bytes) -> str:
    key = unseal.office_drawer_key(office_id, "mail")
    return hmac.new(key, raw, hashlib.sha256).hexdigest()


@action("mail.receive")
def _receive(
    _actor: Actor,
    thing: Thing,
    mark: str,
    copy: int,
    message: Incoming,
    sealed: upload.SealedUpload,
    *,
    aside: bool,
    noticed: bool,
    now: datetime,
) -> UUID:
    drawer = unseal.new_loose(thing.office_id, thing.case_id)
    upload.belong(sealed, thing.office_id, thing.case_id, now)
    mail = Mail(
        id=thing.case_id,
        office_id=thing.office_id,
        mark=mark,
        copy=copy,
        state=ASIDE if aside else WAITING,
        noticed=noticed,
        arrived_at=now,
        decided_at=now if aside else None,
    )
    words = {**contents(message), "raw": {"id": str(sealed.file_id), **sealed.about.to_json()}}
    mail.about = drawer.seal("mail", mail.id, words)
    mail.save(force_insert=True)
    return mail.id


@action("danger.notice")
def notice(_actor: Actor, mail: Mail, *, now: datetime) -> None:
    """Look for words that mean danger in a mail that came before mails were looked at."""
    row = Mail.of(mail.office_id).select_for_update().get(pk=mail.id)
    if row.state in (WAITING, ASIDE):
        stored = unseal.loose(row.office_id, row.id).open("mail", row.id, row.about)
        row.noticed = danger.means_danger(row.office_id, now, stored["subject"], stored["text"])
        row.save(update_fields=["noticed"])


def contents(message: Incoming) -> dict[str, Any]:
    """A mail as it is sealed; of its files only names and kinds, since the raw mail has them."""
    flags = list(message.flags)
    if len(message.text) > MOST_WORDS and "text_cut" not in flags:
        flags.append("text_cut")
    return {
        "from_address": message.from_address,
        "from_name": message.from_name,
        "to": list(message.to),
        "to_count": message.to_count,
        "subject": message.subject,
        "at": message.at.isoformat() if message.at else "",
        "text": message.text[:MOST_WORDS],
        "files": [
            {"name": file.name, "kind": file.kind, "length": len(file.content), "flags": file.flags}
            for file in message.attachments
        ],
        "spf": message.spf,
        "dkim": message.dkim,
        "dmarc": message.dmarc,
        "automatic": message.automatic,
        "flags": flags,
    }


def take(
    actor: Actor,
    mail: Mail,
    raw: Held,
    office: OfficeCard,
    new: desk.Intake,
    *,
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Open a case for who wrote, with the raw mail and its files; returns the case's id.

    Raises:
        Busy: too many receipts are being made; nothing was filed.
        Refused: somebody else decided meanwhile.
    """
    earlier = earlier_result(actor, "mail.take", idempotency_key)
    if earlier is not None:
        return earlier
    with _unpacked(raw) as sealed:
        prepared = desk.prepare(actor)
        return _take(
            actor,
            mail,
            office,
            new,
            raw,
            sealed,
            prepared,
            now=now,
            idempotency_key=idempotency_key,
        )


@action("mail.take")
def _take(
    actor: Actor,
    mail: Mail,
    office: OfficeCard,
    new: desk.Intake,
    raw: Held,
    sealed: Sequence[upload.SealedUpload],
    prepared: Prepared,
    *,
    now: datetime,
) -> UUID:
    _hold(mail)
    held = _held(mail, raw, sealed, now)
    at, idempotency_key = AtOffice(mail.office_id), str(mail.id)
    filled = replace(new, held=held)
    case_id = desk.take_in(
        actor, at, office, filled, now=now, idempotency_key=idempotency_key, prepared=prepared
    )
    danger.hear(Case.of(mail.office_id).get(pk=case_id), filled.contact.text, now)
    _file(actor, mail, TAKEN, case_id, now)
    return case_id


def add(
    actor: Actor,
    mail: Mail,
    raw: Held,
    case: Case,
    text: str,
    due_on: date,
    *,
    by_person: bool,
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Add the mail to a case that somebody chose.

    It goes into the staff drawer: who wrote it is not proven, and the person's page shows nothing.
    `by_person`: the officer takes it for the person's own; then it is answered by the day `due_on`.
    Anybody else's is a note of the desk: it promises nothing and leaves a closed case closed.

    Raises:
        Absent: the case is not there, or not for this actor; the mail waits on.
        Refused: somebody else decided meanwhile.
    """
    earlier = earlier_result(actor, "mail.add", idempotency_key)
    if earlier is not None:
        return earlier
    with _unpacked(raw) as sealed:
        return _add(
            actor,
            mail,
            case,
            text,
            due_on,
            raw,
            sealed,
            by_person=by_person,
            now=now,
            idempotency_key=idempotency_key,
        )


@action("mail.add")
def _add(
    actor: Actor,
    mail: Mail,
    case: Case,
    text: str,
    due_on: date,
    raw: Held,
    sealed: Sequence[upload.SealedUpload],
    *,
    by_person: bool,
    now: datetime,
) -> UUID:
    _hold(mail)
    held = _held(mail, raw, sealed, now)
    _enclose(actor, case, text, held, due_on, by_person=by_person, now=now)
    _file(actor, mail, ADDED, case.id, now)
    return case.id


@action("case.enclose")
def _enclose(
    actor: Actor,
    case: Case,
    text: str,
    held: Sequence[Held],
    due_on: date,
    *,
    by_person: bool,
    now: datetime,
) -> UUID:
    _, staff = unseal.drawers(case.office_id, case.id)
    words: dict[str, Any] = {"text": text}
    if by_person:
        words = {"way": "mail", "direction": "in", **words, "minutes": 0}
        words["answer_due"] = str(public.desks_turn(case, due_on, "answer", now))
    kind = "received" if by_person else "note"
    entry = record.write(staff, kind, words, staff_id=actor.staff_id, now=now)
    evidence.file(staff, entry.id, held, now)
    files.hand_over([file_id for file_id, _ in held], case.id)
    if by_person or case.state != State.CLOSED:
        danger.hear(case, text, now)
    return entry.id


def take_out(
    actor: Actor, case: Case, entry_id: UUID, why: str, *, now: datetime, idempotency_key: str
) -> UUID:
    """Take a mail of somebody else out of the case to which it was added; returns the mail's id.

    It waits again as it came, under keys of its own. In the case a line stays: who, when, why. The
    mail's words and files, the answer that it asked for and the mark of its danger end there. The
    case stays open, for a look today where it has no other day.

    Raises:
        Refused: the entry is no mail or was taken out before, an answer was sent since, its file is
            gone, or no reason is given.
    """
    earlier = earlier_result(actor, "case.take_out", idempotency_key)
    if earlier is not None:
        return earlier
    if not allowed(actor, "case.take_out", case):
        raise Absent
    with opening.ahead("case.take_out"):
        raw = _enclosed(case, entry_id)
        message = incoming.read(raw)
        with closing(upload.seal("mail.eml", "message/rfc822", raw)) as sealed:
            return _take_out(
                actor,
                case,
                entry_id,
                why,
                _mark(case.office_id, raw),
                message,
                sealed,
                now=now,
                idempotency_key=idempotency_key,
            )


def _enclosed(case: Case, entry_id: UUID) -> bytes:
    """The raw mail of an entry: the first of its files."""
    rows = Item.of(case.office_id).filter(case_id=case.id, entry_id=entry_id, locked=False)
    item = rows.filter(drawer=STAFF).order_by("at", "id").first()
    if item is None:
        raise Refused(Reason("mail.not_inside"))
    _, staff = unseal.drawers(case.office_id, case.id)
    about = files.About.from_json(staff.open("item", item.id, item.about))
    try:
        return b"".join(files.read(item.id, about))
    except (FileNotFoundError, Unreadable) as error:
        raise Refused(Reason("mail.file_gone")) from error


@action("case.take_out")
def _take_out(
    actor: Actor,
    case: Case,
    entry_id: UUID,
    why: str,
    mark: str,
    message: Incoming,
    sealed: upload.SealedUpload,
    *,
    now: datetime,
) -> UUID:
    if not why.strip():
        raise Refused(Reason("text.empty"))
    same = Mail.of(case.office_id).select_for_update().filter(mark=mark).order_by("-copy")
    inside = same.filter(state=ADDED, became_id=case.id).first()
    if inside is None:
        raise Refused(Reason("mail.not_inside"))
    entries.take_out(actor, case, entry_id, why, now)
    _, staff = unseal.drawers(case.office_id, case.id)
    items = Item.of(case.office_id).filter(case_id=case.id, entry_id=entry_id)
    for item in items:
        item.about, item.locked = staff.seal("item", item.id, NOTHING_LEFT.to_json()), True
        item.save(update_fields=["about", "locked"])
    files.hand_over([item.id for item in items], inside.id)  # which is forgotten with them
    inside.became_id = None
    _decide(actor, inside, FORGOTTEN, now)
    enqueue("intake.mail.settle", inside.id, at=now)
    newest = same[0]
    if newest.state == WAITING:  # a colleague handed it in again meanwhile
        return newest.id
    thing = Thing(case.office_id, uuid.uuid4())
    noticed = danger.means_danger(case.office_id, now, message.subject, message.text[:MOST_WORDS])
    copy = newest.copy + 1
    _receive(actor, thing, mark, copy, message, sealed, aside=False, noticed=noticed, now=now)
    Mail.of(case.office_id).filter(pk=thing.case_id).update(arrived_at=inside.arrived_at)
    return thing.case_id


@action("mail.aside")
def lay_aside(actor: Actor, mail: Mail, *, now: datetime, why: str = "") -> UUID:
    """Set the mail aside as nothing for the desk (対象外); it is forgotten after `ASIDE_FOR`.

    Raises:
        Refused: words in it mean danger, and nobody wrote why it is nothing (`mail.danger_why`).
    """
    held = _hold(mail)
    if held.noticed and not why.strip():
        raise Refused(Reason("mail.danger_why"))
    if why.strip():
        drawer = unseal.loose(mail.office_id, mail.id)
        words = drawer.open("mail", mail.id, held.about)
        mail.about = drawer.seal("mail", mail.id, {**words, "aside": why})
    _decide(actor, mail, ASIDE, now)
    return mail.id


@action("mail.back")
def put_back(_actor: Actor, mail: Mail, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Let the mail wait again for a decision."""
    _hold(mail)
    mail.state, mail.decided_at, mail.staff_id = WAITING, None, None
    mail.save(update_fields=["state", "decided_at", "staff_id"])
    return mail.id


def _hold(mail: Mail) -> Mail:
    """Lock the mail for the act; returns the row as it is now.

    Raises:
        Refused: it was filed or forgotten since this row of it was read.
    """
    held = Mail.of(mail.office_id).select_for_update().get(pk=mail.id)
    if held.state not in (WAITING, ASIDE):
        raise Refused(Reason("mail.decided"))
    return held


def _decide(actor: Actor, mail: Mail, state: str, now: datetime) -> None:
    mail.state, mail.decided_at, mail.staff_id = state, now, actor.staff_id
    mail.save(update_fields=["state", "decided_at", "staff_id", "became_id", "about"])


def _file(actor: Actor, mail: Mail, state: str, case_id: UUID, now: datetime) -> None:
    """Destroy the mail's own drawer: all of the mail is in the case now."""
    cases.let_go(actor, Thing(mail.office_id, mail.id), now=now)
    mail.became_id, mail.about = case_id, b""
    _decide(actor, mail, state, now)


@contextmanager
def _unpacked(raw: Held) -> Iterator[tuple[upload.SealedUpload, ...]]:
    """The mail's files, each sealed on its own; at the end, those that no row names are deleted.

    Files beyond the number that a request may have stay in the raw mail alone.
    """
    message = incoming.read(b"".join(files.read(*raw)))
    with ExitStack() as held:
        yield tuple(
            held.enter_context(closing(upload.seal(file.name, file.kind, file.content)))
            for file in message.attachments[: limits.FILES_A_REQUEST - 1]
        )


def _held(
    mail: Mail, raw: Held, sealed: Sequence[upload.SealedUpload], now: datetime
) -> tuple[Held, ...]:
    """The raw mail, then its files, which belong to the mail from now on."""
    for file in sealed:
        upload.belong(file, mail.office_id, mail.id, now)
    return raw, *((file.file_id, file.about) for file in sealed)
