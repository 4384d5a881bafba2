"""The flag of danger (危険あり): looked at again after a week; while nobody has it, it alarms.

Only who has the case lifts it (`record.actions`). Nothing here does, however old it is. Words that
mean danger, when they come later, put a case on top until somebody has read them (ことばに危険);
where the flag is there already, reading them takes it off no more. Of a case that they may not see,
supervisors learn that such words wait, and with whom.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from madoguchi.rules.asked import dangers_in, texts_in
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.opening import staffed
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import DANGER
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import dues, jobs
from madoguchi.work.cases.actions import open_again
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice, about
from madoguchi.work.cases.queries import hidden_from
from madoguchi.work.notices.public import changes, in_force

LOOK_AFTER = timedelta(days=7)
AT_ONCE = 500
type Read = Callable[[Drawer], object]


def sweep(now: datetime) -> None:
    """Give each flag a day to look at it again, and tell of those that nobody sees to."""
    with transaction():
        for office_id, own in groupby(_unlooked(), key=attrgetter("office_id")):
            _look_again(Actor(office_id, "worker"), AtOffice(office_id), [*own], now=now)
    for office_id in sorted(set(_unseen().values_list("office_id", flat=True))):
        if _may_alarm(office_id, now) and not outbox.told_lately(office_id, DANGER, now):
            first = _unseen().filter(office_id=office_id).order_by("opened_at", "id").first()
            if first is not None:
                with transaction():
                    outbox.queue(office_id, first.id, DANGER, now=now)


def lift(case: Case, now: datetime) -> None:
    """Take the flag off, inside the act that says why."""
    case.urgent, case.touched_at = False, now
    case.save(update_fields=["urgent", "touched_at"])
    dues.keep(case, dues.NOTICED, (), now)
    dues.keep(case, dues.LOOK, (), now)
    dues.show(case, "follow_up", now)


def keep(case: Case, now: datetime) -> None:
    """Leave the flag, and look again after a week, inside the act that says why."""
    dues.keep(case, dues.NOTICED, (), now)
    dues.keep(case, dues.LOOK, (now.date() + LOOK_AFTER,), now, "days")
    dues.show(case, dues.LOOK, now)


def found_none(case: Case, now: datetime) -> None:
    """The words mean no danger: the flag goes, unless somebody meant it before they came."""
    if dues.waiting(case).filter(kind=dues.LOOK).exists():
        dues.keep(case, dues.NOTICED, (), now)
        dues.show(case, dues.LOOK, now)
    else:
        lift(case, now)


def take_back(case: Case, said: object, others: object, now: datetime) -> None:
    """What was said left the case: its mark goes, unless others that nobody has read mean it.

    What a booking or a grant of the case says is not read here: where there is one, the mark stays.
    """
    if dues.waiting(case).filter(kind__in=dues.STANDING).exists():
        return
    meant = means_danger(case.office_id, now, *texts_in(said))
    if meant and noticed(case) and not means_danger(case.office_id, now, *texts_in(others)):
        found_none(case, now)


def noticed(case: Case) -> bool:
    """Whether words that mean danger came that nobody has read yet."""
    return dues.waiting(case).filter(kind=dues.NOTICED).exists()


def notice(case_id: UUID, row_id: UUID, read: Read, now: datetime, *, opens: bool = False) -> None:
    """Read what a person sent (`row_id`), and put the case on top where its words mean danger.

    What cannot be read, and a case in which such words wait already, is left alone. Each is read
    once, so that nobody who asks again learns what it says, nor brings back what was looked at.
    `opens`: it opened the case, which stands on top for its words alone unless danger was ticked.
    """
    case = Case.objects.get(pk=case_id)
    with suppress(unseal.Forgotten):
        jobs.adopt(case_id, now=now)
        worker = Actor(case.office_id, "worker")
        _notice(worker, case, read, opens, now=now, idempotency_key=str(row_id))


@action("danger.notice")
def _notice(_actor: Actor, case: Case, read: Read, opens: bool, *, now: datetime) -> UUID:  # noqa: FBT001 - by name above
    if noticed(case):
        return case.id
    shared, _ = unseal.drawers(case.office_id, case.id)
    with suppress(Tampered, Unreadable):
        said = read(shared)
        by_words_alone = opens and about(shared).get("danger") != "yes"
        hear(case, said, now, meant=not by_words_alone)
    return case.id


def hear(case: Case, said: object, now: datetime, *, meant: bool = True) -> None:
    """Put the case on top where the words mean danger, inside the act that opened them.

    `meant`: a flag without a day to look again is somebody's. Not where the person said that there
    is no danger: then the page put the request on top for its words alone.
    """
    if not means_danger(case.office_id, now, *texts_in(said)):
        return
    row = Case.of(case.office_id).select_for_update().get(pk=case.id)
    if noticed(row):
        return
    if not row.urgent:
        row.urgent = True
        row.save(update_fields=["urgent"])
    elif meant and not dues.waiting(row).filter(kind=dues.LOOK).exists():
        dues.add(row, dues.LOOK, now.date() + LOOK_AFTER, "days")
    if row.state == State.CLOSED:  # since the person wrote, before the worker could read it
        open_again(row, dues.NOTICED, now)
    else:
        dues.add(row, dues.NOTICED, now.date(), "today")
        dues.show(row, dues.NOTICED, now)
    chain.tell(noticed=1)


def means_danger(office_id: UUID, now: datetime, *texts: str) -> bool:
    """Whether words in what was sent mean danger."""
    return bool(dangers_in(in_force(by_id(office_id), now.date()).meanings, *texts))


def address_of(office_id: UUID, on: date) -> str:
    """Where it is told that nobody has a case with the flag; empty where the city named none."""
    alarm = in_force(by_id(office_id), on).desk.alarm
    return alarm.address if alarm and alarm.confirmed else ""


def unseen(office_id: UUID) -> int:
    """How many cases still have the flag, and nobody has them or has read the words."""
    return _unseen().filter(office_id=office_id).count()


@dataclass(frozen=True)
class Hidden:
    """Danger in a case that the colleague may not see: who has it (None: nobody), what waits."""

    assignee_id: UUID | None
    kind: str


def hidden(actor: Actor, today: date) -> tuple[Hidden, ...]:
    """Of cases that a supervisor may not see: with whom words of danger, or a late look, wait.

    No case is named, counted or dated; of one from which the colleague is kept away, nothing.
    """
    late = Q(kind=dues.NOTICED) | Q(kind=dues.LOOK, on__lt=today)
    waiting = Due.of(actor.office_id).filter(late, done_at__isnull=True, case_id=OuterRef("pk"))
    cases = hidden_from(actor).filter(urgent=True)
    found = cases.annotate(waits=Subquery(waiting.order_by("-kind").values("kind")[:1]))
    rows = found.exclude(waits=None).values_list("assignee_id", "waits").distinct()
    return tuple(Hidden(*row) for row in rows.order_by("assignee_id", "-waits"))


def _unseen() -> QuerySet[Case]:
    return _flagged().filter(Q(assignee_id__isnull=True) | dues.noticed())


def _flagged() -> QuerySet[Case]:
    """Not a request that the office has not taken over: anybody may have made it up."""
    return Case.objects.filter(~unseal.untaken("pk"), urgent=True, closed_at__isnull=True)


def _may_alarm(office_id: UUID, now: datetime) -> bool:
    desk = in_force(by_id(office_id), now.date()).desk
    return bool(address_of(office_id, now.date())) and staffed(desk, now, changes(office_id))


def _unlooked() -> list[Case]:
    """Open cases with the flag and without such a day, locked, some at once.

    Not those that have it for words that nobody has read yet: whoever reads them says.
    """
    meant = ~dues.judged() & ~dues.noticed()
    rows = _flagged().filter(meant).order_by("office_id", "id")
    return list(rows.select_for_update(skip_locked=True)[:AT_ONCE])


@action("danger.watch")
def _look_again(_actor: Actor, at: AtOffice, cases: list[Case], *, now: datetime) -> None:
    for case in cases:
        ended = (
            Due.of(at.office_id)
            .filter(case_id=case.id, kind=dues.LOOK)
            .order_by("-done_at")
            .first()
        )
        since = ended.done_at if ended and ended.done_at else case.opened_at
        on = max(now.date(), day_in_japan(since) + LOOK_AFTER)
        dues.add(case, dues.LOOK, on, "days")
        dues.show(case, dues.LOOK, now)
    chain.tell(cases=len(cases))
