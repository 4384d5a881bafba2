"""What came before the application (順序): it stops a grant until it was decided to go on."""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import came_first as was_first
from madoguchi.work.subsidy.history import StepCard, contracted, current, newest
from madoguchi.work.subsidy.money import standing


def came_first(
    steps: Sequence[StepCard], version: SubsidyVersion | None, applied_on: date | None
) -> Mapping[str, date]:
    """Contract and payment (`contract`, `payment`) with their days, if before the application (A4).

    By the application, the contract as reported and the report, as corrected; empty where the
    city's rules do not want the application first.
    """
    if applied_on is None:
        return {}
    reports, applied = standing(steps), current(steps)
    signed = applied.contract_on if applied.contract == "signed" else ""
    told = {
        "contract": contracted(reports).get("contract_on") or signed,
        "payment": newest(reports, Verb.REPORT).get("paid_on"),
    }
    timing = version.timing if version else None
    days = {what: date.fromisoformat(day) for what, day in told.items() if day}
    return {what: day for what, day in days.items() if was_first(timing, applied_on, (day,))}


def stopped_by(
    steps: Sequence[StepCard], version: SubsidyVersion | None, applied_on: date | None
) -> Mapping[str, date]:
    """What came first, as long as nobody decided to go on (続ける決裁)."""
    if any(step.verb is Verb.PROCEED for step in steps):
        return {}
    return came_first(steps, version, applied_on)
