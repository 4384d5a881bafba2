"""What a step of the desk must hold to be written: filing, days, the year, who decides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.subsidy import Life, Stage
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing, check
from madoguchi.rules.subsidy.year import ends_on, fix_by, money_of, payable_until
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.desk import worded
from madoguchi.work.subsidy.fiscal_year import carried, decided_on
from madoguchi.work.subsidy.history import SETTING, StepCard, earliest, last_by, with_corrections

NAMES = tuple(each.name for each in fields(Filing))
DAYS = ("drafted_on", "decided_on", "enforced_on")


def filed(steps: Sequence[StepCard], filing: Filing, verb: Verb, now: datetime) -> dict[str, Any]:
    """The filing as a step keeps it; days are ISO, what was not typed is "" or None.

    Raises:
        Refused: with everything that is wrong about it for this verb, at once.
    """
    since = earliest(steps, verb)
    wrong = check(filing, today=now.date(), verb=str(verb), since=since)
    if wrong:
        raise Refused(*wrong)
    return {name: _plain(getattr(filing, name)) for name in NAMES}


def read(told: Mapping[str, Any]) -> Filing:
    """The filing that a step keeps.

    >>> read({"document_number": "渋市安第12号", "decided_on": "2026-08-05"}).decided_on
    datetime.date(2026, 8, 5)
    """
    known = {name: value for name, value in told.items() if name in NAMES}
    for name in DAYS:
        known[name] = date.fromisoformat(told[name]) if told.get(name) else None
    return Filing(**known)


def over(filing: Filing, earlier: Mapping[str, Any]) -> Filing:
    """The filing with what was typed before, where nothing is typed now.

    >>> over(Filing(document_number="第12号"), {"binder": "補助金"}).binder
    '補助金'
    """
    before = read(earlier)
    empty = {name: getattr(before, name) for name in NAMES if not getattr(filing, name)}
    return replace(filing, **empty)


def decided_or_today(filing: Mapping[str, Any], now: datetime) -> date:
    """The day of the decision; today where none was typed."""
    told = filing.get("decided_on")
    return date.fromisoformat(told) if told else now.date()


def dated(filing: Mapping[str, Any]) -> dict[str, Any]:
    """What the person reads of a filing: when it was decided, and under which number."""
    return {name: filing[name] for name in ("decided_on", "document_number")}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def require_running(year: int, on: date) -> None:
    """Refuse an increase (変更の増額) from a fiscal year that is over on that day."""
    if on > fix_by(year):
        raise Refused(_by("grant.year_over", fix_by(year)))


def require_fixable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Until 31 March, or where a human chose to go on (繰越)."""
    if on > fix_by(year) and not carried(steps):
        raise Refused(_by("grant.fix_over", fix_by(year)))


def require_same_year(year: int, applied_year: int, on: date) -> None:
    """A decision whose day is written anew stays of the year that pays it (決裁日の訂正)."""
    if money_of(applied_year, on) != year:
        raise Refused(Reason("grant.amend_decided"))


def require_payable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Once the sum is settled; after the year's books are closed only what was carried over."""
    if decided_on(steps) is None:  # its state says more than its steps
        raise Refused(Reason("grant.undecided"))
    if on < max(step.on for step in with_corrections(steps) if _settles(step)):
        raise Refused(Reason("grant.paid_on"))
    if on > payable_until(year) and not carried(steps):
        raise Refused(Reason("grant.books_closed"))


def require_over(state: str, year: int, stages: Collection[Stage], today: date) -> None:
    """Its year is over: of a sum that only waits to be paid, on 31 May."""
    by = ends_on(state, year, stages)
    if today <= by:
        raise Refused(_by("grant.year_runs", by))


def _settles(step: StepCard) -> bool:
    """Whether the sum is paid after it: a claim on paper came before the desk typed it in."""
    return step.verb in SETTING or (step.verb is Verb.CLAIM and step.staff_id is None)


def _by(code: str, by: date) -> Reason:
    return Reason(code, values={"by": wareki_day(by)})


def by_another(actor: Actor, steps: Sequence[StepCard], life: Life, *, more: bool = False) -> None:
    """Raise Refused unless this colleague may decide; `more`: the sum is higher than before.

    Raises:
        Refused: it is a supervisor's (`grant.decider`), one's own draft (`grant.own_draft`), or
            more than oneself had set (`grant.own_sum`).
    """
    if life.approval != "in_tool":
        return
    if actor.role != "supervisor":
        raise Refused(Reason("grant.decider"))
    if actor.staff_id == last_by(steps, Verb.DRAFT):
        raise Refused(Reason("grant.own_draft"))
    if more and actor.staff_id == last_by(steps, *SETTING):
        raise Refused(Reason("grant.own_sum"))


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the number of its field on the form, and what about it."""

    number: int
    what: str = field(repr=False)


def listed(missing: Iterable[Missing]) -> list[dict[str, Any]]:
    """Each as it is written down.

    Raises:
        Refused: of one it is not said what is missing.
    """
    return [
        {"field": each.number, "what": worded(each.what, "grant.nothing_missing")}
        for each in missing
    ]
