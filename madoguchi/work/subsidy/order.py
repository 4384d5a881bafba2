"""What came too early (順序): it stops a grant until it was decided to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy import year
from madoguchi.work.subsidy.history import StepCard, contracted, current, last, newest
from madoguchi.work.subsidy.money import standing

type What = Literal["contract", "payment"]


@dataclass(frozen=True, slots=True)
class Early:
    """Contract or payment (`what`) with its day, and what the city wants before it (`before`)."""

    what: What
    on: date
    before: year.Before


def came_first(
    steps: Sequence[StepCard], version: SubsidyVersion | None, applied_on: date | None
) -> tuple[Early, ...]:
    """What came before the application, or before the decision where the city waits for that (A4).

    By the application, the contract as reported and the report, as corrected; nothing where the
    city has not confirmed the order, or the application comes last.
    """
    if applied_on is None:
        return ()
    reports, applied, decided = standing(steps), current(steps), last(steps, Verb.DECIDE)
    signed = applied.contract_on if applied.contract == "signed" else ""
    days: dict[What, str | None] = {
        "contract": contracted(reports).get("contract_on") or signed,
        "payment": newest(reports, Verb.REPORT).get("paid_on"),
    }
    timing, decided_on = version.timing if version else None, decided.on if decided else None
    told = ((what, date.fromisoformat(day)) for what, day in days.items() if day)
    return tuple(
        Early(what, on, before)
        for what, on in told
        if (before := year.came_first(timing, on, applied_on, decided_on))
    )


def stopped_by(
    steps: Sequence[StepCard], version: SubsidyVersion | None, applied_on: date | None
) -> tuple[Early, ...]:
    """What came first and nobody has decided on: to go on (続ける決裁) is for the days known then.

    >>> stopped_by((), None, None)
    ()
    """
    decided = {
        early
        for at, step in enumerate(steps)
        if step.verb is Verb.PROCEED
        for early in came_first(steps[:at], version, applied_on)
    }
    return tuple(early for early in came_first(steps, version, applied_on) if early not in decided)
