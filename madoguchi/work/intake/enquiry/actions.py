"""What staff do with a question about a page: answer it, end it, make it a case."""

from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard, by_id
from madoguchi.tools.vault.receipt import Prepared
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.public import AtOffice, Thing, Wishes
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.queries import answer_of, drawer_of, question_of
from madoguchi.work.notices import public as notices
from madoguchi.work.record.actions import Contact

MOST = 4_000


@action("enquiry.answer")
def answer(_actor: Actor, thing: Thing, text: str, *, now: datetime) -> UUID:
    """Send the answer to the address that was given; the days until it is forgotten begin.

    Raises:
        Refused: it has ended, it has no address, or the text is empty or too long.
    """
    row = _lock(thing)
    drawer = drawer_of(thing)
    if not question_of(row, drawer).email:
        raise Refused(Reason("enquiry.no_address"))
    if not text.strip():
        raise Refused(Reason("text.empty"))
    if len(text) > MOST:
        raise Refused(Reason("enquiry.long"))
    row.answer = drawer.seal("enquiry_answer", row.id, text)
    _end(row, "answered", now)
    enqueue("intake.enquiry.send", row.id, at=now)
    return row.id


@action("enquiry.end")
def end(_actor: Actor, thing: Thing, *, now: datetime) -> UUID:
    """End it without an answer; the days until it is forgotten begin.

    Raises:
        Refused: it has ended.
    """
    row = _lock(thing)
    _end(row, "read", now)
    return row.id


def take(
    actor: Actor,
    thing: Thing,
    office: OfficeCard,
    why: str,
    *,
    urgent: bool,
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Open a case from the question and delete it here; returns the case's id.

    Raises:
        Refused: it has ended.
        Busy: too many receipts are being made.
    """
    earlier = earlier_result(actor, "enquiry.take", idempotency_key)
    if earlier is not None:
        return earlier
    prepared = desk.prepare(actor)
    return _take(
        actor, thing, office, why, prepared, urgent=urgent, now=now, idempotency_key=idempotency_key
    )


@action("enquiry.take")
def _take(
    actor: Actor,
    thing: Thing,
    office: OfficeCard,
    why: str,
    prepared: Prepared,
    *,
    urgent: bool,
    now: datetime,
) -> UUID:
    row, drawer = _lock(thing), drawer_of(thing)
    question, undelivered = question_of(row, drawer), answer_of(row, drawer)
    note = ""
    if undelivered:  # an answer of which nobody knows whether it arrived
        words = notices.words(office, now.date())
        note = f"{words.get('desk.enquiry.state_of.undelivered').words}\n{undelivered}"
    contact = Contact(
        "received",
        "web",
        "in",
        Outcome.OTHER,
        text=question.text,
        next_on=now.date(),
        why=why,
        happened_at=row.at,
    )
    new = desk.Intake(
        channel="web",
        urgent=urgent,
        about={"email": question.email} if question.email else {},
        wishes=Wishes("mail_only" if question.email else "wait"),
        contact=contact,
        note=note,
    )
    case_id = desk.take_in(
        actor,
        AtOffice(office.id),
        office,
        new,
        now=now,
        idempotency_key=str(thing.case_id),
        prepared=prepared,
    )
    cases.let_go(actor, thing, now=now)
    row.delete()
    enqueue("intake.enquiry.settle", thing.case_id, at=now)
    return case_id


def _lock(thing: Thing) -> Enquiry:
    """The question, locked for the act.

    Raises:
        Refused: it has ended.
    """
    row = Enquiry.of(thing.office_id).select_for_update().filter(pk=thing.case_id).first()
    if row is None or row.ended:
        raise Refused(Reason("enquiry.ended"))
    return row


def _end(row: Enquiry, how: str, now: datetime) -> None:
    days = programme(by_id(row.office_id).slug).desk.enquiry_days
    row.ended, row.ended_at, row.undelivered = how, now, False
    row.forget_on = now.date() + timedelta(days=days)
    row.save()
