"""Which sum may be set after the decision (変更と確定の額): by the terms, and by what was borne."""

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.work.subsidy.desk import InHand, worded
from madoguchi.work.subsidy.reviewing.findings import (
    Known,
    by_payment,
    cap_yen,
    known,
    paid_otherwise,
)
from madoguchi.work.subsidy.reviewing.verdicts import verdicts
from madoguchi.work.subsidy.sums import borne_yen


def require_within_cap(hand: InHand, yen: int, terms: Terms) -> None:
    """The terms have a cap for the acts of the application, however much they cost by now.

    Raises:
        Refused: the sum is above it (`grant.amount_cap`), or the terms are of another day.
    """
    most = cap_yen(hand.steps, _beside(hand, terms), terms)
    if most is not None and yen > most:
        raise Refused(Ground("grant.amount_cap", values={"most": f"{most:,}"}))


def require_borne(hand: InHand, yen: int, why: str, terms: Terms) -> str:
    """The reason of the sum; there has to be one for more than is reckoned from the report.

    Raises:
        Refused: there is none (`grant.amount_more`), the sum is more than the person bore
            (`grant.amount_borne`), or the terms are of another day.
    """
    said, borne = why.strip(), borne_yen(hand.steps)
    if borne is None or not paid_otherwise(hand.steps):
        return said
    if yen > borne:
        raise Refused(Ground("grant.amount_borne", values={"most": f"{borne:,}"}))
    checks = verdicts(hand.grant, hand.staff, hand.steps)
    judged = by_payment(hand.steps, checks, _beside(hand, terms), terms)
    if judged and judged.at_most_yen is not None and yen <= judged.at_most_yen:
        return said
    return worded(said, "grant.amount_more")


def _beside(hand: InHand, terms: Terms) -> Known:
    """What stands beside the application, where the terms are those of its day."""
    beside = known(hand.grant, hand.shared, hand.staff, hand.steps)
    if terms.on != beside.applied_on:
        raise Refused(Ground("grant.stale"))
    return beside
