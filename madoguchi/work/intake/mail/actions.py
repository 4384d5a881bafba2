"""What is done with a mail: received once, made a case, added to a case, or set aside."""

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
from madoguchi.rules.decision import Reason, Refused
from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.incoming import Incoming
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, unseal, upload
from madoguchi.tools.vault.receipt import Prepared
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Thing
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.mail.models import ADDED, ASIDE, TAKEN, WAITING, Mail
from madoguchi.work.record import public as record

type Held = tuple[UUID, files.About]

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
    aside = message.automatic and not again
    try:
        return _receive(
            actor,
            thing,
            mark,
            copy,
            message,
            sealed,
            aside=aside,
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
        arrived_at=now,
        decided_at=now if aside else None,
    )
    words = {**contents(message), "raw": {"id": str(sealed.file_id), **sealed.about.to_json()}}
    mail.about = drawer.seal("mail", mail.id, words)
    mail.save(force_insert=True)
    return mail.id


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
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Add the mail to a case that somebody chose, with a due on the day `due_on`.

    It goes into the staff drawer: who wrote it is not proven, and the person's page shows nothing.

    Raises:
        Absent: the case is not there, or not for this actor; the mail waits on.
        Refused: somebody else decided meanwhile.
    """
    earlier = earlier_result(actor, "mail.add", idempotency_key)
    if earlier is not None:
        return earlier
    with _unpacked(raw) as sealed:
        return _add(
            actor, mail, case, text, due_on, raw, sealed, now=now, idempotency_key=idempotency_key
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
    now: datetime,
) -> UUID:
    _hold(mail)
    _enclose(actor, case, text, _held(mail, raw, sealed, now), due_on, now=now)
    _file(actor, mail, ADDED, case.id, now)
    return case.id


@action("case.enclose")
def _enclose(
    actor: Actor, case: Case, text: str, held: Sequence[Held], due_on: date, *, now: datetime
) -> UUID:
    _, staff = unseal.drawers(case.office_id, case.id)
    words = {"way": "mail", "direction": "in", "text": text, "minutes": 0}
    entry = record.write(staff, "received", words, staff_id=actor.staff_id, now=now)
    evidence.file(staff, entry.id, held, now)
    files.hand_over([file_id for file_id, _ in held], case.id)
    public.desks_turn(case, due_on, "answer", now)
    return entry.id


@action("mail.aside")
def lay_aside(actor: Actor, mail: Mail, *, now: datetime) -> UUID:
    """Set the mail aside as nothing for the desk (対象外); it is forgotten after `ASIDE_FOR`."""
    _hold(mail)
    _decide(actor, mail, ASIDE, now)
    return mail.id


@action("mail.back")
def put_back(_actor: Actor, mail: Mail, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Let the mail wait again for a decision."""
    _hold(mail)
    mail.state, mail.decided_at, mail.staff_id = WAITING, None, None
    mail.save(update_fields=["state", "decided_at", "staff_id"])
    return mail.id


def _hold(mail: Mail) -> None:
    """Lock the mail for the act.

    Raises:
        Refused: it was filed or forgotten since this row of it was read.
    """
    held = Mail.of(mail.office_id).select_for_update().get(pk=mail.id)
    if held.state not in (WAITING, ASIDE):
        raise Refused(Reason("mail.decided"))


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
