"""Is a telephone number known (同じ番号の記録)? Asked with a button, opened with a reason.

What is looked into is what the colleague may read anyway, newest first; the others are not there.
Nothing is linked: the same telephone may be shared, or be the wrong person's.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.telephone import same
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import SHARED
from madoguchi.work.cases.models import Case, Consultee
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import FIELDS, CaseCard
from madoguchi.work.cases.worklist.queries import visible
from madoguchi.work.record import public as record
from madoguchi.work.search.queries import AT_A_TIME, MOST_CASES

ASK, OPEN = "number.ask", "number.open"
MOST_SHOWN = 10
OPENED = "opened"  # the kind of entry that says why a record was opened by its number


def known(actor: Actor, at: AtOffice, digits: str, *, now: datetime) -> bool:
    """Whether some case that this actor may read has the number; one line, the same either way.

    Raises:
        Absent: the actor takes no calls.
    """
    found = _holders(actor, digits) if allowed(actor, ASK, at) else []
    return _settle(actor, at, found, now=now)


@action(ASK)
def _settle(_actor: Actor, _at: AtOffice, found: Sequence[UUID], *, now: datetime) -> bool:  # noqa: ARG001 - the act's form
    chain.tell(hits=len(found))
    return bool(found)


def open_known(
    actor: Actor, at: AtOffice, digits: str, why: str, *, now: datetime
) -> tuple[CaseCard, ...]:
    """The cases with the number, newest first; the reason lies in each of them from now on.

    Raises:
        Absent: the actor takes no calls.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(Ground("number.why"))
    if not allowed(actor, ASK, at):
        raise Absent
    cards = []
    for case_id in _holders(actor, digits)[:MOST_SHOWN]:
        case = Case.of(actor.office_id).get(pk=case_id)
        _open(actor, case, why, now=now)
        cards.append(CaseCard(*(getattr(case, name) for name in FIELDS)))
    return tuple(cards)


@action(OPEN)
def _open(actor: Actor, case: Case, why: str, *, now: datetime) -> UUID:
    """Write the reason into the case's staff drawer."""
    _, staff = unseal.drawers(case.office_id, case.id)
    return record.write(staff, OPENED, {"text": why}, staff_id=actor.staff_id, now=now).id


def _holders(actor: Actor, digits: str) -> list[UUID]:
    """The cases with this number. All are looked at, found or not: time tells nothing."""
    newest = visible(actor, OPEN).order_by("-touched_at", "id").values_list("id", flat=True)
    return [
        case_id
        for some in batched(newest[:MOST_CASES], AT_A_TIME)
        for case_id, numbers in _numbers(actor.office_id, some)
        if any(same(number, digits) for number in numbers)
    ]


def _numbers(office_id: UUID, ids: Sequence[UUID]) -> Iterator[tuple[UUID, list[str]]]:
    """Each of the cases with the numbers that were ever given for it."""
    opened = unseal.drawers_of(office_id, ids).drawers
    told: dict[UUID, list[str]] = {case_id: [] for case_id in ids}
    rows = Consultee.of(office_id).filter(case_id__in=ids)
    for case_id, row_id, about in rows.values_list("case_id", "id", "about"):
        drawer = opened.get(case_id, {}).get(SHARED)
        if drawer is None:
            continue
        try:
            said: dict[str, Any] = drawer.open("consultee", row_id, about)
        except (Tampered, Unreadable):
            continue
        told[case_id].append(str(said.get("phone_digits", "")))
    yield from told.items()
