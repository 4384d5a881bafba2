"""The sum of a grant, from its opened steps (額の移り変わり)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.steps.grant import RESERVING, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from madoguchi.work.subsidy.many import Said
    from madoguchi.work.subsidy.steps import StepCard

    type Either = StepCard | Said

SETTING = (Verb.DECIDE, Verb.CHANGE, Verb.FIX)


def granted_yen(steps: Sequence[Either]) -> int:
    """The sum that is granted now, in yen; 0 before the decision.

    >>> granted_yen(())
    0
    """
    return int(newest(steps, *SETTING).get("amount_yen", 0))


def paid_yen(steps: Sequence[Either]) -> int:
    """The sum that was paid, in yen; 0 where nothing was.

    >>> paid_yen(())
    0
    """
    return int(newest(steps, Verb.PAY).get("amount_yen", 0))


def borne_yen(steps: Sequence[Either]) -> int | None:
    """What the person bore of the retainer that they reported, in yen; None where none is.

    >>> borne_yen(()) is None
    True
    """
    told = newest(steps, Verb.REPORT)
    paid = told.get("paid_yen")
    return None if paid is None else max(0, int(paid) - int(told.get("refunded_yen") or 0))


def kept_yen(steps: Sequence[Either]) -> int:
    """What somebody has of a grant, in yen: a sum that ended before its payment is nothing.

    >>> kept_yen(())
    0
    """
    if paid := paid_yen(steps):
        return paid - int(newest(steps, Verb.REVOKE).get("repay_yen", 0))
    return granted_yen(steps) if steps and steps[-1].state in RESERVING else 0


def newest(steps: Sequence[Either], *verbs: Verb) -> dict[str, Any]:
    """What the newest step of these verbs is about, as amended since; empty where there is none.

    >>> newest((), Verb.PAY)
    {}
    """
    of = next((step for step in reversed(steps) if step.verb in verbs), None)
    return amended(of, steps) if of else {}


def amended(step: Either, steps: Sequence[Either]) -> dict[str, Any]:
    """What a step is about, with the numbers and days that were written anew since."""
    told = dict(step.told)
    for later in steps:
        if later.verb is Verb.AMEND and later.told.get("step") == step.number:
            told = _with(told, later.told["fields"])
    return told


def _with(told: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Each field goes where it stands: in the filing, or beside it."""
    filing = dict(told.get("filing") or {})
    inside = {name: value for name, value in fields.items() if name in filing}
    beside = {name: value for name, value in fields.items() if name not in filing}
    return {**told, **beside, **({"filing": filing | inside} if inside else {})}
