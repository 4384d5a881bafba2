"""What a step of the desk needs to be written: filing, days, the year, who decides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.subsidy import Life, Stage
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing, check
from madoguchi.rules.subsidy.year import ends_on, fix_by, payable_until
from madoguchi.work.subsidy.desk import LockedGrant, worded
from madoguchi.work.subsidy.fiscal_year import carried, decided_on, performed_late
from madoguchi.work.subsidy.history import (
    SETTING,
    StepCard,
    earliest,
    with_corrections,
)
from madoguchi.work.subsidy.second import require_second

NAMES = tuple(each.name for each in fields(Filing))
DAYS = ("drafted_on", "decided_on", "enforced_on")


def checked_filing(
    steps: Sequence[StepCard], filing: Filing, verb: Verb, now: datetime
) -> dict[str, Any]:
    """The filing as a step seals it; days are ISO texts, what was not typed is "" or None.

    Raises:
        Refused: with all that is wrong about it for this verb.
    """
    since = earliest(steps, verb)
    wrong = check(filing, today=now.date(), verb=str(verb), since=since)
    if wrong:
        raise Refused(*wrong)
    values = {name: getattr(filing, name) for name in NAMES}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def read(details: Mapping[str, Any]) -> Filing:
    """The filing that a step has sealed.

    >>> read({"document_number": "渋市安第12号", "decided_on": "2026-08-05"}).decided_on
    datetime.date(2026, 8, 5)
    """
    known = {name: value for name, value in details.items() if name in NAMES}
    for name in DAYS:
        known[name] = date.fromisoformat(details[name]) if details.get(name) else None
    return Filing(**known)


def with_earlier(filing: Filing, earlier: Mapping[str, Any]) -> Filing:
    """The filing, its empty fields filled with what was typed earlier.

    >>> with_earlier(Filing(document_number="第12号"), {"binder": "補助金"}).binder
    '補助金'
    """
    before = read(earlier)
    empty = {name: getattr(before, name) for name in NAMES if not getattr(filing, name)}
    return replace(filing, **empty)


def decided_or_today(filing: Mapping[str, Any], now: datetime) -> date:
    """The day of the decision; today where none was typed."""
    on = filing.get("decided_on")
    return date.fromisoformat(on) if on else now.date()


def public_filing(filing: Mapping[str, Any]) -> dict[str, Any]:
    """What the person reads of a filing: when it was decided, and under which number."""
    return {name: filing[name] for name in ("decided_on", "document_number")}


def require_running(year: int, on: date) -> None:
    """Refuse an increase (変更の増額) from a fiscal year that is over on that day."""
    if on > fix_by(year):
        raise Refused(_by("grant.year_over", fix_by(year)))


def require_performed(steps: Sequence[StepCard], year: int) -> None:
    """Refuse where it was performed after the year that pays, until a human carried it over."""
    if late := performed_late(steps, year):
        values = {"on": wareki_day(late), "by": wareki_day(fix_by(year))}
        raise Refused(Reason("grant.performed_late", values=values))


def require_fixable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Refuse to fix the sum after 31 March, unless a human carried the grant over (繰越)."""
    require_performed(steps, year)
    if on > fix_by(year) and not carried(steps):
        raise Refused(_by("grant.fix_over", fix_by(year)))


def require_payable(steps: Sequence[StepCard], year: int, on: date) -> None:
    """Refuse a payment before the sum was settled or, unless carried over, of another year.

    That is one from closed books, or of what was performed after its year.
    """
    if decided_on(steps) is None:  # its state says more than its steps
        raise Refused(Reason("grant.undecided"))
    require_performed(steps, year)
    settled_on = max(
        step.on
        for step in with_corrections(steps)
        # Of a claim on paper that was typed without the day on which it came, only that is known.
        if (step.verb in SETTING and step.verb is not Verb.REDUCE)
        or (step.verb is Verb.CLAIM and (step.staff_id is None or "received_on" in step.details))
    )
    if on < settled_on:
        raise Refused(Reason("grant.paid_on"))
    if on > payable_until(year) and not carried(steps):
        raise Refused(Reason("grant.books_closed"))


def require_over(state: str, year: int, stages: Collection[Stage], today: date) -> None:
    """Refuse while its year runs: until 31 March, or 31 May if only the payment is missing."""
    by = ends_on(state, year, stages)
    if today <= by:
        raise Refused(_by("grant.year_runs", by))


def _by(code: str, by: date) -> Reason:
    return Reason(code, values={"by": wareki_day(by)})


def require_decider(
    locked: LockedGrant, life: Life, new_yen: int = 0, *, more: bool = False
) -> None:
    """Raise Refused unless this colleague may decide; `more`: the sum is higher than before.

    `new_yen`: as in `sums_of`.

    Raises:
        Refused: it is a supervisor's (`grant.decider`), or a second is needed (`require_second`).
    """
    if life.approval == "in_tool" and locked.actor.role != "supervisor":
        raise Refused(Reason("grant.decider"))
    require_second(locked, life, new_yen, more=more)


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the number of its field on the form, and what about it."""

    number: int
    what: str = field(repr=False)


def missing_details(missing: Iterable[Missing]) -> list[dict[str, Any]]:
    """The missing things as a step seals them.

    Raises:
        Refused: one has no words.
    """
    return [
        {"field": each.number, "what": worded(each.what, "grant.nothing_missing")}
        for each in missing
    ]
