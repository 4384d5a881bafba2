"""What a lawyer says of somebody whom they meet: no conflict, that they cannot, what came of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.booking import State, Verb
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.case import Verb as CaseVerb
from madoguchi.rules.steps.outcome import Next, Result, require, waits_for_person, what_follows
from madoguchi.tools.act.action import action
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
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.actions import VERBS, How
from madoguchi.work.clinic.bookings.dues import DECLINED
from madoguchi.work.clinic.bookings.public import Offer, Place, Seen
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.public import ADVICE, newest
from madoguchi.work.clinic.sittings.queries import Met
from madoguchi.work.record import public as record

CONSULTED = "consulted"  # the kind of the entry in the staff drawer
DONE = (*clinic.SETTLED, *clinic.AFTERWARDS, clinic.BRIEF)  # what the outcome answers
OF_RESULTS = ("subsidy_guide", "clinic_refer")  # days that nothing else sets
WAITS = ("follow_up", "wait")  # days on which the desk only looks whether the person moved
MOST = 4_000


@dataclass(frozen=True)
class Said:
    """What the sheet says: who came, the results, a note for the desk, words for the person.

    `how`: None where it was said before. `note` lies in the staff drawer, `told` in the shared one.
    `next_on`: the day that the officer chose for what comes next, None for the results' own number
    of working days; `why`: what it is about.
    """

    how: How | None
    results: tuple[Result, ...] = ()
    note: str = field(default="", repr=False)
    told: str = field(default="", repr=False)
    next_on: date | None = None
    why: str = field(default="", repr=False)


@action("clinic.outcome")
def write(actor: Actor, case: Case, seen: Seen, said: Said, *, now: datetime) -> UUID:
    """Write down what came of a booking; it sets the case's next days.

    Written once more, the later one holds; both stay in the record.

    Raises:
        Absent: the booking is none of this case.
        Refused: it moved on meanwhile or has not begun, nobody said who came, results that cannot
            stand together, or a day that is over.
    """
    return settle(actor, case, seen, said, now)


def settle(actor: Actor, case: Case, seen: Seen, said: Said, now: datetime) -> UUID:
    """What `write` does, inside an act on the case: the lawyer's own is another one."""
    offer = rows.in_force(case.office_id, now.date())
    if offer is None:
        raise Refused(Reason("clinic.none"))
    _require_sound(said, now)
    cases.hold(case)
    row = rows.of_case(case, seen)
    if row.outcome_at is not None:
        dues.waiting(case).filter(kind__in=OF_RESULTS).update(done_at=now)
    _attend(row, said, offer, now)
    came = row.state != State.ABSENT
    if came:
        require(said.results, offer.clinic.may_take)
    elif said.results or said.told.strip():
        raise Refused(Reason("clinic.absent_result"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    _told(actor, shared, staff, row, said, now)
    _next(case, staff, said if came else None, offer, now)
    return row.id


def _require_sound(said: Said, now: datetime) -> None:
    if max(len(said.note), len(said.told)) > MOST:
        raise Refused(Reason("text.long", values={"most": MOST}))
    if said.next_on is not None and said.next_on < now.date():
        raise Refused(Reason("due.past"))


def _attend(row: Booking, said: Said, offer: Offer, now: datetime) -> None:
    """Say who came, where that was not said yet or was wrong, and that the outcome is there."""
    begins = rows.starts(offer.clinic, row, offer.changes) or row.agreed_at
    if begins > now:
        raise Refused(Reason("clinic.not_begun"))
    if said.how is None and row.state not in (State.CAME, State.LATE, State.ABSENT):
        raise Refused(Reason("clinic.who_came"))
    verb: Verb = VERBS[said.how] if said.how else _again(row)
    rows.step(row, verb, outcome_at=now)


def _again(row: Booking) -> Verb:
    """The verb that leaves the booking as it is."""
    how: dict[str, How] = {State.CAME: "came", State.LATE: "late", State.ABSENT: "absent"}
    return VERBS[how[row.state]]


def _told(
    actor: Actor, shared: Drawer, staff: Drawer, row: Booking, said: Said, now: datetime
) -> None:
    """The desk's entry; another one for the person, where there is anything for them."""
    results = [str(one) for one in said.results]
    words = {"booking": str(row.id), "state": row.state, "results": results, "text": said.note}
    record.write(staff, CONSULTED, words, staff_id=actor.staff_id, now=now)
    told = {"booking": str(row.id), "text": said.told, "subsidy": Result.SUBSIDY in results}
    anything = bool(said.told.strip() or told["subsidy"])
    if anything or row.id in newest(shared):  # nothing, where there was something: taken back
        record.write(shared, ADVICE, told, staff_id=actor.staff_id, now=now)
    if anything:
        outbox.queue(shared.office_id, shared.case_id, "answered", now=now)


def _next(case: Case, staff: Drawer, said: Said | None, offer: Offer, now: datetime) -> None:
    """What the results ask of the desk; what waits for it otherwise stays as it is.

    `said`: None where nobody came. A case that was closed opens again, unless all was advice.
    """
    dues.waiting(case).filter(kind__in=DONE).update(done_at=now)
    if said is None and case.state != CaseState.CLOSED:
        dues.add(case, clinic.MISSED, now.date(), "today")
    elif said and (case.state != CaseState.CLOSED or said.results != (Result.ADVISED,)):
        others = dues.waiting(case).exclude(kind__in=(*WAITS, *cases.STANDING)).exists()
        waits = waits_for_person(said.results) and not others
        _plan(case, staff, said, offer, now)
        case.next_on = dues.waiting(case).order_by("on").values_list("on", flat=True).first()
        case.save(update_fields=["next_on"])  # a case that opens again has a day
        cases.step(case, CaseVerb.AWAIT if waits else CaseVerb.PROCEED, now)
    clinic.follow(case, now)


def _plan(case: Case, staff: Drawer, said: Said, offer: Offer, now: datetime) -> None:
    """One day for each thing to do; the officer's own day and words are the first one's."""
    for place, then in enumerate(what_follows(said.results)):
        dues.waiting(case).filter(kind=then.due).update(done_at=now)
        due = Due(office_id=case.office_id, case_id=case.id, kind=then.due)
        due.on, due.how = _day(then, said.next_on if place == 0 else None, offer, now)
        if said.why and place == 0:
            due.why = staff.seal("due", due.id, said.why)
        due.save(force_insert=True)


def _day(then: Next, chosen: date | None, offer: Offer, now: datetime) -> tuple[date, str]:
    if chosen:
        return chosen, "chosen"
    ahead = then.days or 1
    return working_day(offer.desk, now.date(), ahead, offer.changes), "working_days"


@action(queries.CLEAR)
def _clear(actor: Actor, who: Met, shown: str, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    found = queries.named(who, *unseal.drawers(who.office_id, who.case_id))
    if shown != queries.checked_key(actor, who, found):
        raise Refused(Reason("clinic.names_changed"))
    return who.booking_id


def clear(actor: Actor, who: Met, shown: str, *, now: datetime) -> UUID:
    """There is no conflict of interest with the names that were shown (a key): the brief is next.

    Raises:
        Refused: they are others by now.
    """
    return _clear(actor, who, shown, now=now, idempotency_key=shown)


def decline(actor: Actor, who: Met, *, now: datetime) -> UUID:
    """The lawyer cannot meet this person (担当の都合): for them the case is not there any more.

    No reason is asked and none is kept: a conflict of interest would tell of another client. The
    desk looks at it today.
    """
    return _decline(
        actor, who, now=now, idempotency_key=queries.declined_key(actor, who.booking_id)
    )


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
        Refused: the names were not looked through, or as `actions.write` says.
    """
    queries.require_checked(actor, who, *unseal.drawers(who.office_id, who.case_id))
    case = Case.of(who.office_id).select_for_update().get(pk=who.case_id)
    return settle(actor, case, seen, said, now)


@action("clinic.keep")
def keep(
    actor: Actor,
    at: AtOffice,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    *,
    now: datetime,
) -> UUID:
    """Keep one place of a slot free (使わない枠).

    Raises:
        Refused: there is no such slot to come, or no place is left.
    """
    rows.queue(at.office_id)
    day = rows.announced(clinic, place, changes)
    rows.require(slots.bookable(clinic, desk, day, place.number, now, "desk", changes))
    row = Booking(office_id=at.office_id, day=place.day, number=place.number, state=State.KEPT)
    row.channel, row.staff_id, row.at = "desk", actor.colleague, now
    row.agreed_at = slots.begins(day, place.number)
    rows.claim(row, clinic.lawyers, now)
    return row.id


@action("clinic.release")
def release(actor: Actor, at: AtOffice, kept_id: UUID, *, now: datetime) -> UUID:
    """Give a place back that one has kept.

    Raises:
        Absent: the place is not one's own, or there is none; both look the same.
    """
    rows.queue(at.office_id)
    mine = Booking.of(at.office_id).filter(state=State.KEPT, staff_id=actor.colleague)
    if not mine.filter(pk=kept_id).delete()[0]:
        raise Absent
    enqueue("clinic.waiting.offer", at.office_id, at=now)
    return kept_id
