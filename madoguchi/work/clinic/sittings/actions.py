"""The outcome of a consultation, what a lawyer declares of a conflict, and places kept free."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.booking import State
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.case import Verb as CaseVerb
from madoguchi.rules.steps.outcome import Result, require, waits_for_person, what_follows
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import dues as clinic
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.actions import CONSULTED, VERBS, How, last_outcome
from madoguchi.work.clinic.bookings.dues import DECLINED
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.public import ADVICE, newest
from madoguchi.work.clinic.sittings.queries import Appointment
from madoguchi.work.record import promises
from madoguchi.work.record import public as record
from madoguchi.work.record.promises import NOTHING_SAID, Said

# the dues that the outcome ends; with them, of a booking that was missed, its own
DONE = (clinic.DECLINED, clinic.CALL, clinic.CANCELLED, clinic.OUTCOME, clinic.BRIEF)
WAITS = ("follow_up", "wait")  # dues on which the desk only looks whether the person did something
MOST = 4_000


@dataclass(frozen=True)
class Consultation:
    """What the consultation sheet says (相談票).

    `how`: how the person came, None where that is recorded already. `note`: for the desk, kept in
    the staff drawer; `advice`: for the person, in the shared one. `next_on`: the day that the
    officer chose for what comes next, None for the results' own number of working days; `why`: what
    it is about.
    """

    how: How | None
    results: tuple[Result, ...] = ()
    note: str = field(default="", repr=False)
    advice: str = field(default="", repr=False)
    next_on: date | None = None
    why: str = field(default="", repr=False)


@action("clinic.outcome")
def write(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    consultation: Consultation,
    *,
    said: Said = NOTHING_SAID,
    now: datetime,
) -> UUID:
    """Write down the outcome of a booking; it sets the case's next dues.

    Written again, the later one holds; both stay in the record. A day on which the desk only looks
    again, as the earlier one set it, is replaced; what it promised, and any other day, stands until
    somebody says how it ended. The person is told when what is written for them changed.

    Raises:
        Absent: the booking is not this case's.
        Refused: it changed meanwhile or has not begun, who came is not recorded, results that
            exclude each other, or a day that is over.
    """
    return settle(actor, case, seen, consultation, said, now)


def settle(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    consultation: Consultation,
    said: Said,
    now: datetime,
) -> UUID:
    """What `write` does, inside an act: the desk's and the lawyer's are two."""
    offer = bookings.in_force(case.office_id, now.date())
    if offer is None:
        raise Refused(Reason("clinic.none"))
    if max(len(consultation.note), len(consultation.advice)) > MOST:
        raise Refused(Reason("text.long", values={"most": MOST}))
    if consultation.next_on is not None and consultation.next_on < now.date():
        raise Refused(Reason("due.past"))
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes) or row.agreed_at
    if begins > now:
        raise Refused(Reason("clinic.not_begun"))
    recorded: dict[str, How] = {State.CAME: "came", State.LATE: "late", State.ABSENT: "absent"}
    how = consultation.how or recorded.get(row.state)
    if how is None:
        raise Refused(Reason("clinic.who_came"))
    missed = (clinic.MISSED,) if row.state == State.ABSENT else ()
    bookings.step(row, VERBS[how], outcome_at=now)
    came = row.state != State.ABSENT
    if came:
        require(consultation.results, offer.clinic.may_take)
    elif consultation.results or consultation.advice.strip():
        raise Refused(Reason("clinic.absent_result"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    promises.end(actor, case, (shared, staff), said, now)
    dues.pass_on(case, (*DONE, *missed), now)
    last = last_outcome(staff, row)
    set_before = last.words.get("dues", ()) if last else ()  # of damaged or old ones none
    looks = Due.of(case.office_id).filter(pk__in=set_before, kind__in=dues.LOOKS)
    looks.filter(done_at=None, why=b"").update(done_at=now)
    made = _set_dues(case, staff, consultation if came else None, offer, now)
    _record(actor, shared, staff, row, consultation, made, now)
    return row.id


def _record(
    actor: Actor,
    shared: Drawer,
    staff: Drawer,
    row: Booking,
    consultation: Consultation,
    made: Sequence[str],
    now: datetime,
) -> None:
    """Write the desk's entry, and one for the person where what they read changed.

    `made`: the dues that this outcome set; a later one replaces them.
    """
    results = [str(result) for result in consultation.results]
    details = {
        "booking": str(row.id),
        "state": row.state,
        "results": results,
        "text": consultation.note,
        "dues": list(made),
    }
    record.write(staff, CONSULTED, details, staff_id=actor.staff_id, now=now)
    subsidy = Result.SUBSIDY in results
    before = newest(shared).get(row.id)
    read = (before.text.strip(), before.subsidy) if before else ("", False)
    if read == (consultation.advice.strip(), subsidy):
        return
    advice = {"booking": str(row.id), "text": consultation.advice, "subsidy": subsidy}
    record.write(shared, ADVICE, advice, staff_id=actor.staff_id, now=now)  # empty: taken back
    if consultation.advice.strip() or subsidy:
        outbox.queue(shared.office_id, shared.case_id, "answered", now=now)


def _set_dues(
    case: Case,
    staff: Drawer,
    consultation: Consultation | None,
    rules: Rules,
    now: datetime,
) -> list[str]:
    """Set what the results ask of the desk; its other dues stay. Gives the ids of the new ones.

    `consultation`: None where nobody came. A closed case opens again, unless all was advice. The
    officer's own day and words belong to the first due; what is promised already is not set twice.
    """
    closed, made = case.state == CaseState.CLOSED, []
    if consultation is None and not closed:
        dues.add(case, clinic.MISSED, now.date(), "today")
    elif consultation and not (closed and consultation.results == (Result.ADVISED,)):
        others = dues.waiting(case).exclude(kind__in=(*WAITS, *dues.STANDING)).exists()
        waits = waits_for_person(consultation.results) and not others
        chosen_on, why = consultation.next_on, consultation.why
        for then in what_follows(consultation.results):
            on = chosen_on or working_day(rules.desk, now.date(), then.days or 1, rules.changes)
            there, look = dues.waiting(case).filter(kind=then.due), then.due in dues.LOOKS
            due = (there.filter(on=on) if chosen_on or why or look else there).first()
            if due is None:
                due = Due(office_id=case.office_id, case_id=case.id, kind=then.due, on=on)
                due.how = "chosen" if chosen_on else "working_days"
                made.append(str(due.id))
            if why:
                due.why = staff.seal("due", due.id, why)
            due.save()
            chosen_on, why = None, ""
        case.next_on = dues.waiting(case).order_by("on").values_list("on", flat=True).first()
        case.save(update_fields=["next_on"])  # a case that opens again has a day
        cases.step(case, CaseVerb.AWAIT if waits else CaseVerb.PROCEED, now)
    clinic.follow(case, now)
    return made


@action(queries.CLEAR)
def _clear(actor: Actor, who: Appointment, shown: str, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    found = queries.named(who, *unseal.drawers(who.office_id, who.case_id))
    if shown != queries.checked_key(actor, who, found):
        raise Refused(Reason("clinic.names_changed"))
    return who.booking_id


def clear(actor: Actor, who: Appointment, shown: str, *, now: datetime) -> UUID:
    """Declare that there is no conflict of interest with the names shown; the brief may be read.

    `shown`: the key of those names (`queries.checked_key`).

    Raises:
        Refused: the names have changed since.
    """
    return _clear(actor, who, shown, now=now, idempotency_key=shown)


def decline(actor: Actor, who: Appointment, *, now: datetime) -> UUID:
    """Declare that the lawyer cannot meet this person (担当の都合): the case is denied to them.

    No reason is asked or kept: a conflict of interest would tell of another client. The desk gets a
    due for today.
    """
    return _decline(
        actor, who, now=now, idempotency_key=queries.declined_key(actor, who.booking_id)
    )


@action(queries.DECLINE)
def _decline(actor: Actor, who: Appointment, *, now: datetime) -> UUID:
    case = Case.of(who.office_id).select_for_update().get(pk=who.case_id)
    cases.hold(case)
    chain.tell(denied=str(actor.colleague))
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
def outcome(
    actor: Actor,
    who: Appointment,
    seen: BookingRevision,
    consultation: Consultation,
    *,
    now: datetime,
) -> UUID:
    """The lawyer writes down the outcome, as the desk does from their sheet (相談の結果).

    Raises:
        Refused: the names were not checked for a conflict, or as with `write`.
    """
    queries.require_checked(actor, who, *unseal.drawers(who.office_id, who.case_id))
    case = Case.of(who.office_id).select_for_update().get(pk=who.case_id)
    return settle(actor, case, seen, consultation, NOTHING_SAID, now)


@action("clinic.keep")
def keep(
    actor: Actor,
    at: AtOffice,
    rules: Rules,
    place: Place,
    *,
    now: datetime,
) -> UUID:
    """Keep one place of a slot free (使わない枠).

    Raises:
        Refused: there is no such slot to come, or no place is left.
    """
    bookings.queue(at.office_id)
    day = bookings.announced(rules.clinic, place, rules.changes)
    bookings.require(
        slots.bookable(rules.clinic, rules.desk, day, place.number, now, "desk", rules.changes)
    )
    row = Booking(office_id=at.office_id, day=place.day, number=place.number, state=State.KEPT)
    row.channel, row.staff_id, row.at = "desk", actor.colleague, now
    row.agreed_at = slots.begins(day, place.number)
    bookings.claim(row, rules.clinic.lawyers, now)
    return row.id


@action("clinic.release")
def release(actor: Actor, at: AtOffice, kept_id: UUID, *, now: datetime) -> UUID:
    """Give back a place that the actor has kept.

    Raises:
        Absent: the place is not the actor's, or there is none; both look the same.
    """
    bookings.queue(at.office_id)
    mine = Booking.of(at.office_id).filter(state=State.KEPT, staff_id=actor.colleague)
    if not mine.filter(pk=kept_id).delete()[0]:
        raise Absent
    enqueue("clinic.waiting.offer", at.office_id, at=now)
    return kept_id
