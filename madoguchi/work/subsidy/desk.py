"""A grant inside an act of the desk (窓口の手続): locked, opened, moved by one step.

Who may act on the grant may not therefore read its case: of the case's drawers, only the grant's
own steps are read here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.dates import weekday
from madoguchi.rules.programme.subsidy import STAGES, Life, Stage, Terms
from madoguchi.rules.steps.grant import OVER, State, Verb, after
from madoguchi.rules.subsidy.year import SOON_DAYS, ends_on
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.dues import GRANT, GRANT_SENT
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.fiscal_year import year_of, years_of
from madoguchi.work.subsidy.history import StepCard, newest, without_newest
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.money import Money, money

AFTERWARDS = "grant_over"  # an open case is looked at once its grant is over
LOOK_WITHIN = timedelta(days=7)  # where it is the desk's turn
OF_DESK = (State.SENT, State.RECEIVED, State.DRAFTED, State.REPORTED, State.CLAIMED)


def settle(
    grant: Grant,
    now: datetime,
    *,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> None:
    """Set the day on which somebody looks at the case (`Due`), by the grant's state; in its act."""
    case = Case.of(grant.office_id).get(pk=grant.case_id)
    over = State(grant.state) in OVER  # one grant of a case runs at a time
    budget_year = years_of([grant]).get(grant.id)
    days = () if over else (next_look(grant, budget_year, now.date(), stages, answer_by),)
    dues.keep(case, GRANT_SENT, (), now)
    dues.keep(case, GRANT, days, now, "grant")
    dues.show(case, AFTERWARDS, now)


def next_look(
    grant: Grant,
    budget_year: int | None,
    today: date,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> date:
    """When somebody looks at a grant that runs: the soonest of its days that is not past.

    Unless it is the day that was named to the person (`answer_by`), it is no weekend or holiday:
    what has to be done in time comes before one. `budget_year`: the fiscal year of its money; None
    before the desk has received it.
    """
    look = weekday(today + LOOK_WITHIN, "after")
    days = [answer_by] if answer_by else []
    if budget_year is not None and grant.state != State.RECLAIMED:
        by = ends_on(grant.state, budget_year, stages)
        days += [weekday(by - timedelta(days=SOON_DAYS), "before"), weekday(by, "before")]
        days.append(weekday(by + timedelta(days=1), "after"))
    if State(grant.state) in OF_DESK or not days:
        days.append(look)
    return min((day for day in days if day >= today), default=look)


MAIL = "answered"  # says that there is news of their submission, and no more


def queue_mail(grant: Grant, now: datetime) -> None:
    """Queue the mail, inside an act; the wishes of the moment decide whether it is sent."""
    outbox.queue(grant.office_id, grant.case_id, MAIL, now=now)


MOST_LETTERS = 2000


@dataclass(frozen=True)
class StepDetails:
    """What one step writes: `details` for staff, `public_details` for the person, as sealed.

    `on`: the step's own day, today where it has none. `public_details`: None where the person reads
    nothing of it and gets no mail. `columns`: of the grant's row. `answer_by`: until when the
    person is waited for. `by_person`: they submitted it; it is sealed where they can read it.
    `reached`: the state after it, where the money or what is taken back says it.
    """

    details: Mapping[str, Any] = field(repr=False)
    on: date | None = None
    public_details: Mapping[str, Any] | None = field(default=None, repr=False)
    columns: Mapping[str, Any] = field(default_factory=dict)
    answer_by: date | None = None
    by_person: bool = False
    reached: State | None = None


@dataclass(frozen=True)
class LockedGrant:
    """A grant that an act has locked for one verb, with its case's open drawers and its steps.

    `life`: the stages of its city. `terms`: the rules of the day of the application, of an act that
    reckons by them.
    """

    grant: Grant
    actor: Actor
    verb: Verb
    now: datetime
    shared: Drawer = field(repr=False)
    staff: Drawer = field(repr=False)
    steps: tuple[StepCard, ...] = field(repr=False)
    life: Life = field(default_factory=Life)
    terms: Terms | None = None

    @property
    def office_id(self) -> UUID:
        return self.grant.office_id

    @property
    def rules(self) -> Terms:
        """The rules of the day of the application.

        Raises:
            LookupError: the act was begun without them, which is a mistake of its caller.
        """
        if self.terms is None:
            raise LookupError("an act that reckons was begun without the rules of its day")
        return self.terms

    @cached_property
    def money(self) -> Money:
        """Its sums before the act."""
        return money(self.steps)

    @property
    def granted_yen(self) -> int:
        """The sum that is granted now, in yen."""
        return self.money.granted_yen

    @property
    def year(self) -> int:
        """The fiscal year that pays; until the decision, that of the application.

        Raises:
            Refused: the desk has not received it yet.
        """
        return year_of(self.grant, self.steps)


def lock_grant(
    actor: Actor,
    grant: Grant,
    verb: Verb,
    now: datetime,
    life: Life | None = None,
    terms: Terms | None = None,
) -> LockedGrant:
    """Lock a grant to which a verb is possible, and open its steps.

    Raises:
        Refused: it moved on since it was read, or the verb is not possible (`grant.<verb>`).
        Tampered: its steps are not as they were written: nothing is done to it.
    """
    life = life or Life()
    history.lock_row(grant)
    after(State(grant.state), verb, life.stages)
    shared, staff = drawers(grant, now)
    steps = history.history(grant, shared, staff)
    return LockedGrant(grant, actor, verb, now, shared, staff, steps, life, terms)


def drawers(grant: Grant, now: datetime) -> tuple[Drawer, Drawer]:
    """The drawers of the grant's case; one that nobody opened yet is adopted (`cases.adopt`).

    Raises:
        Forgotten: its keys were destroyed.
    """
    try:
        return unseal.drawers(grant.office_id, grant.case_id)
    except unseal.Forgotten:  # or never opened: adopting finds out which
        cases.adopt(grant.case_id, now=now)
        return unseal.drawers(grant.office_id, grant.case_id)


def write(locked: LockedGrant, new: StepDetails) -> UUID:
    """Write the step; the case's day follows, and the person gets a mail if they can read of it.

    A correction of what was typed wrongly is no news to them.
    """
    grant, now, stages = locked.grant, locked.now, locked.life.stages
    step = history.write(
        grant,
        history.NewStep(
            locked.verb,
            new.on or now.date(),
            locked.shared if new.by_person else locked.staff,
            new.details,
            locked.actor.colleague,
            locked.shared,
            new.public_details,
            new.reached,
        ),
        now=now,
        stages=stages,
        **new.columns,
    )
    answer_by, steps = new.answer_by, locked.steps
    if locked.verb is Verb.UNDO:
        steps = without_newest(steps)
    if answer_by is None:  # the day that an earlier step set, while it is still waited for
        match State(grant.state):
            case State.RETURNED:
                until = newest(steps, Verb.RETURN).get("by_on")
            case State.RECLAIMED:
                until = newest(steps, Verb.REVOKE, Verb.REDUCE).get("repay_by_on")
            case _:
                until = None
        answer_by = date.fromisoformat(until) if until else None
    settle(grant, now, stages=stages, answer_by=answer_by)
    if new.public_details is not None and locked.verb is not Verb.AMEND:
        queue_mail(grant, now)
    return step.id


def worded(text: str, code: str) -> str:
    """A reason as it was typed, without the space around it.

    Raises:
        Refused: it is empty, or longer than `MOST_LETTERS` (the reason's code is `code`).
    """
    stripped = text.strip()
    if not stripped or len(stripped) > MOST_LETTERS:
        raise Refused(Reason(code))
    return stripped


def not_later(on: date, now: datetime, code: str) -> date:
    """The day itself.

    Raises:
        Refused: it is later than today.
    """
    if on > now.date():
        raise Refused(Reason(code))
    return on
