"""Grants that may be one person's (似ている申請): found by keyed marks, then opened and compared.

A mark is what an application says under a key of the office's (`rules.subsidy.duplicates.marks`).
The worker makes them; a grant that has none of its newest application yet is compared, too. They
are made again wherever they lack: no backup has them.
"""

import hmac
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from madoguchi.rules.decision import Held, Reason
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.duplicates import Who, alike, marks
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import SHARED, STAFF
from madoguchi.work.subsidy.application import APPLICATION_VERBS
from madoguchi.work.subsidy.files.queries import knowable
from madoguchi.work.subsidy.history import StepCard, card, current, newest
from madoguchi.work.subsidy.models import Grant, Mark, Step

OF_CASE = Reason("grant.same_case", Held.UNKNOWN)
TELLING = (*APPLICATION_VERBS, Verb.CLAIM, Verb.AMEND)
"""The verbs whose steps say who applies."""
MOST = 100  # grants that are opened for one page, which says how many were not
A_SWEEP = 100  # grants that are marked in one; then the worker does jobs


@dataclass(frozen=True)
class Alike:
    """Another grant, and what is the same of both applicants: of the same case, that."""

    grant_id: UUID
    fiscal_year: int | None
    number: int | None
    state: str
    grounds: tuple[Reason, ...]


@dataclass(frozen=True)
class Doubles:
    """The grants that share something with one; `left`: how many are still to be compared."""

    alike: tuple[Alike, ...]
    left: int = 0


def doubles(actor: Actor, grant: Grant, steps: Sequence[StepCard], *, now: datetime) -> Doubles:
    """The grants that share something with this one; `steps`: those of it that count.

    Before all others, and the newest first, those of the same case: they are the same person's
    (前の申請). Where others have to be opened, that is an act with a line of its own.
    """
    rows, who = knowable(actor).order_by("-received_on", "id"), applicant_of(steps)
    own = rows.filter(case_id=grant.case_id).exclude(pk=grant.id)
    others = rows.exclude(case_id=grant.case_id)
    same = Mark.of(grant.office_id).filter(mark__in=_keyed(grant.office_id, marks(who)))
    sharing = Q(pk__in=same.values("grant_id"))
    waiting = [*others.filter(sharing), *others.filter(~sharing, unmarked())]
    found = _compare(actor, grant, who, waiting[:MOST], now=now) if waiting else ()
    return Doubles((*(_alike(row, (OF_CASE,)) for row in own), *found), len(waiting[MOST:]))


@action("grant.compare")
def _compare(
    _actor: Actor,
    _grant: Grant,
    who: Who,
    others: Sequence[Grant],
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> tuple[Alike, ...]:
    opened = {row_id: applicant_of(steps) for row_id, steps in _opened(others).items()}
    compared = [(row, alike(who, opened[row.id])) for row in others if row.id in opened]
    found = tuple(_alike(row, reasons) for row, reasons in compared if reasons)
    chain.tell(compared=len(compared), alike=len(found))
    return found


def _alike(row: Grant, grounds: tuple[Reason, ...]) -> Alike:
    return Alike(row.id, row.fiscal_year, row.number, row.state, grounds)


def applicant_of(steps: Sequence[StepCard]) -> Who:
    """Who applies, by the application as it is now, with the account of the claim."""
    applied, account = current(steps), newest(steps, Verb.CLAIM).get("account") or {}
    parts = ("bank_code", "branch_code", "number")
    return Who(
        kana=applied.kana,
        phone=applied.phone,
        address=applied.address,
        born_on=applied.born_on,
        account="-".join(str(account.get(part, "")) for part in parts) if account else "",
        name=applied.name,
        former_name=applied.former_name,
    )


def _opened(grants: Sequence[Grant]) -> dict[UUID, list[StepCard]]:
    """The steps of each grant that say who applies; what does not open is left out."""
    office_id = grants[0].office_id
    drawers = unseal.drawers_of(office_id, [grant.case_id for grant in grants]).drawers
    rows = Step.of(office_id).filter(grant_id__in=[grant.id for grant in grants], verb__in=TELLING)
    steps: dict[UUID, list[StepCard]] = defaultdict(list)
    for row in rows.order_by("grant_id", "number"):
        opened = drawers.get(row.case_id, {})
        if SHARED not in opened:
            continue
        found = steps[row.grant_id]
        with suppress(Tampered, Unreadable):
            found.append(card(row, opened[SHARED], opened.get(STAFF)))
    return steps


def sweep(now: datetime) -> bool:
    """Make the marks of some grants that lack them; gives back whether more are left."""
    lacking = Grant.objects.filter(unmarked()).order_by("pk")[:A_SWEEP]
    for grant in lacking:
        mark(Actor(grant.office_id, "worker"), grant, now=now)
    return len(lacking) == A_SWEEP


@action("grant.mark")
def mark(_actor: Actor, grant: Grant, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    """Make the marks of a grant whose keys are there; what does not open has its own alone."""
    office_id, case_id = grant.office_id, grant.case_id
    told = Step.of(office_id).filter(grant_id=grant.id, verb__in=TELLING).order_by("-number")
    step = told.values_list("number", flat=True).first()
    if step is None or not unseal.kept(office_id, [case_id]):  # forgotten meanwhile
        return
    who = applicant_of(_opened([grant])[grant.id])
    Mark.of(office_id).filter(grant_id=grant.id).delete()
    Mark.objects.bulk_create(
        Mark(office_id=office_id, case_id=case_id, grant_id=grant.id, step=step, mark=each)
        for each in _keyed(office_id, {*marks(who), f"grant {grant.id}"})
    )


def _keyed(office_id: UUID, found: Collection[str]) -> list[bytes]:
    key = unseal.office_drawer_key(office_id, "doubles")
    return [hmac.digest(key, each.encode(), "sha256") for each in found]


def unmarked() -> Q:
    """Of grants that the office can open: whether a step says who applies and no mark knows it."""
    made = Mark.objects.filter(grant_id=OuterRef("grant_id"), step__gte=OuterRef("number"))
    told = Step.objects.filter(~Exists(made), verb__in=TELLING)
    return Q(pk__in=told.values("grant_id")) & unseal.taken("case_id")
