"""What the worker does for cases."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from madoguchi.rules.opening import day_spans
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import forget as vault
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.tools.vault.seal import SHARED
from madoguchi.work.cases import contact, dues, public, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.notices import public as notices


class Lingering(Exception):
    """Old pages still lie in the database's log, because somebody reads from it: try again."""


def adopt(case_id: UUID, *, now: datetime) -> None:
    """Move a new case's keys from the letterbox to the office; without effect if that is done."""
    case = Case.objects.get(pk=case_id)
    if DrawerKey.objects.filter(case_id=case_id, by="office").exists():
        return
    worker = Actor(case.office_id, "worker")
    with suppress(Unreadable):  # nobody's letter, at every try: its page and `verify` say so
        queries.adopt(worker, case, now=now)


def adopt_wishes(now: datetime) -> int:
    """Open the wishes that came since, some at once, and let lists follow them; how many cases."""
    with transaction():
        found = contact.unadopted()
        for office_id, own in groupby(found, key=attrgetter("office_id")):
            _adopt_wishes(Actor(office_id, "worker"), public.AtOffice(office_id), [*own], now=now)
    return len(found)


@action("wish.adopt")
def _adopt_wishes(
    _actor: Actor,
    at: public.AtOffice,
    found: Sequence[Case],
    *,
    now: datetime,
) -> None:
    drawers = unseal.drawers_of(at.office_id, [case.id for case in found]).drawers
    for case in found:
        contact.adopt(case, contact.newest(case, drawers.get(case.id, {}).get(SHARED)), now)
    chain.tell(cases=len(found))


def forget(case_id: UUID, *, now: datetime) -> None:
    """Destroy every key of a case (廃棄); if that is done already, only the log is truncated.

    The key rows decide whether it is done, not the audit line: that may have been planted.

    Raises:
        Lingering: the keys are gone; only the log could not be truncated yet.
    """
    case = Case.objects.get(pk=case_id)
    doomed: list[UUID] = []
    written = case_id in chain.cases_with(case.office_id, "case.forget")
    if vault.remains(case_id) or not written:
        doomed = destroy(Actor(case.office_id, "worker"), case, now=now)
    if not vault.settle(doomed):
        raise Lingering


def recheck(office_id: UUID, *, now: datetime) -> None:
    """Have the desk look today at each promise for a day on which nobody is at the desk any more.

    Enqueued when a day's hours change, and when such a promise ends or moves: where none is left
    the look ends.
    """
    changes = notices.changes(office_id)
    desk = notices.in_force(by_id(office_id), now.date()).desk
    waiting = Due.of(office_id).filter(done_at__isnull=True, on__gte=now.date())
    days = dues.promised(waiting).order_by("on").values_list("on", flat=True).distinct()
    closed = [on for on in days if not day_spans(desk, desk.hours, on, changes)]
    lost = set(dues.promised(waiting).filter(on__in=closed).values_list("case_id", flat=True))
    looks = Due.of(office_id).filter(done_at__isnull=True, kind=dues.STRANDED)
    known = set(looks.values_list("case_id", flat=True))
    for case in Case.of(office_id).filter(pk__in=lost ^ known).order_by("id"):
        _stranded(Actor(office_id, "worker"), case, ended=case.pk not in lost, now=now)


@action("promise.stranded")
def _stranded(_actor: Actor, case: Case, *, ended: bool, now: datetime) -> None:
    if ended:
        dues.waiting(case).filter(kind=dues.STRANDED).update(done_at=now)
        dues.show(case, dues.UNPLANNED, now)
    elif not dues.waiting(case).filter(kind=dues.STRANDED).exists():
        public.desks_turn(case, now.date(), dues.STRANDED, now, how="today")


def tell_desk(case_id: UUID, *, now: datetime) -> None:
    """Have the desk look at a case today, because a mail to the person was withheld."""
    case = Case.objects.get(pk=case_id)
    _untold(Actor(case.office_id, "worker"), case, now=now)


@action("case.untold")
def _untold(_actor: Actor, case: Case, *, now: datetime) -> None:
    public.desks_turn(case, now.date(), "untold", now, how="today")


@action("case.forget")
def destroy(_actor: Actor, case: Case, *, now: datetime) -> list[UUID]:  # noqa: ARG001 - the act's form
    """Destroy a case's keys; returns the files to unlink once that is committed."""
    return vault.destroy_keys(case.id)


@action("loose.forget")
def let_go(_actor: Actor, thing: public.Thing, *, now: datetime) -> list[UUID]:  # noqa: ARG001 - the act's form
    """Destroy the key of a thing without a case; returns the files to unlink after the commit.

    Its row may be deleted in the same act; call `tools.vault.forget.settle` after the commit.
    """
    return vault.destroy_keys(thing.case_id)
