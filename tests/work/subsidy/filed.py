"""Grants of a fiscal year as they were filed, made in bulk, and colleagues who look at them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from madoguchi.ops.town import bulk
from madoguchi.ops.town.bulk import APPLIED, ENDS, grants
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.history import NewStep
from madoguchi.work.subsidy.history import write as write_step
from madoguchi.work.subsidy.models import Grant, Step
from tests import looking

YEAR = 2026


def filed(
    office: OfficeCard,
    count: int,
    now: datetime,
    applied: Applied = APPLIED,
    ends: Sequence[State] = ENDS,
) -> list[Grant]:
    """That many grants of the fiscal year 2026, in the order of their numbers."""
    bulk.cases(office, count, now, [])
    officer = Actor(office.id, "subsidy_officer", uuid4())
    grants(officer, YEAR, now, applied=applied, ends=ends)
    return list(Grant.of(office.id).order_by("number"))


def somebody(office: OfficeCard, role: str = "subsidy_officer") -> Actor:
    """A colleague of a role."""
    return Actor(office.id, role, uuid4())


def deny(actor: Actor, grant: Grant, now: datetime) -> None:
    """Put the actor on the deny list of the grant's case."""
    Access.objects.create(
        office_id=grant.office_id,
        case_id=grant.case_id,
        staff_id=actor.colleague,
        kind="deny",
        at=now,
    )


def level(grant: Grant, name: str) -> None:
    """Set the level of the grant's case."""
    Case.of(grant.office_id).filter(pk=grant.case_id).update(level=name)


def step(
    grant: Grant, verb: Verb, told: dict[str, Any], now: datetime, drawer: str = "staff"
) -> Step:
    """One more step of a grant, as an act writes it."""
    shared, staff = looking.drawers(grant.office_id, grant.case_id)
    new = NewStep(verb, now.date(), shared if drawer == "shared" else staff, told)
    with transaction(), chain.seals() as sealed:
        made = write_step(grant, new, now=now)
        actor = Actor(grant.office_id, "subsidy_officer", uuid4())
        chain.append(actor, f"grant.{verb}", grant.case_id, outcome="done", now=now, sealed=sealed)
    return made
