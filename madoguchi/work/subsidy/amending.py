"""What of a step may be written anew (訂正): numbers, names and days; never a sum."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.application import OFF, ON, PROTECTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from madoguchi.work.subsidy.steps import StepCard

FILED = ("drafted_on", "decided_on", "deputy", "enforced_on", "document_number", "binder")
_APPLIED = (
    *("name", "kana", "former_name", "born_on", "postal_code", "address", "phone"),
    *("representative", "lawyer", "law_office", "contract_on", "paid_on", "estimate_on"),
    PROTECTED,
)
_RECEIVED = ("received_number", "received_on")
AMENDABLE: Mapping[Verb, tuple[str, ...]] = {
    Verb.APPLY: _APPLIED,
    Verb.TYPE_IN: (*_APPLIED, *_RECEIVED),
    Verb.COMPLETE: _APPLIED,
    Verb.RECEIVE: _RECEIVED,
    Verb.DRAFT: FILED,
    Verb.DECIDE: (*FILED, "commitment_number"),
    Verb.REFUSE: FILED,
    Verb.CHANGE: FILED,
    Verb.FIX: FILED,
    Verb.REVOKE: FILED,
    Verb.CONTRACT: ("contract_on", "lawyer"),
    Verb.REPORT: ("paid_on",),
    Verb.CLAIM: ("creditor_number",),
    Verb.PAY: ("paid_on", "order_number", "creditor_number"),
}
MOST_LETTERS = 200
_JUDGED = (Verb.APPLY, Verb.TYPE_IN, Verb.COMPLETE, Verb.RECEIVE)
JUDGED_DAYS = {"born_on", "contract_on", "paid_on", "estimate_on", "received_on"}


def checked(verb: Verb, fields: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The fields as they are written anew; an empty one empties it.

    Raises:
        Refused: one may not be amended, a day is none or later than today, or it is too long.
    """
    if not fields or not fields.keys() <= set(AMENDABLE.get(verb, ())):
        raise Refused(Ground("grant.amend_field"))
    return {name: _value(name, typed.strip(), now) for name, typed in fields.items()}


def judged_otherwise(steps: Sequence[StepCard]) -> bool:
    """Whether a day that conditions rest on was written anew after the newest draft."""
    drafted = next((step.number for step in reversed(steps) if step.verb is Verb.DRAFT), 0)
    verbs = {step.number: step.verb for step in steps}
    return any(
        verbs.get(step.told["step"]) in _JUDGED and JUDGED_DAYS & step.told["fields"].keys()
        for step in steps
        if step.verb is Verb.AMEND and step.number > drafted
    )


def _value(name: str, typed: str, now: datetime) -> str:
    if len(typed) > MOST_LETTERS or "\n" in typed:
        raise Refused(Ground("grant.amend_field"))
    if name == PROTECTED and typed not in (ON, OFF):
        raise Refused(Ground("grant.amend_field"))
    if name.endswith("_on") and typed:
        return _day(typed, now).isoformat()
    return typed


def _day(typed: str, now: datetime) -> date:
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        raise Refused(Ground("grant.amend_day")) from None
    if on > now.date():
        raise Refused(Ground("grant.amend_day"))
    return on
