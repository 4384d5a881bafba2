"""What the worker does for cases."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import forget as vault
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import public, queries
from madoguchi.work.cases.models import Case


class Lingering(Exception):
    """Old pages still lie in the database's log, because somebody reads from it: try again."""


def adopt(case_id: UUID, *, now: datetime) -> None:
    """Move a new case's keys from the letterbox to the office; without effect if that is done."""
    case = Case.objects.get(pk=case_id)
    if DrawerKey.objects.filter(case_id=case_id, by="office").exists():
        return
    worker = Actor(case.office_id, "worker")
    queries.adopt(worker, case, now=now)


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
