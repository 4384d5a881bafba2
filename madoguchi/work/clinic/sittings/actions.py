"""What a lawyer says of somebody whom they meet: no conflict, that they cannot, what came of it."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Ground, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.bookings.dues import DECLINED
from madoguchi.work.clinic.bookings.public import Seen
from madoguchi.work.clinic.outcomes import actions as outcomes
from madoguchi.work.clinic.outcomes.actions import Said
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.seats import Met


@action(queries.CLEAR)
def _clear(actor: Actor, who: Met, shown: str, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    found = queries.named(who, *unseal.drawers(who.office_id, who.case_id))
    if shown != queries.checked_key(actor, who, found):
        raise Refused(Ground("clinic.names_changed"))
    return who.booking_id


def clear(actor: Actor, who: Met, shown: str, *, now: datetime) -> UUID:
    """There is no conflict of interest with the names that were shown (a key): the brief is next.

    Raises:
        Refused: they are others by now.
    """
    return _clear(actor, who, shown, now=now, once=shown)


def decline(actor: Actor, who: Met, *, now: datetime) -> UUID:
    """The lawyer cannot meet this person (担当の都合): for them the case is not there any more.

    No reason is asked and none is kept: a conflict of interest would tell of another client. The
    desk looks at it today.
    """
    return _decline(actor, who, now=now, once=queries.declined_key(actor, who.booking_id))


@action(queries.DECLINE)
def _decline(actor: Actor, who: Met, *, now: datetime) -> UUID:
    case = Case.of(who.office_id).select_for_update().get(pk=who.case_id)
    cases.hold(case)
    Access.objects.get_or_create(
        office_id=who.office_id,
        case_id=who.case_id,
        staff_id=actor.colleague,
        kind="deny",
        defaults={"at": now},
    )
    dues.add(case, DECLINED, now.date(), "today")
    dues.show(case, DECLINED, now)
    return case.id


@action("clinic.outcome")
def outcome(actor: Actor, who: Met, seen: Seen, said: Said, *, now: datetime) -> UUID:
    """The lawyer writes down what came of it, as the desk does from their sheet (相談の結果).

    Raises:
        Refused: the names were not looked through, or as `outcomes.actions.write` says.
    """
    queries.require_checked(actor, who, *unseal.drawers(who.office_id, who.case_id))
    case = Case.of(who.office_id).select_for_update().get(pk=who.case_id)
    return outcomes.settle(actor, case, seen, said, now)
