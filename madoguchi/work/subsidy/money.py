"""The money of a grant (交付の額), as its steps say it by now; all sums in yen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

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

    `granted_yen`: what is granted now (現在の交付決定額). `contract`, `reported`: what the contract
    and the report of the payment say that stand; None before one. `stated`: what the retainers cost
    by the newest fact – a new estimate, the contract, the report, which is never above its
    contract; `cost`: what the person bears of them, less every refund that was recorded; None while
    the application alone says it. Of several requests it is what each costs; a number is all that
    was said of them. `refunds`: each that was recorded.
    `applied_yen`: what was applied for with a change (変更申請の額). `demanded_yen`: what was
    demanded back (返還を求めた額). `into_budget_yen`: what of the `returned_yen` came before the
    books were closed (戻入).
    """

    granted_yen: int = 0
    stated: CostByNow | None = None
    cost: CostByNow | None = None
    refunds: tuple[CostByNow, ...] = ()
    contract: CostByNow | None = None
    reported: CostByNow | None = None
    applied_yen: int | None = None
    paid_yen: int = 0
    demanded_yen: int = 0
    returned_yen: int = 0
    into_budget_yen: int = 0

    @property
    def signed(self) -> CostByNow | None:
        """What the retainers cost by contract and report: the smaller, for each request.

        >>> Money(contract=5, reported=7).signed, Money(reported=7).signed
        (5, 7)
        """
        if self.contract is None or self.reported is None:
            return self.reported if self.contract is None else self.contract
        return lesser(self.contract, self.reported)

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
    contract: CostByNow | None = None
    reported: CostByNow | None = None
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
                stated = contract = said(details, "yen")
            case Verb.REPORT if "paid_yen" in details:
                contract = said(details, "yen") or contract  # in one report both
                reported = said(details, "paid_yen")
                signed = Money(contract=contract, reported=reported).signed
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
        contract=contract,
        reported=reported,
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


def lesser(one: CostByNow, other: CostByNow) -> CostByNow:
    """The smaller of two sums; of each request where both say it.

    >>> lesser({"deletion": 3, "disclosure": 2}, {"deletion": 1, "disclosure": 4})
    {'deletion': 1, 'disclosure': 2}
    >>> lesser({"deletion": 3, "disclosure": 2}, 4)
    4
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {act: min(yen, other.get(act, 0)) for act, yen in one.items()}
    return min(total_yen(one), total_yen(other))


def total_yen(cost: CostByNow) -> int:
    """All requests together.

    >>> total_yen({"deletion": 1, "disclosure": 2}), total_yen(3)
    (3, 3)
    """
    return cost if isinstance(cost, int) else sum(cost.values())


@dataclass(frozen=True, slots=True)
class Beside:
    """What contract and report say of one request; of all together, `act` empty."""

    act: str
    contract_yen: int
    paid_yen: int

    @property
    def way(self) -> Literal["", "above", "below"]:
        """Which way the payment differs from the contract; empty where it does not."""
        if self.paid_yen == self.contract_yen:
            return ""
        return "above" if self.paid_yen > self.contract_yen else "below"


def beside(contract: CostByNow | None, paid: CostByNow | None) -> tuple[Beside, ...]:
    """Contract and payment beside each other, for each request where both say it.

    >>> found = beside({"deletion": 3, "disclosure": 2}, {"deletion": 1, "disclosure": 4})
    >>> [each.way for each in found]
    ['below', 'above']
    >>> beside(None, 4)
    ()
    """
    if contract is None or paid is None:
        return ()
    if isinstance(contract, Mapping) and isinstance(paid, Mapping):
        return tuple(Beside(act, contract.get(act, 0), yen) for act, yen in paid.items())
    return (Beside("", total_yen(contract), total_yen(paid)),)


def exceeded(cost: CostByNow, back: CostByNow) -> int | None:
    """What was paid, in all or for one request, where more than that came back; else None.

    >>> exceeded({"deletion": 3, "disclosure": 2}, {"deletion": 4}), exceeded(3, 3)
    (3, None)
    """
    sums = [(total_yen(cost), total_yen(back))]
    if isinstance(cost, Mapping) and isinstance(back, Mapping):
        sums += [(cost.get(act, 0), yen) for act, yen in back.items()]
    return next((paid for paid, returned in sums if returned > paid), None)
