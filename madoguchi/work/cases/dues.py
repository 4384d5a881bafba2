"""The dues of a case (期日), for acts on it: read the open ones, add one, set those of a kind.

A due is one of five:

* it follows a booking or a grant, and ends with it (`STANDING`),
* it is a duty that its own act ends (`DUTIES`): the outcome is written, the referral's step,
* the desk only looks again (`LOOKS`): the next act takes its place,
* the person waits for an answer (`TURN`): a reply, a talk or the officer's own words end it,
* all else, and whatever says why, is a promise (約束): it ends by its name and in no other way.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from madoguchi.rules.steps.case import State
from madoguchi.work.cases.models import Case, Due

INTERVIEW = "interview"
OF_CLINIC = ("clinic_day", "clinic_asked", "clinic_moved", "clinic_off", "clinic_offer")
GRANT, GRANT_SENT = "grant", "grant_sent"
OF_GRANT = (GRANT, GRANT_SENT)
STANDING = (INTERVIEW, *OF_CLINIC, *OF_GRANT)
LOOK = "danger"  # the flag of danger is looked at again
NOTICED = "noticed"  # words that mean danger came: somebody reads them
APPROVED = "approved"  # what the person agreed to is passed on: a promise, kept by that alone
OF_REFERRAL = ("approval", APPROVED, "declined", "referral", "no_answer")
OF_SITTINGS = ("clinic_outcome", "clinic_brief", "clinic_apart", "clinic_declined")
BY_OWN_ACT = (*OF_SITTINGS, LOOK, NOTICED)  # nobody ends them by their name
OF_BOOKINGS = ("interview_new", "interview_stranded", "clinic_call")
CHANGED = "contact_changed"  # what was promised and given away before it is looked at
DUTIES = (*BY_OWN_ACT, *OF_BOOKINGS, "approval", "declined", "referral", "no_answer", CHANGED)
OF_PLACES = (
    *("clinic_day", "clinic_asked", "clinic_moved", "clinic_offer", "clinic_call"),
    *(*OF_SITTINGS, "clinic_missed", "clinic_cancelled"),
)
"""What tells that a case has a place at the clinic, to whom nothing else would."""
UNPLANNED = "unplanned"
STRANDED = "promise_stranded"  # nobody is at the desk on the day of a promise
LOOKS = (
    *("follow_up", "wait", "reopened", "decide", "close", STRANDED, UNPLANNED),
    *("interview_came", "interview_missed", "interview_cancelled"),
    *("clinic_missed", "clinic_cancelled"),
)
TURN = ("first_answer", "answer")
RETRY = "retry"  # how the day was found: nobody answered, and the same act calls again
NO_WAY_NAMED = "other"  # a promise that does not say how: perhaps the desk reaches out
OUT_OF_REACH = "receipt"  # in place of a call or a mail that the person's wish forbids
NO_WAY = "when_asked"  # in its place, where the person has no number for that page


@cache
def noticed() -> Exists:
    """Of a list's cases: whether words that mean danger came that nobody has read yet."""
    return _waits(NOTICED)


@cache
def judged() -> Exists:
    """Of a list's cases: whether somebody means the flag, so that it is looked at again."""
    return _waits(LOOK)


def _waits(kind: str) -> Exists:
    rows = Due.objects.filter(case_id=OuterRef("pk"), kind=kind, done_at__isnull=True)
    return Exists(rows)


def waiting(case: Case) -> QuerySet[Due]:
    """The case's open dues."""
    return Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)


def promises(case: Case) -> QuerySet[Due]:
    """The case's open promises, the earliest first."""
    return promised(waiting(case)).order_by("on", "kind", "id")


def awaited(case: Case) -> QuerySet[Due]:
    """The answers that the person waits for."""
    return waiting(case).filter(kind__in=TURN, why=b"")


def promised(rows: QuerySet[Due]) -> QuerySet[Due]:
    """The promises among these dues."""
    passing = Q(kind__in=(*LOOKS, *TURN), why=b"")
    return rows.exclude(kind__in=(*STANDING, *DUTIES)).exclude(passing)


def pass_on(case: Case, kinds: Collection[str], now: datetime) -> None:
    """End the open dues of these kinds, whose place another takes; not what says why."""
    waiting(case).filter(kind__in=kinds, why=b"").update(done_at=now)


def add(case: Case, kind: str, on: date, how: str) -> None:
    Due.objects.create(office_id=case.office_id, case_id=case.id, kind=kind, on=on, how=how)


def keep(case: Case, kind: str, days: Collection[date], now: datetime, how: str = "booked") -> None:
    """Let the open dues of this kind be on exactly these days, but for what says why."""
    rows = waiting(case).filter(kind=kind, why=b"")
    there = set(rows.values_list("on", flat=True))
    rows.exclude(on__in=days).update(done_at=now)
    for on in sorted(set(days) - there):
        add(case, kind, on, how)


def show(case: Case, otherwise: str, now: datetime) -> None:
    """Set the day that the list shows; an open case without a due gets one of `otherwise` today."""
    still_open = case.state != State.CLOSED
    if still_open and not waiting(case).exists():
        add(case, otherwise, now.date(), "today")
    days = waiting(case).order_by("on").values_list("on", flat=True)
    case.next_on = days.first() if still_open else None
    case.save(update_fields=["next_on"])
