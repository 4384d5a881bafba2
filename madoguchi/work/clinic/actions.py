"""What the desk decides about clinic days (開催日): publish, move, cancel, add; who sits when.

One proposes, and a second confirms: until then neither the public nor who has booked is told. What
is confirmed publishes its notice and sets a due for everybody who has booked, in one transaction:
no day can change for the public alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
    DayChange,
    decode,
    encode,
    kind_of,
)
from madoguchi.rules.slots import name
from madoguchi.rules.validity import InForce, objections
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import dues
from madoguchi.work.clinic.decisions import (
    Year,
    adding,
    after,
    cancelling,
    current_rules,
    known_day,
    moving,
    require_complete,
)
from madoguchi.work.clinic.models import Lawyer, Sitting
from madoguchi.work.notices import actions as notices
from madoguchi.work.notices import proposals
from madoguchi.work.notices.public import version


@dataclass(frozen=True)
class Announcement:
    """What is published with a decision.

    `seen`: the version of the notices that the page showed; the act is refused if something was
    decided since then. Empty: not checked.
    """

    title: str
    body: str = ""
    seen: str = ""


@action("clinic.publish")
def publish(
    actor: Actor, at: AtOffice, year: Year, announcement: Announcement, *, now: datetime
) -> UUID:
    """Propose to make the days of a fiscal year public (日程の公表) on these dates.

    Who sits when is written down at once: the public is not told of it.

    Raises:
        Refused: it is public already, something was decided since it was looked at, the dates are
            not those of the year, one that needs a look had none, or a lawyer does not sit then.
    """
    current = _lock_current(at, announcement, now)
    require_complete(current, year)
    change = ClinicYearPublished(year.fiscal_year, year.dates, year.venue)
    for on, lawyer_id in year.lawyers.items():
        _seat(at, name(on, year.venue), {1: _sits(at, lawyer_id, on)})
    return _propose(actor, at, current, change, announcement, "", now)


@action("clinic.move_day")
def move(
    actor: Actor,
    at: AtOffice,
    ref: str,
    now_on: date,
    hours: str,
    announcement: Announcement,
    *,
    now: datetime,
) -> UUID:
    """Propose to move a public day to another date or hours; whoever has booked keeps the place.

    `hours`: those of the new day, such as ``9:00-12:00``; empty: the standing ones.

    Raises:
        Refused: it is no public day, is over or has begun, would stay where it is, a booked slot
            would not be there any more, another day is there, or something was decided meanwhile.
        ProgrammeError: the hours cannot be read.
    """
    current = _lock_current(at, announcement, now)
    change = moving(current, at, ref, now_on, hours, now)
    return _propose(actor, at, current, change, announcement, ref, now)


@action("clinic.cancel_day")
def cancel_day(
    actor: Actor, at: AtOffice, ref: str, announcement: Announcement, *, now: datetime
) -> UUID:
    """Propose to cancel a public day (中止).

    Raises:
        Refused: it is no public day, is over or has begun, or something was decided meanwhile.
    """
    current = _lock_current(at, announcement, now)
    return _propose(actor, at, current, cancelling(current, ref, now), announcement, ref, now)


@action("clinic.add_day")
def add_day(
    actor: Actor, at: AtOffice, change: ClinicDayAdded, announcement: Announcement, *, now: datetime
) -> UUID:
    """Propose a day besides those of the year (追加の開催日), or to hold a cancelled one after all.

    Raises:
        Refused: it lies in the past, a day is there already, or something was decided meanwhile.
    """
    current = _lock_current(at, announcement, now)
    again = after(current, "", change)
    ref = again.ref if again else ""  # of a cancelled day that is held again, people may know
    return _propose(actor, at, current, adding(current, change, now), announcement, ref, now)


@action("clinic.confirm_day")
def confirm(
    actor: Actor, at: AtOffice, proposal_id: UUID, *, now: datetime, shown: str | None = None
) -> UUID:
    """Do to the public days what a colleague proposed; whoever has booked is to be told.

    Raises:
        Refused: it has ended, is one's own, is not what was `shown`, or may not be decided any more
            as it was proposed.
        Absent: there is no such proposal.
    """
    waits = proposals.find(at, proposal_id)
    if waits.about:  # cases before notices: everybody locks in this order
        off = waits.kind == "clinic_cancelled"
        dues.call_everybody(at.office_id, waits.about, dues.OFF if off else dues.MOVED, now)
    signing = proposals.signing(actor, at, proposal_id, "clinic.confirm_day", now=now, shown=shown)
    with signing as row:
        current, change = current_rules(at, now), decode(row.kind, row.change)
        match change:
            case ClinicDayMoved(now_on=now_on, hours=hours):
                still: Change = moving(current, at, row.about, now_on, hours, now)
            case ClinicDayCancelled():
                still = cancelling(current, row.about, now)
            case ClinicDayAdded():
                still = adding(current, change, now)
            case _:
                still = change
        if still != change:  # the day was moved since
            raise Refused(Reason("clinic_day.stale"))
        if reasons := objections(current, change):
            raise Refused(*reasons)
        decided = notices.NewDecision(row.kind, row.change, row.title, row.body)
        row.notice_id = notices.publish_inside(actor, at, decided, now.date(), now=now)
        return row.notice_id


@action("clinic.lawyer")
def name_lawyer(
    _actor: Actor,
    at: AtOffice,
    called: str,
    firm: str = "",
    account_id: UUID | None = None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> UUID:
    """Put a lawyer on the roster (担当弁護士); an account is no condition.

    Raises:
        Refused: no name, or there is one of that name and firm already.
    """
    called, firm = called.strip(), firm.strip()
    if not called:
        raise Refused(Reason("clinic_day.lawyer_name"))
    same = Lawyer.of(at.office_id).filter(name=called, firm=firm, ended_on__isnull=True)
    if same.exists():
        raise Refused(Reason("clinic_day.lawyer_twice"))
    row = Lawyer(office_id=at.office_id, name=called, firm=firm, account_id=account_id)
    row.save(force_insert=True)
    return row.id


@action("clinic.lawyer")
def end_lawyer(
    _actor: Actor, at: AtOffice, lawyer_id: UUID, last_on: date, *, now: datetime
) -> UUID:
    """Say until when a lawyer sits (いつまで); the days after that are without them.

    Raises:
        Refused: the day is over.
        Absent: there is no such lawyer.
    """
    if last_on < now.date():
        raise Refused(Reason("setting.past"))
    if not Lawyer.of(at.office_id).filter(pk=lawyer_id).update(ended_on=last_on):
        raise Absent
    current = current_rules(at, now)
    for row in Sitting.of(at.office_id).filter(lawyer_id=lawyer_id):
        if known_day(current, row.day).on > last_on:
            row.delete()
    return lawyer_id


@action("clinic.lawyer")
def seat_lawyer(
    _actor: Actor, at: AtOffice, ref: str, seats: Mapping[int, UUID], *, now: datetime
) -> str:
    """Say who sits on a day at which seat (担当); seats that are not named have nobody.

    The public is not told.

    Raises:
        Refused: there is no such day, a lawyer has ended by then, or would sit at two seats.
        Absent: there is no such lawyer.
    """
    day = known_day(current_rules(at, now), ref)
    _seat(at, ref, {seat: _sits(at, each, day.on) for seat, each in seats.items()})
    return ref


def _lock_current(at: AtOffice, announcement: Announcement, now: datetime) -> InForce:
    """What holds now, locked until the end of the act.

    Raises:
        Refused: something was decided since the colleague looked.
    """
    notices.take_turn(at)
    if announcement.seen and announcement.seen != version(at.office_id):
        raise Refused(Reason("clinic_day.stale"))
    return current_rules(at, now)


def _propose(
    actor: Actor,
    at: AtOffice,
    current: InForce,
    change: DayChange,
    announcement: Announcement,
    ref: str,
    now: datetime,
) -> UUID:
    if reasons := objections(current, change):
        raise Refused(*reasons)
    if not announcement.title.strip():
        raise Refused(Reason("notice.title"))
    decided = notices.NewDecision(
        kind_of(change), encode(change), announcement.title, announcement.body
    )
    return notices.propose_inside(actor, at, decided, ref, now=now)


def _sits(at: AtOffice, lawyer_id: UUID, on: date) -> UUID:
    row = Lawyer.of(at.office_id).filter(pk=lawyer_id).first()
    if row is None:
        raise Absent
    if row.ended_on is not None and row.ended_on < on:
        raise Refused(Reason("clinic_day.lawyer_ended"))
    return lawyer_id


def _seat(at: AtOffice, ref: str, seats: Mapping[int, UUID]) -> None:
    """These lawyers sit on the day, and no others."""
    if len(set(seats.values())) < len(seats):
        raise Refused(Reason("clinic_day.lawyer_two_seats"))
    Sitting.of(at.office_id).filter(day=ref).delete()
    for seat, lawyer_id in sorted(seats.items()):
        Sitting.objects.create(office_id=at.office_id, day=ref, seat=seat, lawyer_id=lawyer_id)
