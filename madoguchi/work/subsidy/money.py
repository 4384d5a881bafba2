"""The money of a grant (交付の額), as its steps say it by now; all sums in yen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.work.subsidy.history import ReadStep, last, with_corrections

SENT_BACK = {
    State.CONTRACTED: Verb.CONTRACT,
    State.REPORTED: Verb.REPORT,
    State.CLAIMED: Verb.CLAIM,
}
"""What is sent back (差戻し) from each state."""


def standing[AnyStep: ReadStep](steps: Iterable[AnyStep]) -> tuple[AnyStep, ...]:
    """The steps, as corrected, without what was sent back (差戻し) or taken back (起案の取消し).

    >>> standing(())
    ()
    """
    found: list[AnyStep] = []
    before: State | None = None
    for step in with_corrections(steps):
        undone = Verb.DRAFT if step.verb is Verb.UNDRAFT else None
        if step.verb is Verb.SEND_BACK and before:
            undone = SENT_BACK.get(before)
        if undone:
            found = [each for each in found if each.verb is not undone]
        found.append(step)
        before = step.state
    return tuple(found)


def claimed_yen(steps: Sequence[ReadStep]) -> int | None:
    """The sum for which it was claimed (請求の額): what was granted then; None without a claim."""
    known = standing(steps)
    claim = last(known, Verb.CLAIM)
    if claim is None:
        return None
    return money([step for step in known if step.number < claim.number]).granted_yen


@dataclass(frozen=True, slots=True)
class Money:
    """The sums of one grant.

    `granted_yen`: what is granted now (現在の交付決定額). `stated`: what the retainers cost by the
    newest fact – a new estimate, the contract, the report; `cost`: what the person bears of them,
    less every refund that was recorded; None while the application alone says it. Of several
    requests it is what each costs; a number is all that was said of them. `refunds`: each that was
    recorded. `signed`: what the contract or the report that stands says, None before one.
    `applied_yen`: what was applied for with a change (変更申請の額). `demanded_yen`: what was
    demanded back (返還を求めた額). `into_budget_yen`: what of the `returned_yen` came before the
    books were closed (戻入).
    """

    granted_yen: int = 0
    stated: CostByNow | None = None
    cost: CostByNow | None = None
    refunds: tuple[CostByNow, ...] = ()
    signed: CostByNow | None = None
    applied_yen: int | None = None
    paid_yen: int = 0
    demanded_yen: int = 0
    returned_yen: int = 0
    into_budget_yen: int = 0

    @property
    def cost_yen(self) -> int | None:
        """All retainers together."""
        return None if self.cost is None else total_yen(self.cost)

    def borne(self, estimate: CostByNow) -> CostByNow:
        """What the person bears of an estimate, less every refund that was recorded.

        >>> Money(refunds=(3, 2)).borne(10)
        5
        """
        return reduce(less, self.refunds, estimate)

    @property
    def reserved_yen(self) -> int:
        """What the budget holds for it until it is paid (引当額)."""
        return 0 if self.paid_yen else self.granted_yen

    @property
    def owed_yen(self) -> int:
        """What was demanded and has not come back (未収)."""
        return self.demanded_yen - self.returned_yen

    @property
    def executed_yen(self) -> int:
        """What the books of its year have spent (執行額)."""
        return self.paid_yen - self.into_budget_yen

    @property
    def past_year_yen(self) -> int:
        """What came back after the books were closed (過年度返還)."""
        return self.returned_yen - self.into_budget_yen

    def to_come_back_yen(self, most_yen: int | None) -> int:
        """What was paid above what may be granted by now, and was not demanded yet (要返還)."""
        limit = self.granted_yen if most_yen is None else min(most_yen, self.granted_yen)
        return max(0, self.paid_yen - self.demanded_yen - limit)


def money(steps: Sequence[ReadStep]) -> Money:
    """The money of a grant after these steps.

    >>> money(()).granted_yen
    0
    """
    granted = paid = demanded = returned = into_budget = 0
    stated: CostByNow | None = None
    signed: CostByNow | None = None
    left: CostByNow | None = None  # of what the application says, while nothing else says it
    applied_yen: int | None = None
    refunds: list[CostByNow] = []
    for step in standing(steps):
        details = step.details
        match step.verb:
            case Verb.DECIDE | Verb.FIX:
                granted = int(details.get("amount_yen", 0))
            case Verb.CHANGE:
                granted = int(details.get("amount_yen", 0))
                stated = said(details, "estimate_yen") or stated
                applied_yen = details.get("applied_yen") or applied_yen
            case Verb.CONTRACT if "yen" in details:
                stated = signed = said(details, "yen")
            case Verb.REPORT if "paid_yen" in details:
                signed = said(details, "paid_yen")
                stated = less(signed or 0, said(details, "refunded_yen"))
            case Verb.REFUND if "yen" in details:
                refunds.append(said(details, "yen") or 0)
                left = said(details, "cost_yen")
            case Verb.PAY:
                paid = int(details.get("amount_yen", 0))
            case Verb.REDUCE | Verb.REVOKE:
                demanded += int(details.get("repay_yen") or 0)
                granted = paid - demanded if paid else int(details.get("amount_yen") or 0)
            case Verb.REPAY:
                yen = int(details.get("yen", 0))
                returned += yen
                into_budget += yen if details.get("into", "budget") == "budget" else 0
            case Verb.WITHDRAW | Verb.LAPSE:
                granted = 0
    cost = left if stated is None else reduce(less, refunds, stated)
    return Money(
        granted_yen=granted,
        stated=stated,
        cost=cost,
        refunds=tuple(refunds),
        signed=signed,
        applied_yen=applied_yen,
        paid_yen=paid,
        demanded_yen=demanded,
        returned_yen=returned,
        into_budget_yen=into_budget,
    )


def said(details: Mapping[str, Any], name: str) -> CostByNow | None:
    """A sum as a step holds it: of each request where it says so (`sealed`).

    >>> said({"yen": 3, "yen_by_act": {"deletion": 1, "disclosure": 2}}, "yen")
    {'deletion': 1, 'disclosure': 2}
    >>> said({"yen": 3}, "yen")
    3
    """
    return details.get(f"{name}_by_act") or details.get(name)


def sealed(name: str, cost: CostByNow) -> dict[str, Any]:
    """A sum as a step is to hold it: in all, and of each request where there are several.

    >>> sealed("yen", {"deletion": 1, "disclosure": 2})
    {'yen': 3, 'yen_by_act': {'deletion': 1, 'disclosure': 2}}
    """
    if isinstance(cost, int):
        return {name: cost}
    return {name: total_yen(cost), f"{name}_by_act": dict(cost)}


def less(cost: CostByNow, back: CostByNow | None) -> CostByNow:
    """What is left after money came back; of which request is known where both say it.

    >>> less({"deletion": 3, "disclosure": 2}, {"deletion": 1}), less({"deletion": 3}, 1)
    ({'deletion': 2, 'disclosure': 2}, 2)
    """
    if not back:
        return cost
    if isinstance(cost, Mapping) and isinstance(back, Mapping):
        return {act: max(0, yen - back.get(act, 0)) for act, yen in cost.items()}
    return max(0, total_yen(cost) - total_yen(back))


def total_yen(cost: CostByNow) -> int:
    """All requests together.

    >>> total_yen({"deletion": 1, "disclosure": 2}), total_yen(3)
    (3, 3)
    """
    return cost if isinstance(cost, int) else sum(cost.values())


def exceeded(cost: CostByNow, back: CostByNow) -> int | None:
    """What was paid, in all or for one request, where more than that came back; else None.

    >>> exceeded({"deletion": 3, "disclosure": 2}, {"deletion": 4}), exceeded(3, 3)
    (3, None)
    """
    sums = [(total_yen(cost), total_yen(back))]
    if isinstance(cost, Mapping) and isinstance(back, Mapping):
        sums += [(cost.get(act, 0), yen) for act, yen in back.items()]
    return next((paid for paid, returned in sums if returned > paid), None)
