"""The desk's doors (電話・窓口・メール・手紙): a case opened by who takes it in.

What the person told has the fields of `intake.public`: `about` of themselves, the story's in the
contact's `told`.
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
from madoguchi.work.cases import public, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import actions as record

type Held = tuple[tuple[UUID, files.About], ...]


@dataclass(frozen=True)
class TakenIn:
    """What came in, as the officer wrote it down.

    `contact`: the first entry of the case, its outcome included; `held`: files that are stored
    already, each with what is known of it; `note`: an entry of the desk's own beside it.
    """

    channel: str
    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: public.Wishes
    contact: record.Contact = field(repr=False)
    held: Held = field(default=(), repr=False)
    note: str = field(default="", repr=False)


def prepare(actor: Actor) -> receipt.Prepared:
    """A receipt for `take_in`; for who calls that inside an act of their own. Slow on purpose.

    Raises:
        Busy: the lane stayed full.
    """
    with RECEIPTS.place(str(actor.staff_id)):
        return receipt.prepare(receipt.new_secret())


def take_in(
    actor: Actor,
    at: public.AtOffice,
    office: OfficeCard,
    new: TakenIn,
    *,
    now: datetime,
    idempotency_key: str,
    prepared: receipt.Prepared | None = None,
) -> UUID:
    """Open a case for who rang, came or wrote, and assign it to who took it in; the case's id.

    Its receipt waits half an hour for the same colleague: `show_receipt`, then `hand_receipt`.

    Raises:
        Busy: the lane stayed full; nothing was filed.
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
    new: TakenIn,
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
    entry_id = record.log(actor, case, new.contact, now=now)
    if new.note:
        record.note(actor, case, new.note, now=now)
    if new.held:
        _attach(actor, case, entry_id, new.held, now=now)
    if new.wishes.mail:
        outbox.queue(office.id, case.id, "received", now=now)
    told = {"number": prepared.number, "secret": prepared.secret}
    visit.remember(_waiting(actor, case), "done", told, now)
    return case.id


@action("intake.attach")
def _attach(_actor: Actor, case: Case, entry_id: UUID, held: Held, *, now: datetime) -> UUID:
    """The files that came with the first contact lie with the case from now on."""
    shared, _ = unseal.drawers(case.office_id, case.id)
    evidence.file(shared, entry_id, held, now)
    files.hand_over([file_id for file_id, _ in held], case.id)
    return entry_id


@action("receipt.show")
def show_receipt(actor: Actor, case: Case, *, now: datetime) -> dict[str, Any] | None:
    """Number and secret of the receipt, to be read aloud; None once that was done, or too late."""
    return visit.recall(_waiting(actor, case), "done", now)


@action("receipt.print")
def print_receipt(actor: Actor, case: Case, *, now: datetime) -> dict[str, Any] | None:
    """The same for the card that the person takes home (受付票), which is kept nowhere."""
    return visit.recall(_waiting(actor, case), "done", now)


@action("receipt.hand")
def hand_receipt(actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """The receipt was read aloud or printed: no page shows it any more."""
    visit.drop(_waiting(actor, case), "done")
    return case.id


def _waiting(actor: Actor, case: Case) -> visit.Holder:
    """Where a new case's receipt waits for who took the case in, and for nobody else."""
    return unseal.desk_holder(case.office_id, actor.colleague).apart(case.id)
