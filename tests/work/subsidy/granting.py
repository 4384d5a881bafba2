"""A desk with a grant in its hands, for tests of what it does with one: every step a real act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID, uuid4

from madoguchi.rules.bank import Account
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion, Terms
from madoguchi.rules.programme.subsidy_amount import EachAct
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.public import consultee
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.afterwards import Repay, Revoke
from madoguchi.work.subsidy.acts.decision import Change, Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.desk import drawers
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.models import Budget, Grant
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict, findings
from madoguchi.work.subsidy.typing import actions as typing
from tests.built import built
from tests.web.desk.colleagues import asked

YEAR = 2026
BUDGET_YEN = 1_000_000
YEN = 150_000  # half of the retainer without its tax, and the cap
CANARY = "CANARY-grant-9d1f"
APPLIED = Applied(
    name=f"{CANARY} 花子",
    kana="ヨシダ ハナコ",
    postal_code="377-8501",
    address=f"渋川市石原80番地 {CANARY}",
    phone="0279-00-0000",
    adult="yes",
    acts=("deletion",),
    costs=(CostLine("deletion", "retainer", 330_000, 30_000),),
    engaged="lawyer",
    lawyer="法務 一郎",
    contract="none",
    estimate_on="2026-11-16",
    estimate_brought=True,
    screens_brought=True,
    register_consent="consent",
    other_aid="no",
    promises=("before_contract", "true"),
)
TWO_REQUESTS = replace(
    APPLIED,
    acts=("deletion", "disclosure"),
    costs=(
        CostLine("deletion", "retainer", 165_000),
        CostLine("disclosure", "retainer", 330_000),
    ),
)
"""Deletion and disclosure; with a cap for each they give 82,500 + 150,000 yen."""
ACCOUNT = Account("0001", "012", "ordinary", "1234567", "ﾖｼﾀﾞ ﾊﾅｺ")
SEEN = (
    *("terms", "resident", "used_desk", "engaged_lawyer", "printed_screens", "estimate"),
    *("not_granted_before", "no_tax_arrears", "no_gang_ties", "not_refunded", "not_recovered"),
    *("before_contract", "eligible_cost"),
)
LIFE = Life()


def terms(on: date) -> Terms:
    """Shibukawa's rules of 2024, as they hold in a year that the desk has opened with them."""
    of_city = programme("shibukawa").subsidy
    assert of_city
    return Terms(of_city.version_on(on), on, "known")


def each_cap(known: SubsidyVersion) -> SubsidyVersion:
    """The same rules, if the city had confirmed that the cap is for each request."""
    cap = EachAct(YEN, "要領第5条", "要領第5条")
    return replace(known, amount=replace(known.amount, cap=cap))


def terms_for_each(on: date) -> Terms:
    """The rules of that day, with `each_cap`."""
    of_city = terms(on)
    assert of_city.version
    return replace(of_city, version=each_cap(of_city.version))


def filing(now: datetime, **typed: Any) -> Filing:
    """A decision of today, as the city's own system has it."""
    day = now.date()
    known = {"drafted_on": day, "decided_on": day, "decision_class": "delegated"}
    return Filing(**{**known, "enforced_on": day, "document_number": "渋安第12号", **typed})


def new_sum(yen: int, why: str, filed: Filing, estimate_yen: int = 330_000) -> Change:
    """Another sum, by the estimate of `APPLIED` or a new one."""
    return Change(amount_yen=yen, why=why, filing=filed, estimate_yen=estimate_yen)


def revocation(
    why: str, filed: Filing, repay_yen: int = 0, repay_by_on: date | None = None
) -> Revoke:
    """The decision is revoked."""
    return Revoke(why=why, filing=filed, repay_yen=repay_yen, repay_by_on=repay_by_on)


def repayment(on: date, yen: int) -> Repay:
    """Money came back."""
    return Repay(repaid_on=on, yen=yen)


@built
def opened_year(office: OfficeCard, year: int = YEAR, yen: int = BUDGET_YEN) -> Budget:
    """The budget of a year."""
    return Budget.objects.create(
        office_id=office.id, fiscal_year=year, budget_yen=yen, warn_below_yen=YEN, terms="same"
    )


@dataclass(frozen=True)
class Own:
    """The case of a person, to themselves."""

    office_id: UUID
    case_id: UUID

    def situation(self, _actor: Actor) -> str:
        """Theirs."""
        return "own"


@action("grant.apply")
def _apply(
    _actor: Actor, of: Own, applied: Applied, drawer: Drawer | None, *, now: datetime
) -> UUID:
    grant = Grant(
        office_id=of.office_id, case_id=of.case_id, state="sent", channel="web", sent_at=now
    )
    shared = drawer or drawers(grant, now)[0]
    told = {"application": applied.to_json()}
    history.begin(grant, history.NewStep(Verb.APPLY, now.date(), shared, told), now=now)
    return grant.id


@dataclass
class Desk:
    """One grant and the colleagues who have it in hand; each act as a page drawn now does it."""

    office: OfficeCard
    id: UUID
    now: datetime
    officer: Actor
    other: Actor
    supervisor: Actor
    life: Life = LIFE
    rules: Terms | None = None

    @property
    def grant(self) -> Grant:
        """The row as it is now."""
        return Grant.objects.get(pk=self.id)

    @property
    def state(self) -> str:
        """Where it is."""
        return self.grant.state

    @property
    def opened(self) -> queries.OpenedGrant:
        """The file."""
        return queries.open_grant(self.officer, self.id, now=self.now)

    @property
    def terms(self) -> Terms:
        """The rules of the day of its application."""
        return self.rules or terms(self.opened.known.applied_on or self.now.date())

    @property
    def found(self) -> Any:
        """Machine and officer, side by side."""
        opened = self.opened
        return findings(opened.steps, opened.checks, opened.known, self.terms)

    def step(self, verb: Verb) -> dict[str, Any]:
        """What the newest step of a verb is about."""
        told = [step.details for step in self.opened.steps if step.verb is verb]
        return dict(told[-1])

    def receive(self, on: date | None = None, who: Actor | None = None, **also: Any) -> None:
        """Received today, or on a day."""
        arrival = Receive(received_on=on or self.now.date(), received_number="渋安収第3号", **also)
        perform(who or self.officer, self.grant, arrival, now=self.now)

    def check(self, code: str, verdict: Any = "met", **also: Any) -> None:
        """A verdict on one condition."""
        told = {"note": "" if verdict == "met" else "確かめた結果", **also}
        reviewing.check(
            self.officer, self.grant, Verdict(f"subsidy.{code}", verdict, **told), now=self.now
        )

    @built
    def check_all(self) -> None:
        """Every condition was looked at and holds."""
        for code in SEEN:
            self.check(code)

    def draft(self, who: Actor | None = None, **also: Any) -> None:
        """A grant of the rules' sum is proposed."""
        proposal = reviewing.Proposal("grant", filing(self.now), YEN, why="端数は出ない")
        reviewing.draft(
            who or self.officer, self.grant, replace(proposal, **also), self.terms, now=self.now
        )

    @built
    def propose(self) -> None:
        """Everything was looked at, and the grant is proposed."""
        self.check_all()
        self.draft()

    def decide(self, who: Actor | None = None, **also: Any) -> None:
        """The grant is decided."""
        decided = Decide(filing=filing(self.now), commitment_number="支負第8号")
        given = self.grant, decided, self.life, self.terms
        perform(who or self.officer, *given, now=self.now, **also)

    def contract(self, yen: int = 330_000) -> None:
        """The contract came on paper, over the sum of the estimate."""
        told = typing.ContractReport(self.now.date(), "法務 一郎", yen)
        typing.report_contract(self.officer, self.grant, told, self.life, now=self.now)

    def report(self, paid_yen: int = 300_000, **back: int) -> None:
        """The report came on paper; `back`: what came back, or from elsewhere."""
        told = typing.CostReport(self.now.date(), paid_yen, back, why="領収書を見た")
        typing.report(self.officer, self.grant, told, self.life, now=self.now)

    def fix(self, yen: int = YEN, who: Actor | None = None, why: str = "", less: str = "") -> None:
        """The sum is settled."""
        told = Fix(amount_yen=yen, filing=filing(self.now), amount_why=why, less=less)
        given = self.grant, told, self.life, self.terms
        perform(who or self.officer, *given, now=self.now)

    def claim(self, on: date | None = None) -> None:
        """The claim came on paper, today or on a day."""
        told = typing.Claim(ACCOUNT, received_on=on)
        typing.claim(self.officer, self.grant, told, self.life, now=self.now)

    def pay(self, yen: int = YEN, who: Actor | None = None, on: date | None = None) -> None:
        """Another colleague records the payment."""
        told = Pay(
            paid_on=on or self.now.date(),
            amount_yen=yen,
            order_number="支命第5号",
            creditor_number="債12",
        )
        perform(who or self.other, self.grant, told, self.life, self.terms, now=self.now)

    @built
    def until(self, state: str) -> Self:
        """The grant goes the whole way to a state."""
        way: dict[str, Callable[[], None]] = {
            "received": self.receive,
            "drafted": self.propose,
            "decided": self.decide,
            "contracted": self.contract,
            "reported": self.report,
            "fixed": self.fix,
            "claimed": self.claim,
            "paid": self.pay,
        }
        for reached, go in way.items():
            if self.state == state:
                break
            if reached != self.state:
                go()
        assert self.state == state
        return self


@built
def sent(office: OfficeCard, now: datetime, applied: Applied = APPLIED, **case: Any) -> Desk:
    """A grant that a person sent just now, which nobody at the desk has looked at."""
    return sent_in(office, asked(office, now, **case).pk, now, applied)


@built
def sent_in(
    office: OfficeCard,
    case_id: UUID,
    now: datetime,
    applied: Applied,
    drawer: Drawer | None = None,
) -> Desk:
    """The same, in a case that is there; with the person's own drawer nobody opens the case."""
    made = _apply(consultee(office.id), Own(office.id, case_id), applied, drawer, now=now)
    roles = ("subsidy_officer", "subsidy_officer", "supervisor")
    officer, other, supervisor = (Actor(office.id, role, uuid4()) for role in roles)
    return Desk(office, made, now, officer, other, supervisor)


def looked_at(office: OfficeCard, now: datetime, estimate_yen: int) -> Desk:
    """An application with an estimate that everybody has looked at."""
    cost = CostLine("deletion", "retainer", estimate_yen)
    desk = sent(office, now, replace(APPLIED, costs=(cost,))).until("received")
    desk.check_all()
    return desk


def decided_for_two(office: OfficeCard, now: datetime, *, each: bool = False) -> Desk:
    """Two requests, decided at the cap; with a cap for each at 232,500 yen."""
    desk = sent(office, now, TWO_REQUESTS).until("received")
    desk.rules = terms_for_each(now.date()) if each else None
    desk.check_all()
    desk.draft(amount_yen=232_500 if each else YEN, why="端数は出ない")
    desk.decide()
    return desk


def refused(desk: Desk, *codes: str) -> Desk:
    """The grant is refused, with these reasons."""
    desk.until("received")
    for code in codes:
        desk.check(code.removeprefix("subsidy."), "unmet")
    reasons = tuple(
        reviewing.RefusalReason(code, "要領第3条", "市の住民基本台帳に記録がないため")
        for code in codes
    )
    desk.draft(outcome="refuse", amount_yen=None, grounds=reasons)
    reviewing.refuse(desk.officer, desk.grant, filing(desk.now), desk.life, now=desk.now)
    return desk
