"""Taking in at the desk (電話・窓口・メール・手紙): a colleague opens a case.

What the person said has the fields of `intake.public`: `about`, and the story in the contact's
`details`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, receipt, unseal, visit
from madoguchi.tools.vault.fairness import RECEIPTS
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues, public, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import actions as record

type Held = tuple[tuple[UUID, files.About], ...]


@dataclass(frozen=True)
class Intake:
    """What came in, as the officer wrote it down.

    `contact`: the first entry of the case, its outcome included; `held`: files that are stored
    already; `note`: a second entry, for the desk alone.
    """

    channel: str
    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: public.Wishes
    contact: record.Contact = field(repr=False)
    held: Held = field(default=(), repr=False)
    note: str = field(default="", repr=False)


def prepare(actor: Actor) -> receipt.Prepared:
    """A receipt for `take_in`, for acts that call it inside. Slow on purpose (password hash).

    Raises:
        Busy: too many receipts are being made.
    """
    with RECEIPTS.place(str(actor.staff_id)):
        return receipt.prepare(receipt.new_secret())


def take_in(
    actor: Actor,
    at: public.AtOffice,
    office: OfficeCard,
    new: Intake,
    *,
    now: datetime,
    idempotency_key: str,
    prepared: receipt.Prepared | None = None,
) -> UUID:
    """Open a case for who rang, came or wrote, assigned to the actor; returns the case's id.

    Its receipt waits half an hour for the same colleague: `show_receipt`, then `hand_receipt`.

    Raises:
        Busy: too many receipts are being made; nothing was filed.
    """
    earlier = earlier_result(actor, "intake.take_in", idempotency_key)
    if earlier is not None:
        return earlier
    return _take_in(
        actor, at, office, new, prepared or prepare(actor), now=now, idempotency_key=idempotency_key
    )


@action("intake.take_in")
def _take_in(
    actor: Actor,
    at: public.AtOffice,
    office: OfficeCard,
    new: Intake,
    prepared: receipt.Prepared,
    *,
    now: datetime,
) -> UUID:
    opened = public.NewCase(
        channel=new.channel,
        urgent=new.urgent,
        about=new.about,
        wishes=new.wishes,
        receipt=prepared,
        first_due_on=now.date(),
    )
    shared = public.open(actor, at, office, opened, now=now)
    case = Case.of(office.id).get(pk=shared.case_id)
    queries.adopt(actor, case, now=now)
    cases.take(actor, case, now=now)
    dues.pass_on(case, dues.TURN, now)  # what is next, the first contact says itself
    entry_id = record.log(actor, case, new.contact, now=now)
    if new.note:
        record.note(actor, case, new.note, now=now)
    if new.held:
        _attach(actor, case, entry_id, new.held, now=now)
    if new.wishes.mail:
        outbox.queue(office.id, case.id, "received", now=now)
    numbers = {"number": prepared.number, "secret": prepared.secret}
    visit.remember(_receipt_holder(actor, case), "done", numbers, now)
    return case.id


@action("intake.attach")
def _attach(_actor: Actor, case: Case, entry_id: UUID, held: Held, *, now: datetime) -> UUID:
    """File what came with the first contact as the case's evidence."""
    shared, _ = unseal.drawers(case.office_id, case.id)
    evidence.file(shared, entry_id, held, now)
    files.hand_over([file_id for file_id, _ in held], case.id)
    return entry_id


@action("receipt.show")
def show_receipt(actor: Actor, case: Case, *, now: datetime) -> dict[str, Any] | None:
    """Number and secret of the receipt, to be read aloud; None once handed over, or too late."""
    return visit.recall(_receipt_holder(actor, case), "done", now)


@action("receipt.print")
def print_receipt(actor: Actor, case: Case, *, now: datetime) -> dict[str, Any] | None:
    """The same for the card that the person takes home (受付票), which is not kept."""
    return visit.recall(_receipt_holder(actor, case), "done", now)


@action("receipt.hand")
def hand_receipt(actor: Actor, case: Case, *, handed: bool, now: datetime) -> UUID:
    """Record whether the person has the numbers now; no page shows them any more.

    Without them an answer on their page reaches nobody: what was due there waits for the person.
    """
    visit.drop(_receipt_holder(actor, case), "done")
    cases.amend(case, {"receipt": public.HANDED if handed else public.KEPT}, now)
    if not handed:
        dues.waiting(case).filter(kind=dues.OUT_OF_REACH).update(kind=dues.NO_WAY)
    return case.id


def _receipt_holder(actor: Actor, case: Case) -> visit.Holder:
    """Where a new case's receipt is kept for who took the case in, and for nobody else."""
    return unseal.desk_holder(case.office_id, actor.colleague).apart(case.id)
