"""On which days money may move after a decision (確定・支払・失効の日), by the grant's own year."""

from collections.abc import Collection, Sequence
from datetime import date

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.subsidy_life import Stage
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import ends_on, fix_by, money_of, payable_until
from madoguchi.work.subsidy.amended import amended
from madoguchi.work.subsidy.steps import StepCard
from madoguchi.work.subsidy.sums import SETTING
from madoguchi.work.subsidy.years import carried, decided_on


def require_running(year: int, on: date) -> None:
    """Nothing more is taken from a year that is over on a day (変更の増額)."""
    if on > fix_by(year):
        raise Refused(_by("grant.year_over", fix_by(year)))


def require_fixable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Until 31 March, or where a human chose to go on (繰越)."""
    if on > fix_by(year) and not carried(steps):
        raise Refused(_by("grant.fix_over", fix_by(year)))


def require_same_year(year: int, applied_year: int, on: date) -> None:
    """A decision whose day is written anew stays of the year that pays it (決裁日の訂正)."""
    if money_of(applied_year, on) != year:
        raise Refused(Ground("grant.amend_decided"))


def require_payable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Once the sum is settled; after the year's books are closed only what was carried over."""
    if decided_on(steps) is None:  # its state says more than its steps
        raise Refused(Ground("grant.undecided"))
    if on < max(step.on for step in amended(steps) if _settles(step)):
        raise Refused(Ground("grant.paid_on"))
    if on > payable_until(year) and not carried(steps):
        raise Refused(Ground("grant.books_closed"))


def require_over(state: str, year: int, stages: Collection[Stage], today: date) -> None:
    """Its year is over: of a sum that only waits to be paid, on 31 May."""
    by = ends_on(state, year, stages)
    if today <= by:
        raise Refused(_by("grant.year_runs", by))


def _settles(step: StepCard) -> bool:
    """Whether the sum is paid after it: a claim on paper came before the desk typed it in."""
    return step.verb in SETTING or (step.verb is Verb.CLAIM and step.staff_id is None)


def _by(code: str, by: date) -> Ground:
    return Ground(code, values={"by": wareki_day(by)})
