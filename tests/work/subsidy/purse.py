"""The money of one grant as somebody notes it who trusts nothing of the product; all sums in yen.

A `Purse` is told what was typed and taken. It remembers every estimate, contract, report and refund
for itself, knows the city's published rule, and fails where more went out than that lets out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

type Cost = Mapping[str, int]
"""What the retainer of each request costs; of `TOTAL`, where nobody said it of each."""
TOTAL = ""


class Overspent(AssertionError):
    """More money went out, or stays out, than the law lets out."""


def require(holds: bool, guard: str, *facts: object) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise Overspent with the guard's name unless it holds."""
    if not holds:
        raise Overspent(guard, *facts)


def books_close(year: int) -> date:
    """31 May after a fiscal year (出納閉鎖)."""
    return date(year + 1, 5, 31)


@dataclass(frozen=True)
class Rule:
    """What a city has published: a share of the cost, up to a cap.

    `each`: the cap is one for each request. `shared`: it is confirmed to be one for all, so that
    earlier grants of the case have used of it. `unit_yen`: what is below it is left out.
    """

    part: int = 1
    of: int = 2
    cap_yen: int = 150_000
    unit_yen: int = 1
    each: bool = False
    shared: bool = False

    def most(self, cost: Cost, kept_yen: int = 0) -> int:
        """The most that may be granted; of a total alone all may be of one request."""
        shares = [yen * self.part for yen in cost.values()]
        if self.each:
            money = sum(min(share, self.cap_yen * self.of) for share in shares)
        else:
            left = max(0, self.cap_yen - kept_yen) if self.shared else self.cap_yen
            money = min(sum(shares), left * self.of)
        unit = self.of * self.unit_yen
        return money // unit * self.unit_yen


def less(cost: Cost, back: Cost) -> Cost:
    """What is left after money came back, of each request where both are known so."""
    if cost.keys() >= back.keys():
        return {act: max(0, yen - back.get(act, 0)) for act, yen in cost.items()}
    return {TOTAL: max(0, sum(cost.values()) - sum(back.values()))}


def lesser(*costs: Cost) -> Cost:
    """What all of them let stand, of each request where all are known so, else in all.

    Of a request that one of them does not name, nothing stands.
    """
    of_each = [cost for cost in costs if TOTAL not in cost]
    acts = of_each[0] if of_each else ()
    stands = {act: min(cost.get(act, 0) for cost in of_each) for act in acts}
    totals = [cost[TOTAL] for cost in costs if TOTAL in cost]
    if not totals:
        return stands
    if of_each:
        totals.append(sum(stands.values()))
    return {TOTAL: min(totals)}


def more(one: Cost, other: Cost) -> Cost:
    """The higher of both, of each request where both are known so."""
    if (TOTAL in one) != (TOTAL in other) and one and other:
        return {TOTAL: max(sum(one.values()), sum(other.values()))}
    acts = {**one, **other}
    return {act: max(one.get(act, 0), other.get(act, 0)) for act in acts}


def both(one: Cost, other: Cost) -> Cost:
    """Both together, of each request."""
    return {act: one.get(act, 0) + other.get(act, 0) for act in {**one, **other}}


@dataclass(frozen=True)
class Facts:
    """What is known of a grant, and where its money is.

    `said`: what a change, the contract and the report say of the cost, in their order, without what
    was sent back. `refunds`: each that was recorded, with how much was said before it.
    `applied_yen`: the sum applied for, where one was said.
    `told_back`: what the report says came back. `open_yen`: what is to come back and was not
    demanded (要返還).
    """

    estimate: Cost
    said: tuple[tuple[str, Cost], ...] = ()
    refunds: tuple[tuple[int, Cost], ...] = ()
    told_back: Cost = field(default_factory=dict)
    applied_yen: int | None = None
    drafted_yen: int = 0
    decided_yen: int = 0
    claimed_yen: int | None = None
    year: int = 0
    carried: bool = False
    reserved_yen: int = 0
    executed_yen: int = 0  # 支払 − 戻入: what the books of the year say was spent
    paid_yen: int = 0
    demanded_yen: int = 0
    returned_yen: int = 0
    open_yen: int = 0

    @property
    def standing(self) -> Mapping[str, tuple[int, Cost]]:
        """The last change, contract and report, each with its place among what was said."""
        return {kind: (at, cost) for at, (kind, cost) in enumerate(self.said)}

    @property
    def cost(self) -> Cost:
        """What the retainer of each request cost, before anything came back.

        It is owed and really paid: the contract binds what was owed, the report what was paid, and
        the smaller of both is the cost. A change after one of them makes it no higher; a change
        before both is another estimate, and an estimate is the cost only until one of them comes.
        """
        agreed = [self.standing[of] for of in ("contract", "report") if of in self.standing]
        changes = [self.standing["change"]] if "change" in self.standing else []
        if not agreed:
            return changes[0][1] if changes else self.estimate
        first = min(at for at, _ in agreed)
        later = [change for change in changes if change[0] > first]
        return lesser(*(cost for _, cost in (*agreed, *later)))

    @property
    def came_back(self) -> Cost:
        """What came back by now, whatever was said since.

        A report that tells of money back after refunds were recorded may tell of the same money.
        """
        report, _ = self.standing.get("report", (-1, {}))
        before: Cost = {}
        since: Cost = {}
        for at, yen in self.refunds:
            if at <= report:
                before = both(before, yen)
            else:
                since = both(since, yen)
        return both(more(before, self.told_back), since)

    @property
    def bears(self) -> Cost:
        """What the person bears by now: what it cost, less what came back."""
        return less(self.cost, self.came_back)

    @property
    def is_sure(self) -> bool:
        """Whether it is sure that the report tells of other money than the refunds."""
        return not (self.told_back and self.refunds)

    @property
    def owed_yen(self) -> int:
        """What was demanded and has not come back (未収)."""
        return self.demanded_yen - self.returned_yen


@dataclass
class Purse:
    """One grant. `beside`: the other grants of its case. `past`: each verb, and all before it."""

    rule: Rule
    facts: Facts
    beside: Sequence["Purse"] = ()
    past: list[tuple[str, Facts]] = field(default_factory=list)

    @property
    def most_yen(self) -> int:
        """The most that may be granted for what is known now."""
        kept = sum(each.facts.decided_yen for each in self.beside if each is not self)
        return self.rule.most(self.facts.bears, kept)

    @property
    def above_yen(self) -> int:
        """What is out above what may be granted and was decided, and was not demanded."""
        out = self.facts.paid_yen - self.facts.demanded_yen
        return out - min(self.most_yen, self.facts.decided_yen)

    @property
    def most_asked_yen(self) -> int:
        """The most that may be granted of what was applied for, too."""
        asked = self.facts.applied_yen
        return self.most_yen if asked is None else min(asked, self.most_yen)

    def draft(self, yen: int) -> None:
        self._may_be("draft", yen, self.most_asked_yen)
        self._note("draft", drafted_yen=yen)

    def undraft(self) -> None:
        self._note("undraft", drafted_yen=0)

    def complete(self, estimate: Cost, applied_yen: int | None) -> None:
        """The application as it is now has another estimate, and may ask for another sum."""
        self._note("complete", estimate=estimate, applied_yen=applied_yen)

    def decide(self, year: int) -> None:
        """It is decided as it was drafted, and paid by this year."""
        yen = self.facts.drafted_yen
        self._may_be("decide", yen)
        self._note("decide", decided_yen=yen, reserved_yen=yen, year=year)

    def change(self, yen: int, estimate: Cost, applied_yen: int | None = None) -> None:
        """Another sum by another estimate; `applied_yen`: where another sum is applied for."""
        asked = applied_yen or self.facts.applied_yen
        said = (*self.facts.said, ("change", estimate))
        self._note("change", said=said, applied_yen=asked)
        self._may_be("change", yen, self.most_asked_yen)
        self.facts = replace(self.facts, decided_yen=yen, reserved_yen=yen)
        self._stands("change")

    def contract(self, cost: Cost) -> None:
        self._note("contract", said=(*self.facts.said, ("contract", cost)))

    def report(self, paid: Cost, back: Cost) -> None:
        told = (*self.facts.said, ("report", paid))
        self._note("report", said=told, told_back=back)

    def send_back(self, kind: str) -> None:
        """The contract, the report or the claim does not stand any more."""
        facts = self.facts
        changed: dict[str, object] = {}
        if kind == "claim":
            changed["claimed_yen"] = None
        else:
            gone = [at for at, (of, _) in enumerate(facts.said) if of == kind]
            changed["said"] = tuple(each for each in facts.said if each[0] != kind)
            changed["refunds"] = tuple(
                (at - sum(place < at for place in gone), yen) for at, yen in facts.refunds
            )
        if kind == "report":
            changed["told_back"] = {}
        self._note("send_back", **changed)

    def fix(self, yen: int) -> None:
        decided = self.facts.decided_yen
        require(yen <= decided, "fix above the decision", yen, decided)
        self._may_be("fix", yen)
        self._note("fix", decided_yen=yen, reserved_yen=yen)

    def claim(self) -> None:
        """The person claims the sum of that day."""
        self._note("claim", claimed_yen=self.facts.decided_yen)

    def pay(self, yen: int, on: date) -> None:
        """At each payment the bound of that day's facts holds."""
        facts = self.facts
        require(facts.open_yen == 0, "pay while something is to come back", facts.open_yen)
        require(facts.paid_yen == 0, "pay twice", facts.paid_yen)
        require(yen == facts.decided_yen, "pay another sum", yen, facts.decided_yen)
        claimed = facts.claimed_yen
        require(claimed in (None, yen), "pay what nobody claimed", yen, claimed)
        self._may_be("pay", yen)
        in_time = on <= books_close(facts.year) or facts.carried
        require(in_time, "pay from closed books", on, facts.year)
        self._note("pay", paid_yen=yen, reserved_yen=0, executed_yen=yen)

    def refund(self, back: Cost) -> None:
        """The lawyer gave money back; what it opens is to come back."""
        place = len(self.facts.said)
        before = self.facts
        self.facts = replace(before, refunds=(*before.refunds, (place, back)))
        opened = max(before.open_yen, self.above_yen if before.paid_yen else 0)
        noted, self.facts = self.facts, before
        self._note("refund", refunds=noted.refunds, open_yen=opened)

    def reduce(self, yen: int) -> None:
        """The settled sum becomes this one; what was paid above it is demanded (確定額の変更)."""
        facts = self.facts
        self._may_be("reduce", yen)
        require(yen < facts.decided_yen, "a later fact grants more", yen, facts.decided_yen)
        if facts.paid_yen:
            demanded = facts.paid_yen - yen
            self._note("reduce", decided_yen=yen, demanded_yen=demanded, open_yen=0)
        else:
            self._note("reduce", decided_yen=yen, reserved_yen=yen)

    def revoke(self, repay_yen: int) -> None:
        """The decision is taken back; of a payment this is demanded in addition."""
        facts = self.facts
        if facts.paid_yen:
            demanded = facts.demanded_yen + repay_yen
            left = facts.paid_yen - demanded
            self._note("revoke", demanded_yen=demanded, decided_yen=left, open_yen=0)
        else:
            require(repay_yen == 0, "what was not paid is demanded", repay_yen)
            self._note("revoke", decided_yen=0, reserved_yen=0)

    def repay(self, yen: int, on: date) -> None:
        """A part comes back, of any size; into the budget while the books are open."""
        facts = self.facts
        require(0 < yen <= facts.owed_yen, "more comes back than is owed", yen, facts.owed_yen)
        into_budget = yen if on <= books_close(facts.year) else 0
        executed = facts.executed_yen - into_budget
        self._note("repay", returned_yen=facts.returned_yen + yen, executed_yen=executed)

    def carry(self) -> None:
        """It goes on after its year (繰越)."""
        self._note("carry", carried=True)

    def end(self, verb: str) -> None:
        """It ends before it was paid."""
        self._note(verb, decided_yen=0, reserved_yen=0)

    def undo(self) -> None:
        """What the desk recorded last was recorded by mistake: all is as it was before it."""
        while self.past:
            verb, before = self.past.pop()
            if verb in UNDOABLE:
                self.facts = before
                self._stands("undo")
                return
        raise Overspent("nothing is there to undo")

    def _may_be(self, verb: str, yen: int, most_yen: int | None = None) -> None:
        most = self.most_yen if most_yen is None else most_yen
        require(0 < yen <= most, f"{verb} above the bound", yen, most)

    def _note(self, verb: str, **changed: object) -> None:
        self.past.append((verb, self.facts))
        self.facts = replace(self.facts, **changed)  # type: ignore[arg-type] # its own fields
        if verb != "change":  # of which the new sum is still to come
            self._stands(verb)

    def _stands(self, verb: str) -> None:
        """What holds after every verb: paid − returned − demanded − to come back is lawful."""
        facts = self.facts
        require(self.above_yen <= facts.open_yen, f"out after {verb}", self.above_yen, facts)
        returned = 0 <= facts.returned_yen <= facts.demanded_yen <= facts.paid_yen
        require(returned, f"returned after {verb}", facts)


UNDOABLE = (
    *("decide", "change", "fix", "pay", "withdraw", "refund", "reduce", "revoke", "repay"),
    *("lapse", "carry"),
)
