"""What staff do with interviews: book, move, cancel, record who came; keep a place free."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.interviews import bookable
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps import case as case_steps
from madoguchi.rules.steps.interview import State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues
from madoguchi.work.cases.dues import INTERVIEW
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews import public
from madoguchi.work.interviews.models import Interview
from madoguchi.work.record import promises
from madoguchi.work.record.promises import NOTHING_SAID, Said
from madoguchi.work.record.public import Because

STRANDED = "interview_stranded"  # interviews are no longer given at its time
AFTERWARDS = ("interview_came", "interview_missed", "interview_cancelled")
SETTLED = ("interview_new", STRANDED, *AFTERWARDS)  # done by what the desk does next


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """After the desk acted on an interview: end the dues that waited for it, set the others.

    `afterwards`: the kind of a due for today, because the interview is over.
    """
    waiting = dues.waiting(case).filter(kind__in=SETTLED)
    if waiting.filter(kind=STRANDED).exists():
        enqueue("interviews.recheck", case.office_id, at=now)  # the case may have another one
    waiting.update(done_at=now)
    if afterwards:
        dues.add(case, afterwards, now.date(), "today")
    follow(case, now)


def follow(case: Case, now: datetime) -> None:
    """Set the case's dues by its booked interviews, inside an act on it; other dues stay."""
    rows = Interview.of(case.office_id).filter(case_id=case.id, state=State.BOOKED)
    dues.keep(case, INTERVIEW, set(rows.values_list("on", flat=True)), now)
    dues.show(case, AFTERWARDS[-1], now)


@action("interview.book")
def book(
    actor: Actor,
    case: Case,
    desk: Desk,
    changes: Sequence[Change],
    when: public.When,
    wanted: public.Wanted,
    *,
    said: Said = NOTHING_SAID,
    now: datetime,
) -> UUID:
    """Book an interview for the person; its day becomes one of the case's days.

    Raises:
        Refused: the case is closed, no interview is given then, no place is left.
    """
    if case.state == case_steps.State.CLOSED:
        raise Refused(Reason("interview.case_closed"))
    bookable(desk, when.on, when.starts, now, "desk", changes).require()
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    row = public.create(shared, desk, changes, when, wanted, actor.colleague, now)
    public.tell(shared, row, "booked", now, staff_id=actor.staff_id)
    promises.end(actor, case, (shared, staff), said, now)
    settle(case, now)
    enqueue("interviews.follow", case.id, at=now)
    return row.id


@action("interview.move")
def move(
    actor: Actor,
    case: Case,
    seen: public.InterviewRevision,
    desk: Desk,
    changes: Sequence[Change],
    when: public.When,
    *,
    now: datetime,
) -> UUID:
    """Move an interview to another time.

    Raises:
        Absent: the interview is not this case's.
        Refused: it was moved meanwhile or is not booked any more; no interview is given then; no
            place is left.
    """
    bookable(desk, when.on, when.starts, now, "desk", changes).require()
    cases.hold(case)
    row = public.of_case(case, seen)
    was = public.When(row.on, row.starts)
    public.step(row, Verb.MOVE)
    public.place(row, desk, changes, when)
    shared, _ = unseal.drawers(case.office_id, case.id)
    public.tell(shared, row, "moved", now, staff_id=actor.staff_id, was=was)
    settle(case, now)
    enqueue("interviews.follow", case.id, at=now)
    return row.id


@action("interview.cancel")
def cancel(
    actor: Actor,
    case: Case,
    seen: public.InterviewRevision,
    because: Because | None = None,
    *,
    now: datetime,
) -> UUID:
    """Cancel an interview; its place is free again. Who cancelled and why, the desk alone reads."""
    cases.hold(case)
    row = public.of_case(case, seen)
    public.step(row, Verb.CANCEL)
    shared, staff = unseal.drawers(case.office_id, case.id)
    public.tell(shared, row, "cancelled", now, staff_id=actor.staff_id)
    if because:
        step = "cancelled_because"
        public.tell(staff, row, step, now, staff_id=actor.staff_id, because=because)
    settle(case, now, "interview_cancelled")
    return row.id


@action("interview.attend")
def attend(
    actor: Actor, case: Case, seen: public.InterviewRevision, *, came: bool, now: datetime
) -> UUID:
    """Record that the person came, or did not; the desk gets a due for today.

    Raises:
        Absent: the interview is not this case's.
        Refused: it is another day's, it has not begun, or it is not booked.
    """
    cases.hold(case)
    row = public.of_case(case, seen)
    begins = datetime.combine(row.on, row.starts, tzinfo=now.tzinfo)
    if row.on > now.date() or (begins > now and not came):
        raise Refused(Reason("interview.not_begun"))
    public.step(row, Verb.COME if came else Verb.MISS)
    shared, _ = unseal.drawers(case.office_id, case.id)
    public.tell(shared, row, row.state, now, staff_id=actor.staff_id)
    settle(case, now, "interview_came" if came else "interview_missed")
    return row.id


@action("interview.attend")
def expect(actor: Actor, case: Case, seen: public.InterviewRevision, *, now: datetime) -> UUID:
    """Take back that the person came before it began (押しまちがい): they are expected again.

    Raises:
        Absent: the interview is not this case's.
        Refused: it has begun, then who did not come is said to have been absent; or nobody came.
    """
    cases.hold(case)
    row = public.of_case(case, seen)
    if datetime.combine(row.on, row.starts, tzinfo=now.tzinfo) <= now:
        raise Refused(Reason("interview.expect_begun"))
    public.step(row, Verb.EXPECT)
    shared, _ = unseal.drawers(case.office_id, case.id)
    public.tell(shared, row, "expected", now, staff_id=actor.staff_id)
    settle(case, now)
    return row.id


@action("interview.keep")
def keep(
    actor: Actor,
    at: AtOffice,
    desk: Desk,
    changes: Sequence[Change],
    when: public.When,
    *,
    now: datetime,
) -> UUID:
    """Keep one place of a time free of interviews (使わない枠): a colleague is away, say.

    Raises:
        Refused: no interview is given then, or no place is left.
    """
    bookable(desk, when.on, when.starts, now, "desk", changes).require()
    row = Interview(office_id=at.office_id, state=State.KEPT, staff_id=actor.colleague, at=now)
    public.place(row, desk, changes, when)
    return row.id


@action("interview.release")
def release(actor: Actor, at: AtOffice, kept_id: UUID, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Give back a place that the actor has kept.

    Raises:
        Absent: the place is not the actor's, or there is none. Both look the same, as does an
            interview of a case that the actor may not know of.
    """
    mine = Interview.of(at.office_id).filter(state=State.KEPT, staff_id=actor.colleague)
    if not mine.filter(pk=kept_id).delete()[0]:
        raise Absent
    return kept_id
