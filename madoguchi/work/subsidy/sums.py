"""The sum of a grant, and what of it was said last, from its opened steps (額の移り変わり)."""

from collections.abc import Sequence
from typing import Any

from madoguchi.rules.steps.grant import RESERVING, Verb
from madoguchi.work.subsidy.amended import Happened, amended

SETTING = (Verb.DECIDE, Verb.CHANGE, Verb.FIX)


def granted_yen(steps: Sequence[Happened]) -> int:
    """The sum that is granted now, in yen; 0 before the decision.

    >>> granted_yen(())
    0
    """
    return int(newest(steps, *SETTING).get("amount_yen", 0))


def paid_yen(steps: Sequence[Happened]) -> int:
    """The sum that was paid, in yen; 0 where nothing was.

    >>> paid_yen(())
    0
    """
    return int(newest(steps, Verb.PAY).get("amount_yen", 0))


def borne_yen(steps: Sequence[Happened]) -> int | None:
    """What the person bore of the retainer that they reported, in yen; None where none is.

    >>> borne_yen(()) is None
    True
    """
    told = newest(steps, Verb.REPORT)
    paid = told.get("paid_yen")
    return None if paid is None else max(0, int(paid) - int(told.get("refunded_yen") or 0))


def kept_yen(steps: Sequence[Happened]) -> int:
    """What somebody has of a grant, in yen: a sum that ended before its payment is nothing.

    >>> kept_yen(())
    0
    """
    if paid := paid_yen(steps):
        return paid - int(newest(steps, Verb.REVOKE).get("repay_yen", 0))
    return granted_yen(steps) if steps and steps[-1].state in RESERVING else 0


def newest(steps: Sequence[Happened], *verbs: Verb) -> dict[str, Any]:
    """What the newest step of these verbs is about, as amended since; empty where there is none.

    >>> newest((), Verb.PAY)
    {}
    """
    found = last(steps, *verbs)
    return dict(found.told) if found else {}


def last[One: Happened](steps: Sequence[One], *verbs: Verb) -> One | None:
    """The newest step of these verbs, as amended since; None where there is none.

    >>> last((), Verb.PAY)
    """
    return next((step for step in reversed(amended(steps)) if step.verb in verbs), None)
