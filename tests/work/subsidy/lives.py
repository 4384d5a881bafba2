"""Random lives of grants in six procedures, at the desk and beside it in a `Purse`.

Every act is the desk's own; many sums are wrong, and then a clear refusal changes nothing. What is
lawful says the purse, which remembers for itself what was typed.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import JAPAN, fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import STAGES, Stage, SubsidyVersion, Terms
from madoguchi.rules.programme.subsidy_amount import EachAct, Overall, Share
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants.forms import in_words
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.acts.act import GrantAct, perform
from madoguchi.work.subsidy.acts.afterwards import Reduce, Refund, Repay, Revoke
from madoguchi.work.subsidy.acts.decision import Change, Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.typing import actions as typing
from tests.web.desk.colleagues import asked
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import ACCOUNT, APPLIED, SEEN, Desk, filing, opened_year, sent_in
from tests.work.subsidy.purse import TOTAL, Cost, Facts, Overspent, Purse, Rule

MOVES = 34
WHY = "確かめた結果"
LAWYER = "法務 一郎"
SOURCE = "要領第5条"
BUDGETS = {2026: 260_000, 2027: 240_000, 2028: 300_000}  # not enough for all that is wished
MORNINGS = (datetime(2026, 11, 30, 10, tzinfo=JAPAN), datetime(2027, 3, 22, 10, tzinfo=JAPAN))
DAYS = (0, 0, 0, 0, 0, 0, 0, 1, 8, 40)


@dataclass(frozen=True)
class Procedure:
    """A city's rules, as the product reads them and as the test does; what is asked for."""

    name: str
    rule: Rule
    version: SubsidyVersion
    acts: tuple[str, ...] = ("deletion",)
    also: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.version.life.stages


def published(slug: str) -> SubsidyVersion:
    subsidy = programme(slug).subsidy
    assert subsidy
    return subsidy.version[-1]


PUBLISHED = published("shibukawa")


def made(
    name: str,
    rule: Rule,
    acts: tuple[str, ...] = ("deletion",),
    stages: tuple[Stage, ...] = STAGES,
) -> Procedure:
    """Shibukawa's rules with other numbers and stages, as if the city had confirmed them."""
    known = PUBLISHED
    cap = EachAct if rule.each else Overall
    kind = SOURCE if rule.each or rule.shared else known.amount.cap.kind_source
    rounding = known.amount.rounding
    if rule.unit_yen > 1:
        rounding = replace(rounding, unit_yen=rule.unit_yen, source=SOURCE)
    amount = replace(
        known.amount,
        formula=Share(Fraction(rule.part, rule.of), SOURCE),
        cap=cap(rule.cap_yen, SOURCE, kind),
        rounding=rounding,
    )
    life = replace(known.life, stages=stages)
    return Procedure(name, rule, replace(known, amount=amount, life=life), acts)


TWO = ("deletion", "disclosure")
PAID_FIRST = {
    "contract": "",
    "paid_on": "2026-11-02",
    "legal_aid": "none",
    "consulted": ("houterasu",),
    "household": 1,
    "income_yen": 100_000,
}
PROCEDURES = (
    Procedure("shibukawa", Rule(), PUBLISHED),
    Procedure(
        "yamanashi",
        Rule(cap_yen=110_000),
        published("yamanashi"),
        ("disclosure",),
        PAID_FIRST,
    ),
    made("a cap for each", Rule(each=True), TWO),
    made("one cap for all", Rule(unit_yen=1_000, shared=True), TWO),
    made("no fixing", Rule(2, 3, 200_000), stages=("contract", "report", "claim")),
    made("one report", Rule(1, 3, 120_000), TWO, ("report", "fixing", "claim")),
)
LOOKED_AT = (*SEEN, "used_any_of", "income_within", "after_payment")


def as_typed(cost: Cost) -> CostByNow:
    """A cost as the desk's forms say it: of each of several requests, else one sum."""
    return dict(cost) if len(cost) > 1 else next(iter(cost.values()))


def asked_for(applied: Applied) -> tuple[Cost, int | None]:
    """What each request costs by the estimate, and the sum applied for."""
    return {line.act: line.yen for line in applied.costs}, applied.applied_yen


def refused(act: Callable[[], object]) -> Refused | None:
    """Do an act; the refusal where there is one."""
    try:
        act()
    except Refused as refusal:
        return refusal
    return None


@dataclass
class Lived:
    """A case at the desk, its grants one after the other, and the purse of each."""

    office: OfficeCard
    case_id: UUID
    procedure: Procedure
    chance: random.Random
    now: datetime
    desks: list[Desk] = field(default_factory=list)
    purses: list[Purse] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    refusals: int = 0

    @property
    def desk(self) -> Desk:
        return replace(self.desks[-1], now=self.now)

    @property
    def purse(self) -> Purse:
        return self.purses[-1]

    @property
    def facts(self) -> Facts:
        return self.purse.facts

    # -- an application comes, and is looked at

    def begin(self) -> None:
        """A person applies by the web; the desk receives it and looks at it."""
        applied = self.applied()
        desk = sent_in(self.office, self.case_id, self.now, applied)
        self.takes(desk, applied)
        perform(desk.officer, desk.grant, Receive(received_on=self.now.date()), now=self.now)
        self.look()

    def second(self) -> None:
        """Another application of the same person comes on paper."""
        applicant = typing.applicant(self.desk.officer, self.case_id)
        applied = self.applied()
        paper = typing.PaperApplication(applied, self.now.date())
        made_ids: list[UUID] = []
        if self.may(
            lambda: made_ids.append(
                typing.type_in(self.desk.officer, applicant, paper, now=self.now)
            ),
            f"second {asked_for(applied)}",
        ):
            self.takes(replace(self.desk, id=made_ids[0]), applied)
            self.look()

    def takes(self, desk: Desk, applied: Applied) -> None:
        version = self.procedure.version
        rules = Terms(version, self.now.date(), "known")
        self.desks.append(replace(desk, life=version.life, rules=rules))
        cost, asked_yen = asked_for(applied)
        self.purses.append(
            Purse(self.procedure.rule, Facts(cost, applied_yen=asked_yen), self.purses)
        )

    def applied(self) -> Applied:
        """What is asked for: mostly all that there is, else a sum of the person's own."""
        cost = self.cost()
        lines = tuple(CostLine(act, "retainer", yen) for act, yen in cost.items())
        told = replace(APPLIED, acts=tuple(cost), costs=lines, applied_yen=self.asked(cost))
        return replace(told, **self.procedure.also)

    def asked(self, cost: Cost) -> int | None:
        most = self.procedure.rule.most(cost)
        return self.chance.choice((None, None, None, most or None, max(1, most - 10_000)))

    def look(self) -> None:
        for code in LOOKED_AT:
            self.desk.check(code)

    # -- sums

    def cost(self) -> dict[str, int]:
        """What somebody says that each request costs."""
        known = (1, 50_000, 165_000, 200_000, 250_000, 299_999, 300_000, 330_000, 330_000, 500_000)
        return {
            act: self.chance.choice((*known, self.chance.randrange(1, 700_000)))
            for act in self.procedure.acts
        }

    def near(self) -> dict[str, int]:
        """What was said of the cost, or a little less or more of it, or something else."""
        bears = self.facts.bears
        said = [cost for _, cost in self.facts.said] + [self.facts.estimate]
        if self.chance.random() < 0.5:
            return dict(self.chance.choice(said))
        if TOTAL in bears or self.chance.random() < 0.3:
            return self.cost()
        return {
            act: max(1, yen + self.chance.choice((0, -1, 1, -30_000, 30_000)))
            for act, yen in bears.items()
        }

    def paid(self) -> dict[str, int]:
        """What was paid: near to what was said, or twice or half of what each request cost."""
        owed = self.facts.cost
        if TOTAL in owed or self.chance.random() < 0.3:
            return self.near()
        return {act: max(1, yen * self.chance.choice((1, 1, 4)) // 2) for act, yen in owed.items()}

    def back(self, cost: Cost) -> dict[str, int]:
        """A part of a cost, of each request."""
        parts = (0, 0, 1, 20_000, 130_000, 10**6)
        return {act: min(yen, self.chance.choice(parts)) for act, yen in cost.items()}

    def sums(self) -> list[int]:
        """Sums to be tried one after the other: one that is mostly wrong, then lawful ones."""
        most, decided = self.purse.most_asked_yen, self.facts.decided_yen
        cap, last = self.procedure.rule.cap_yen, [cost for _, cost in self.facts.said[-1:]]
        alone = [self.procedure.rule.most(cost) for cost in last]  # by what was said last alone
        odd = (0, most + 1, decided + 1, cap, cap + 1, 2 * cap, self.chance.randrange(cap), *alone)
        right = min(most, decided or most)
        tried = [self.chance.choice(odd)] if self.chance.random() < 0.5 else []
        return [*tried, right, right // 1_000 * 1_000, max(1, right - 1_000)]

    # -- acts

    def may(self, act: Callable[[], object], said: str) -> bool:
        """Do an act; whether it was done. A refusal says why, and changes nothing."""
        before, refusal = as_it_stands(), refused(act)
        if refusal is None:
            self.done.append(f"{self.now.date()} {said}")
            return True
        words = in_words(refusal.reasons, texts(self.office.slug))
        assert words, said
        assert all(why.words for why in words), (said, refusal.reasons)
        assert as_it_stands() == before, f"{said} was refused, and something changed"
        self.refusals += 1
        return False

    def acts(self, act: Callable[[int], GrantAct], verb: str, *sums: int) -> int | None:
        """Perform an act with the first of the sums that is taken; None where none is."""
        for yen in dict.fromkeys(sums):
            if self.performs(act(yen), f"{verb} {yen}"):
                return yen
        return None

    def performs(self, act: GrantAct, said: str) -> bool:
        desk = self.desk
        who = desk.other if isinstance(act, Pay) else desk.officer
        return self.may(
            lambda: perform(who, desk.grant, act, desk.life, desk.rules, now=self.now), said
        )

    def draft(self) -> None:
        desk = self.desk
        if desk.state in BEFORE:
            self.may(lambda: desk.check("resident"), "look at the register")  # on that day
        for yen in dict.fromkeys(self.sums()):
            told = reviewing.Proposal("grant", filing(self.now), yen, why=WHY, reason="budget")
            if self.may(
                lambda told=told: reviewing.draft(  # type: ignore[misc]
                    desk.officer, desk.grant, told, desk.terms, now=self.now
                ),
                f"draft {yen}",
            ):
                self.purse.draft(yen)
                return

    def undraft(self) -> None:
        desk = self.desk
        if self.may(
            lambda: reviewing.undraft(desk.officer, desk.grant, WHY, now=self.now), "undraft"
        ):
            self.purse.undraft()

    def complete(self) -> None:
        """Something is missing, and comes with another estimate."""
        desk, applied = self.desk, self.applied()
        if self.may(lambda: lawful.ask(desk), "return") and self.may(
            lambda: typing.complete(desk.officer, desk.grant, applied, now=self.now),
            f"complete {asked_for(applied)}",
        ):
            self.purse.complete(*asked_for(applied))
            self.look()

    def decide(self) -> None:
        if self.performs(Decide(filing=filing(self.now)), "decide"):
            applied = self.desk.rules
            assert applied
            self.purse.decide(max(fiscal_year(applied.on), fiscal_year(self.now.date())))

    def change(self) -> None:
        estimate = self.near()
        asked_yen = self.asked(estimate) or 0
        most = self.procedure.rule.most(estimate)
        for yen in dict.fromkeys((*self.sums(), most, most // 1_000 * 1_000)):
            told = Change(
                amount_yen=yen,
                why=WHY,
                filing=filing(self.now),
                estimate_yen=as_typed(estimate),
                applied_yen=asked_yen,
            )
            if self.performs(told, f"change {yen} by {estimate} of {asked_yen}"):
                self.purse.change(yen, estimate, asked_yen or None)
                return

    def contracted(self, cost: Cost) -> typing.ContractReport:
        return typing.ContractReport(
            self.now.date(), LAWYER, as_typed(cost), WHY, self.procedure.version.timing
        )

    def contract(self) -> None:
        desk, cost = self.desk, self.near()
        told = self.contracted(cost)
        if self.may(
            lambda: typing.report_contract(desk.officer, desk.grant, told, desk.life, now=self.now),
            f"contract {cost}",
        ):
            self.purse.contract(cost)

    def report(self) -> None:
        """The report; with several requests a total alone now and then."""
        desk, cost = self.desk, self.paid()
        if len(cost) > 1 and self.chance.random() < 0.15:
            cost = {TOTAL: sum(cost.values()) + 7}  # the same total would be split as before
        back = self.back(cost) if self.chance.random() < 0.4 else {}
        refunded: dict[str, CostByNow] = {"refunded_yen": as_typed(back)} if back else {}
        owed = self.near() if desk.life.one_report else None  # it tells of the contract, too
        one = self.contracted(owed) if owed else None
        paid = as_typed(cost)
        told = typing.CostReport(self.now.date(), paid, refunded, contract=one, why=WHY)
        if self.may(
            lambda: typing.report(desk.officer, desk.grant, told, desk.life, now=self.now),
            f"report {cost} back {back} of contract {owed}",
        ):
            if owed:
                self.purse.contract(owed)
            self.purse.report(cost, back)

    def fix(self) -> None:
        taken = self.acts(
            lambda yen: Fix(amount_yen=yen, filing=filing(self.now), amount_why=WHY, less="partly"),
            "fix",
            *self.sums(),
        )
        if taken is not None:
            self.purse.fix(taken)

    def claim(self) -> None:
        desk, told = self.desk, typing.Claim(ACCOUNT, why=WHY)
        if self.may(
            lambda: typing.claim(desk.officer, desk.grant, told, desk.life, now=self.now), "claim"
        ):
            self.purse.claim()

    def pay(self) -> None:
        on = self.now.date()
        taken = self.acts(
            lambda yen: Pay(paid_on=on, amount_yen=yen), "pay", *self.sums(), self.facts.decided_yen
        )
        if taken is not None:
            self.purse.pay(taken, on)

    def refund(self) -> None:
        back = self.back(self.facts.bears)
        told = Refund(refunded_on=self.now.date(), refunded_yen=as_typed(back), why=WHY)
        if TOTAL not in back and self.performs(told, f"refund {back}"):
            self.purse.refund(back)

    def reduce(self) -> None:
        taken = self.acts(
            lambda yen: Reduce(amount_yen=yen, why=WHY, filing=filing(self.now)),
            "reduce",
            *self.sums(),
        )
        if taken is not None:
            self.purse.reduce(taken)

    def revoke(self) -> None:
        left = self.facts.paid_yen - self.facts.demanded_yen
        odd = self.chance.choice((0, 1, left + 1, left // 2))
        taken = self.acts(
            lambda yen: Revoke(why=WHY, filing=filing(self.now), repay_yen=yen),
            "revoke",
            odd,
            left,
        )
        if taken is not None:
            self.purse.revoke(taken)

    def repay(self) -> None:
        owed, on = self.facts.owed_yen, self.now.date()
        parts = self.chance.choice(((owed + 1, owed), (0, 1), (max(1, owed // 3),), (owed,)))
        taken = self.acts(lambda yen: Repay(repaid_on=on, yen=yen), "repay", *parts)
        if taken is not None:
            self.purse.repay(taken, on)

    def send_back(self) -> None:
        desk = self.desk
        kind = {"contracted": "contract", "reported": "report"}.get(desk.state, "claim")
        again = granted.SentBack(WHY)
        if self.may(
            lambda: granted.send_back(desk.officer, desk.grant, again, desk.life, now=self.now),
            f"send back the {kind}",
        ):
            self.purse.send_back(kind)
            if kind == "report" and desk.life.one_report:
                self.purse.send_back("contract")

    def carry(self) -> None:
        desk = self.desk
        if self.may(
            lambda: granted.carry(desk.officer, desk.grant, WHY, desk.life, now=self.now), "carry"
        ):
            self.purse.carry()

    def withdraw(self) -> None:
        desk = self.desk
        if self.may(
            lambda: granted.withdraw(desk.officer, desk.grant, WHY, now=self.now), "withdraw"
        ):
            self.purse.end("withdraw")

    def lapse(self) -> None:
        desk = self.desk
        if self.may(
            lambda: granted.lapse(desk.officer, desk.grant, WHY, desk.life, now=self.now), "lapse"
        ):
            self.purse.end("lapse")

    def undo(self) -> None:
        if self.performs(Undo(why=WHY, sure=("unsent", "unpaid")), "undo"):
            self.purse.undo()

    # -- which of them

    def move(self) -> None:
        """Mostly one verb on, sometimes aside, now and then one that is not its turn."""
        self.now += timedelta(days=self.chance.choice(DAYS))
        state, kind = self.desk.state, self.chance.random()
        verbs = self.onward(state)
        if kind > 0.68:
            verbs = ASIDE.get(state, verbs)
        if kind > 0.95:
            verbs = ALL
        getattr(self, self.chance.choice(verbs))()

    def onward(self, state: str) -> tuple[str, ...]:
        """What the procedure does next."""
        if state in BEFORE:
            return BEFORE[state]
        if state in LATER:
            return LATER[state]
        reached = {"decided": 0, "contracted": 1, "reported": 2, "fixed": 3, "claimed": 4}[state]
        following = (verb for stage, verb in STAGE[reached:] if stage in self.procedure.stages)
        return (next(following, "pay"),)


STAGE = (("contract", "contract"), ("report", "report"), ("fixing", "fix"), ("claim", "claim"))
BEFORE = {"received": ("draft",), "drafted": ("decide",), "returned": ("draft",)}
LATER = {
    "paid": ("refund", "refund", "reduce", "undo", "second"),
    "reclaimed": ("repay", "repay", "reduce", "revoke", "refund"),
    "repaid": ("refund", "second", "reduce"),
    **dict.fromkeys(("withdrawn", "revoked", "lapsed", "refused"), ("second", "second", "undo")),
}
ASIDE = {
    "received": ("draft", "draft", "complete"),
    "drafted": ("decide", "decide", "undraft"),
    "decided": ("change", "undo", "carry"),
    "contracted": ("change", "change", "send_back"),
    "reported": ("send_back", "refund", "reduce"),
    "fixed": ("refund", "reduce", "undo", "claim"),
    "claimed": ("refund", "refund", "send_back", "reduce", "pay"),
    "paid": ("refund", "reduce", "revoke", "undo"),
    "reclaimed": ("repay", "revoke", "undo"),
}
ALL = (
    *("draft", "decide", "change", "contract", "report", "fix", "claim", "pay", "refund", "reduce"),
    *("revoke", "repay", "send_back", "carry", "withdraw", "lapse", "undo", "second"),
)


def as_it_stands() -> object:
    """All that an act on a grant writes."""
    return (
        list(Grant.objects.order_by("pk").values_list("pk", "state", "revision")),
        list(Budget.objects.order_by("pk").values_list("budget_yen", "reserved_yen", "spent_yen")),
        Step.objects.count(),
        Check.objects.count(),
    )


def books_agree(lived: Lived) -> None:
    """The budget's rows are the sums of the purses, and nothing is overspent."""
    for year in Budget.objects.all():
        of_year = [each.facts for each in lived.purses if each.facts.year == year.fiscal_year]
        held = (
            sum(each.reserved_yen for each in of_year),
            sum(each.executed_yen for each in of_year),
        )
        assert (year.reserved_yen, year.spent_yen) == held, year.fiscal_year
        if sum(held) > BUDGETS[year.fiscal_year]:
            raise Overspent("budget", year.fiscal_year, held)


COLUMNS: Mapping[str, Callable[[Facts], int]] = {  # of the ledger, and what each says
    "paid_yen": lambda facts: facts.paid_yen,
    "repaid_yen": lambda facts: facts.returned_yen,
    "current_yen": lambda facts: facts.decided_yen,  # 現在の交付決定額
    "executed_yen": lambda facts: facts.executed_yen,  # 執行額
    "owed_yen": lambda facts: facts.owed_yen,  # 未収
}


def ledger_agrees(lived: Lived) -> None:
    """The totals of each year's ledger are the sums of the grants that were applied for in it."""
    applied = [fiscal_year(desk.terms.on) for desk in lived.desks]
    for year in BUDGETS:
        at = AtOffice(lived.office.id)
        found = queries.ledger(lived.desk.officer, at, year, now=lived.now)
        of_year = [
            purse.facts for purse, on in zip(lived.purses, applied, strict=True) if on == year
        ]
        for name, of in COLUMNS.items():
            assert found.totals.get(name, 0) == sum(map(of, of_year)), (year, name)


def says_what_is_to_come_back(lived: Lived) -> None:
    """The desk reads of all that is out above the rule and was not demanded (要返還)."""
    if not lived.facts.paid_yen:
        return
    shown, above = lawful.to_come_back(lived.desk), max(0, lived.purse.above_yen)
    assert shown == above or (shown > above and not lived.facts.is_sure), (shown, above)


@contextmanager
def told(lived: Lived) -> Iterator[None]:
    """Whatever fails says by which life."""
    try:
        yield
    except Exception as failed:
        failed.add_note("\n".join([lived.procedure.name, *lived.done]))
        raise


def emptied(office: OfficeCard) -> None:
    """Another life begins, with the years' budgets."""
    for table in (Step, Check, Grant, Budget, Due, Case):
        table._default_manager.all().delete()
    for year, yen in BUDGETS.items():
        opened_year(office, year, yen)


def live(office: OfficeCard, procedure: Procedure, seed: int) -> Lived:
    """One life, from an empty house; fails where it overspends."""
    emptied(office)
    chance = random.Random(f"{procedure.name} {seed}")
    now = chance.choice(MORNINGS)
    lived = Lived(office, asked(office, now).pk, procedure, chance, now)
    with told(lived):
        lived.begin()
        for _ in range(MOVES):
            before = len(lived.done)
            lived.move()
            if len(lived.done) > before:
                books_agree(lived)
                says_what_is_to_come_back(lived)
        ledger_agrees(lived)
    return lived
