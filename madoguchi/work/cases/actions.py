"""What staff do with a case: take, plan, set its level, deny it to a colleague."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.case import LEVELS, State, Verb, after, ways_named
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import contact, dues, public, standing
from madoguchi.work.cases.models import Access, Case, Consultee, Due


def hold(case: Case) -> None:
    """Lock the case for the act, and raise its revision by one.

    Raises:
        Refused: the case was changed since this row of it was read.
    """
    held = Case.of(case.office_id).select_for_update().get(pk=case.id)
    if held.revision != case.revision:
        raise Refused(Reason("case.stale"))
    case.revision += 1
    case.urgent = held.urgent  # words that mean danger come without a new revision
    case.save(update_fields=["revision"])


def step(case: Case, verb: Verb, now: datetime) -> None:
    """Move a case to its next state, inside the act that holds it.

    Raises:
        Refused: the verb is not possible in the case's state.
    """
    was, case.state = case.state, after(State(case.state), verb)
    if State.CLOSED in (was, case.state):
        chain.tell(state=case.state)
    case.closed_at, case.closing = (now, case.closing) if case.state == State.CLOSED else (None, "")
    case.touched_at = now
    case.save(update_fields=["state", "closed_at", "closing", "touched_at"])


def plan_next(
    case: Case, due: Due, now: datetime, takes_place_of: Collection[str] = dues.LOOKS
) -> None:
    """Add the next due in place of those of these kinds, and set the day that the list shows.

    Promises and all other dues stay, whatever is planned beside them.
    """
    dues.pass_on(case, takes_place_of, now)
    due.save(force_insert=True)
    case.next_on = dues.waiting(case).order_by("on").values_list("on", flat=True).first()
    case.save(update_fields=["next_on"])


def open_again(case: Case, kind: str, now: datetime) -> None:
    """Open a closed case again, inside an act, with a due of this kind for today."""
    due = Due(office_id=case.office_id, case_id=case.id, kind=kind, on=now.date(), how="today")
    plan_next(case, due, now)
    step(case, Verb.REOPEN, now)


def plan_nothing(case: Case, now: datetime) -> None:
    """End what is open of a case that closes.

    Raises:
        Refused: the flag of danger stands, something is booked, a grant runs, a promise is open, or
            the person waits for an answer.
    """
    waiting = dues.waiting(case)
    if case.urgent:
        unread = waiting.filter(kind=dues.NOTICED).exists()
        raise Refused(Reason("danger.unread" if unread else "danger.open"))
    of_their_own = set(waiting.filter(kind__in=dues.STANDING).values_list("kind", flat=True))
    if dues.INTERVIEW in of_their_own:
        raise Refused(Reason("interview.booked"))
    if of_their_own:
        booked = of_their_own & {*dues.OF_CLINIC}
        raise Refused(Reason("clinic.booked" if booked else "grant.open"))
    if dues.promises(case).exists() or dues.awaited(case).exists():
        raise Refused(Reason("promise.open"))
    waiting.update(done_at=now)
    case.next_on = None
    case.save(update_fields=["next_on"])


type Changed = tuple[public.Wishes, public.Wishes]


def amend(case: Case, details: Mapping[str, Any], now: datetime) -> Changed | None:
    """Add to what is known of the person, inside the act; a danger makes the case urgent, and open.

    Consent to words by mail holds for one address only: with another address it ends, and
    the wishes of before and after are returned.
    """
    shared, _ = unseal.drawers(case.office_id, case.id)
    number = Consultee.of(case.office_id).filter(case_id=case.id).count() + 1
    known, wishes = public.about(shared), public.wishes(shared)
    public.write_about(shared, number, {**known, **details}, now)
    changed = None
    if wishes.words and details.get("email", known.get("email")) != known.get("email"):
        changed = wishes, replace(wishes, words=False, said="")
        contact.write(case, shared, changed[1], now)
        case.revision += 1  # a page that still shows the old wishes is stale
        case.save(update_fields=["revision"])
    if details.get("danger") == "yes":
        case.urgent = True
        case.save(update_fields=["urgent"])
        if case.state == State.CLOSED:
            open_again(case, dues.LOOK, now)
    return changed


@action("case.take")
def take(actor: Actor, case: Case, *, now: datetime) -> UUID:
    """Become the case's counsellor, in place of whoever was."""
    hold(case)
    step(case, Verb.TAKE, now)
    assigned = Access.objects.filter(case_id=case.id, kind="assigned")
    assigned.exclude(staff_id=actor.colleague).delete()
    Access.objects.get_or_create(
        office_id=case.office_id,
        case_id=case.id,
        staff_id=actor.colleague,
        kind="assigned",
        defaults={"at": now},
    )
    case.assignee_id = actor.staff_id
    case.save(update_fields=["assignee_id"])
    return case.id


@action("case.plan")
def plan(
    _actor: Actor,
    case: Case,
    kind: str,
    on: date,
    why: str,
    how: str,
    *,
    against: contact.Against | None = None,
    now: datetime,
) -> UUID:
    """Decide a next action: what, by which day, why, how the day was found. All others stand.

    Of whatever kind it is: where its reason names a telephone or a letter, it counts as one.

    Raises:
        Refused: the case is closed, the day over, or the person's newest wish forbids it.
    """
    hold(case)
    if case.state == State.CLOSED:
        raise Refused(Reason("step.plan"))
    if on < now.date():
        raise Refused(Reason("due.past"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    for way in (kind, *ways_named(why)):
        contact.require(case, shared, way, against)
    due = Due(office_id=case.office_id, case_id=case.id, kind=kind, on=on, how=how)
    due.why = staff.seal("due", due.id, why)
    plan_next(case, due, now, (dues.UNPLANNED,))
    return due.id


@action("case.level")
def set_level(_actor: Actor, case: Case, level: str, *, now: datetime) -> UUID:  # noqa: ARG001
    """Set 通常, 配慮 or 秘匿; the line tells which, as `standing.py` reads it."""
    if level not in LEVELS:
        raise Refused(Reason("level.unknown"))
    if level == "secret" and case.assignee_id is None:
        raise Refused(Reason("level.unassigned"))
    hold(case)
    chain.tell(level=level)
    case.level = level
    case.save(update_fields=["level"])
    return case.id


@action("case.deny")
def deny(_actor: Actor, case: Case, staff_id: UUID, *, now: datetime) -> UUID:
    """Put a colleague on the deny list: for them the case does not exist from now on.

    Raises:
        Refused: nobody would be left who sees a secret case.
    """
    if case.level == "secret" and case.assignee_id == staff_id:
        raise Refused(Reason("deny.last"))
    hold(case)
    chain.tell(denied=str(staff_id))
    Access.objects.filter(case_id=case.id, staff_id=staff_id, kind="assigned").delete()
    Access.objects.get_or_create(
        office_id=case.office_id,
        case_id=case.id,
        staff_id=staff_id,
        kind="deny",
        defaults={"at": now},
    )
    if case.assignee_id == staff_id:
        case.assignee_id = None
        case.save(update_fields=["assignee_id"])
    return case.id


def undeny(case: Case, staff_id: UUID) -> None:
    """Take a colleague off the deny list, inside the act that says why; a declared tie stays.

    Raises:
        Refused: by no act of the desk does the colleague stand there.
    """
    hold(case)
    said, _ = standing.read(case)
    if staff_id not in said.may_return:
        raise Refused(Reason("deny.not_there"))
    chain.tell(undenied=str(staff_id))
    Access.objects.filter(case_id=case.id, staff_id=staff_id, kind="deny").delete()


@action("case.show")
def show(_actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Leave a line: the masked page was shown to the person on a screen (本人に見せる画面)."""
    return case.id


@action("case.print")
def print_shown(_actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Leave a line: the masked page was printed."""
    return case.id
