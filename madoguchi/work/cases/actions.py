"""What staff do with a case: take, plan, close, reopen, set its level, deny it to a colleague."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS, State, Verb, after
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Access, Case, Consultee, Due

INTERVIEW = "interview"
OF_CLINIC = ("clinic_day", "clinic_asked", "clinic_moved", "clinic_off", "clinic_offer")
GRANT, GRANT_SENT = "grant", "grant_sent"
OF_GRANT = (GRANT, GRANT_SENT)
STANDING = (INTERVIEW, *OF_CLINIC, *OF_GRANT)  # dues that end only with the booking or grant


def hold(case: Case) -> None:
    """Lock the case for the act, and raise its revision by one.

    Raises:
        Refused: the case was changed since this row of it was read.
    """
    held = Case.of(case.office_id).select_for_update().get(pk=case.id)
    if held.revision != case.revision:
        raise Refused(Reason("case.stale"))
    case.revision += 1
    case.save(update_fields=["revision"])


def step(case: Case, verb: Verb, now: datetime) -> None:
    """Move a case to its next state, inside the act that holds it.

    Raises:
        Refused: the verb is not possible in the case's state.
    """
    case.state = after(State(case.state), verb)
    case.closed_at, case.closing = (now, case.closing) if case.state == State.CLOSED else (None, "")
    case.touched_at = now
    case.save(update_fields=["state", "closed_at", "closing", "touched_at"])


def plan_next(case: Case, due: Due | None, now: datetime) -> None:
    """End the open dues, add the next one (or none), and set the day that the list shows.

    Dues of a booking or a grant stay, whatever is planned beside them.

    Raises:
        Refused: there is no next due, though something is booked or a grant runs.
    """
    open_dues = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    standing = set(open_dues.filter(kind__in=STANDING).values_list("kind", flat=True))
    if due is None and standing:
        if INTERVIEW in standing:
            raise Refused(Reason("interview.booked"))
        raise Refused(Reason("clinic.booked" if standing & {*OF_CLINIC} else "grant.open"))
    open_dues.exclude(kind__in=STANDING).update(done_at=now)
    if due is not None:
        due.save(force_insert=True)
    days = open_dues.order_by("on").values_list("on", flat=True)
    case.next_on = days.first()
    case.save(update_fields=["next_on"])


def amend(case: Case, details: Mapping[str, Any], now: datetime) -> None:
    """Add to what is known of the person, inside the act; a danger makes the case urgent.

    Consent to words by mail holds for one address only: with another address it ends.
    """
    shared, _ = unseal.drawers(case.office_id, case.id)
    number = Consultee.of(case.office_id).filter(case_id=case.id).count() + 1
    known, wishes = public.about(shared), public.wishes(shared)
    public.write_about(shared, number, {**known, **details}, now)
    if wishes.words and details.get("email", known.get("email")) != known.get("email"):
        public.write_next_wishes(shared, replace(wishes, words=False, said=""), "desk", now)
        case.revision += 1  # a page that still shows the old wishes is stale
        case.save(update_fields=["revision"])
    if details.get("danger") == "yes":
        case.urgent = True
        case.save(update_fields=["urgent"])


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
    _actor: Actor, case: Case, kind: str, on: date, why: str, how: str, *, now: datetime
) -> UUID:
    """Decide the next action: what, by which day, why, and how the day was found."""
    hold(case)
    if case.state == State.CLOSED:
        raise Refused(Reason("step.plan"))
    if on < now.date():
        raise Refused(Reason("due.past"))
    _, staff = unseal.drawers(case.office_id, case.id)
    due = Due(office_id=case.office_id, case_id=case.id, kind=kind, on=on, how=how)
    due.why = staff.seal("due", due.id, why)
    plan_next(case, due, now)
    return due.id


@action("case.close")
def close(_actor: Actor, case: Case, reason: str, *, now: datetime) -> UUID:
    """Close the case for a coded reason; open dues end with it."""
    if reason not in CLOSING_REASONS:
        raise Refused(Reason("closing.reason"))
    hold(case)
    step(case, Verb.CLOSE, now)
    case.closing = reason
    case.save(update_fields=["closing"])
    plan_next(case, None, now)
    return case.id


@action("case.reopen")
def reopen(_actor: Actor, case: Case, *, now: datetime) -> UUID:
    """Open a closed case again, with a due for today: no open case is without a day."""
    hold(case)
    today = {"kind": "reopened", "on": now.date(), "how": "today"}
    plan_next(case, Due(office_id=case.office_id, case_id=case.id, **today), now)
    step(case, Verb.REOPEN, now)
    return case.id


@action("case.level")
def set_level(_actor: Actor, case: Case, level: str, *, now: datetime) -> UUID:  # noqa: ARG001
    """Set 通常, 配慮 or 秘匿."""
    if level not in LEVELS:
        raise Refused(Reason("level.unknown"))
    if level == "secret" and case.assignee_id is None:
        raise Refused(Reason("level.unassigned"))
    hold(case)
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


@action("case.show")
def show(_actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Leave a line: the masked page was shown to the person on a screen (本人に見せる画面)."""
    return case.id


@action("case.print")
def print_shown(_actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Leave a line: the masked page was printed."""
    return case.id


@action("wish.record")
def record_wishes(_actor: Actor, case: Case, new: public.Wishes, *, now: datetime) -> UUID:
    """Write down how contact is safe, as the person said; the earlier row stays.

    Raises:
        Refused: it is not written who said so, or words by mail for somebody who wants no mail.
    """
    if not new.said.strip():
        raise Refused(Reason("wish.said"))
    if new.words and not new.mail_takes_words:
        raise Refused(Reason("wish.words"))
    hold(case)
    shared, _ = unseal.drawers(case.office_id, case.id)
    public.write_next_wishes(shared, new, "desk", now)
    case.contact_rule = new.contact_rule
    case.save(update_fields=["contact_rule"])
    return case.id
