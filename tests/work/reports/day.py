"""A day at the desk to be counted: who rang, came, wrote and asked."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from madoguchi.rules.figures.tally import Sheet
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Wishes
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.record import actions as record
from madoguchi.work.record.actions import Contact
from madoguchi.work.reports import queries

NEEDS = {"houterasu": "cost"}
WAYS = {
    "phone": ("call", "phone"),
    "counter": ("interview", "counter"),
    "mail": ("received", "mail"),
}


def somebody(office: OfficeCard, role: str = "counsellor") -> Actor:
    """A colleague who has no part in any case yet."""
    return Actor(office.id, role, uuid4())


def came(
    actor: Actor,
    office: OfficeCard,
    way: str,
    now: datetime,
    outcome: str = "call_back",
    **about: Any,
) -> Case:
    """The case of somebody who was taken in by the colleague."""
    kind, by = WAYS[way]
    kinds = about.pop("kinds", [])
    contact = Contact(kind, by, "in", Outcome(outcome), "話を聞いた", details={"kinds": kinds})  # type: ignore[arg-type] # from the table above
    wishes = Wishes("phone")
    new = desk.Intake(channel=way, urgent=False, about=about, wishes=wishes, contact=contact)
    case_id = desk.take_in(
        actor, AtOffice(office.id), office, new, now=now, idempotency_key=uuid4().hex
    )
    return Case.objects.get(pk=case_id)


def again(
    actor: Actor, case: Case, kind: str, now: datetime, outcome: str = "call_back", **more: Any
) -> None:
    """One more contact with the person."""
    way = {"call": "phone", "interview": "counter", "letter": "letter"}[kind]
    contact = Contact(kind, way, "out", Outcome(outcome), "もう一度話した", **more)  # type: ignore[arg-type] # as above
    record.log(actor, Case.objects.get(pk=case.pk), contact, now=now)


def deny(actor: Actor, case: Case, colleague: Actor, now: datetime) -> None:
    """Put a colleague on the case's deny list."""
    cases.deny(actor, Case.objects.get(pk=case.pk), colleague.colleague, now=now)


def sheet(actor: Actor, month: date, now: datetime) -> Sheet:
    """The month's sheet as the colleague sees it."""
    return queries.month(actor, AtOffice(actor.office_id), month, NEEDS, now=now).sheet
