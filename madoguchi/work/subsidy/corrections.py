"""Corrections of a step (訂正): which numbers, names and days may be corrected; never a sum."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import check
from madoguchi.work.subsidy.application import APPLICATION_VERBS
from madoguchi.work.subsidy.history import (
    BY_PERSON,
    NESTED,
    OFF,
    ON,
    PROTECTED,
    StepCard,
    apply_corrections,
    earliest,
    last,
    newest,
    with_corrections,
)
from madoguchi.work.subsidy.validation import read

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
    Verb.REDUCE: FILED,
    Verb.REVOKE: FILED,
    Verb.CONTRACT: ("contract_on", "lawyer", "received_on"),
    Verb.REPORT: ("contract_on", "lawyer", "paid_on", "received_on"),
    Verb.CLAIM: ("creditor_number", "received_on"),
    Verb.PAY: ("paid_on", "order_number", "creditor_number"),
}
NEEDED: Mapping[Verb, tuple[str, ...]] = {
    **dict.fromkeys(APPLICATION_VERBS, ("name",)),
    Verb.TYPE_IN: ("name", "received_on"),
    Verb.RECEIVE: ("received_on",),
    Verb.CONTRACT: ("contract_on", "received_on"),
    Verb.REPORT: ("contract_on", "paid_on", "received_on"),
    Verb.CLAIM: ("received_on",),
    Verb.PAY: ("paid_on",),
}
"""The fields that a correction may not empty, beside what the filing needs."""
MAY_LACK = ("received_on", "contract_on", "lawyer")
ON_PAPER = (
    *(Verb.DRAFT, Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX),
    *(Verb.REDUCE, Verb.REVOKE),
)
MONEY: Mapping[Verb, str] = {Verb.PAY: "grant.paid_on", Verb.REPAY: "grant.repaid_on"}
MOST_LETTERS = 200
_JUDGED = (Verb.APPLY, Verb.TYPE_IN, Verb.COMPLETE, Verb.RECEIVE)
JUDGED_DAYS = {"born_on", "contract_on", "paid_on", "estimate_on", "received_on"}


def correctable(step: StepCard) -> tuple[str, ...]:
    """Which fields of a step may be corrected.

    What came by the web has no day of receipt, and not every report has the contract with it.
    """
    names = AMENDABLE.get(step.verb, ())
    later = step.verb in (Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
    lacking = [name for name in MAY_LACK if later and name not in step.details]
    return tuple(name for name in names if name not in lacking)


def checked(step: StepCard, fields: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The fields of a correction as they are sealed; an empty text empties the field.

    Raises:
        Refused: one may not be corrected or emptied, is not a day or later than today, or too long.
    """
    verb = step.verb
    if not fields or not fields.keys() <= set(correctable(step)):
        raise Refused(Reason("grant.amend_field"))
    typed = {name: value.strip() for name, value in fields.items()}
    for name in NEEDED.get(verb, ()):
        if not typed.get(name, name):
            raise Refused(Reason("grant.nameless" if name == "name" else "grant.amend_day"))
    return {name: _value(name, value, now.date()) for name, value in typed.items()}


def require_order(
    steps: Sequence[StepCard], step: StepCard, fields: Mapping[str, str], today: date
) -> None:
    """Refuse a correction of a step after which the days of the steps are in an impossible order.

    Raises:
        Refused: with the faults that were not there before it.
    """
    after = [
        apply_corrections(each, fields) if each.number == step.number else each
        for each in with_corrections(steps)
    ]
    before = list(_wrong(steps, today))
    new = [fault for fault in _wrong(after, today) if fault not in before]
    if new:
        raise Refused(*(reason for _, reason in new))


def _wrong(steps: Sequence[StepCard], today: date) -> Iterator[tuple[int, Reason]]:
    """What is wrong with the days and numbers of the newest steps, each with its step's number."""
    undone = last(steps, Verb.UNDRAFT)
    for verb in (*ON_PAPER, *MONEY):
        step, since = last(steps, verb), earliest(steps, verb)
        if step is None:
            continue
        if verb is Verb.DRAFT and undone is not None and undone.number > step.number:
            continue
        if verb in ON_PAPER:
            filing = read(step.details.get("filing") or {})
            for reason in check(filing, today=today, verb=str(verb), since=since):
                yield step.number, reason
        elif since and step.on < since:
            yield step.number, Reason(MONEY[verb])


def judged_otherwise(steps: Sequence[StepCard]) -> bool:
    """Whether a day on which conditions depend was corrected after the newest draft."""
    drafted = next((step.number for step in reversed(steps) if step.verb is Verb.DRAFT), 0)
    verbs = {step.number: step.verb for step in steps}
    return any(
        verbs.get(step.details["step"]) in _JUDGED and JUDGED_DAYS & step.details["fields"].keys()
        for step in steps
        if step.verb is Verb.AMEND and step.number > drafted
    )


def replaced(steps: Sequence[StepCard], amend: StepCard) -> dict[str, Any]:
    """What stood in the fields of a correction before it; an empty one has no key."""
    number, names = amend.details.get("step"), amend.details.get("fields") or {}
    before = with_corrections(step for step in steps if step.number < amend.number)
    details = next((step.details for step in before if step.number == number), {})
    parts = (details, *(details.get(part) or {} for part in NESTED))
    return {name: part[name] for part in parts for name in names if part.get(name)}


def readable(step: StepCard, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """What the person reads of a correction: the fields that they can read of the step.

    None where there is none. The reason of the correction is for the desk only.
    """
    known = {
        name: value
        for name, value in fields.items()
        if step.verb in BY_PERSON or name in step.public_details
    }
    return {"step": step.number, "fields": known} if known else None


def _value(name: str, typed: str, today: date) -> str:
    if len(typed) > MOST_LETTERS or "\n" in typed:
        raise Refused(Reason("grant.amend_field"))
    if name == PROTECTED and typed not in (ON, OFF):
        raise Refused(Reason("grant.amend_field"))
    if not name.endswith("_on") or not typed:
        return typed
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        raise Refused(Reason("grant.amend_day")) from None
    if on > today:
        raise Refused(Reason("grant.amend_day"))
    return on.isoformat()


def drafted(steps: Sequence[StepCard], outcome: str) -> dict[str, Any]:
    """The details of the draft that is decided on; the application must not have changed since.

    Raises:
        Refused: another outcome was drafted (`grant.outcome`), or the application was corrected
            since (`grant.amended_since`).
    """
    draft = newest(steps, Verb.DRAFT)
    if draft.get("outcome") != outcome:
        raise Refused(Reason("grant.outcome"))
    if judged_otherwise(steps):
        raise Refused(Reason("grant.amended_since"))
    return draft
