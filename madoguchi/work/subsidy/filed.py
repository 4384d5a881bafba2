"""What was typed from the city's own document system, as a step keeps it (文書の番号と日付)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing, check
from madoguchi.work.subsidy.order import earliest
from madoguchi.work.subsidy.steps import StepCard

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


def decided_on(filing: Mapping[str, Any], now: datetime) -> date:
    """The day of the decision; today where none was typed."""
    told = filing.get("decided_on")
    return date.fromisoformat(told) if told else now.date()


def dated(filing: Mapping[str, Any]) -> dict[str, Any]:
    """What the person reads of a filing: when it was decided, and under which number."""
    return {name: filing[name] for name in ("decided_on", "document_number")}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
