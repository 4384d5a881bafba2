"""The desk types in what comes on paper (書面の入力): application, correction, reports, claim.

What is typed is sealed where the person reads it, as if they had sent it themselves.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.bank import Account
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.subsidy import Life, Timing
from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.year import payable_until, signed_before
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.models import Receipt
from madoguchi.tools.vault.receipt import plain_digits, well_formed
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.dues import GRANT
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy import desk, history, requests, terms
from madoguchi.work.subsidy.application import APPLICATION, Applied
from madoguchi.work.subsidy.desk import (
    LockedGrant,
    StepDetails,
    drawers,
    lock_grant,
    not_later,
    write,
)
from madoguchi.work.subsidy.fiscal_year import next_number
from madoguchi.work.subsidy.history import applied_on, current, last
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.money import beside, exceeded, said, sealed, standing, total_yen


@dataclass(frozen=True)
class Applicant:
    """The case of a person who applies on paper; rights to it are those to a grant of the case."""

    case: Case

    @property
    def office_id(self) -> UUID:
        """The office of the case."""
        return self.case.office_id

    @property
    def case_id(self) -> UUID:
        return self.case.id

    def situation(self, actor: Actor) -> str:
        """As to a grant of the case."""
        return Grant(office_id=self.office_id, case_id=self.case_id).situation(actor)


@dataclass(frozen=True)
class PaperApplication:
    """An application on paper, as typed; the day it came in is the day of the application."""

    applied: Applied = field(repr=False)
    received_on: date
    received_number: str = field(default="", repr=False)


@dataclass(frozen=True)
class ContractReport:
    """The contract as reported (契約の届).

    `why`: the reason for one that is older than the application, or above its estimate. `timing`:
    what the rules of the application's day say of when it may be signed. Here and below a sum is
    of each request where there are several; `kept`: what came with the form and stays on paper in
    the city's own file (簿冊); `received_on`: the day
    on which it came (収受日), today where it is handed over now.
    """

    contract_on: date
    lawyer: str = field(repr=False)
    yen: CostByNow
    why: str = field(default="", repr=False)
    timing: Timing | None = None
    kept: tuple[str, ...] = ()
    received_on: date | None = None


@dataclass(frozen=True)
class CostReport:
    """What was done and paid (実績報告); `back`: money that came back or from elsewhere.

    `contract`: in a city that asks for one report of contract and payment. `why`: the reason for a
    payment before the contract, or of another sum.
    """

    paid_on: date
    paid_yen: CostByNow
    back: Mapping[str, CostByNow] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    received_on: date | None = None
    contract: ContractReport | None = None
    why: str = field(default="", repr=False)


@dataclass(frozen=True)
class Claim:
    """Where the money goes (請求); `why`: of one from before the books were closed, typed after."""

    account: Account = field(repr=False)
    creditor_number: str = field(default="", repr=False)
    kept: tuple[str, ...] = ()
    received_on: date | None = None
    why: str = field(default="", repr=False)


@action("grant.type_in")
def type_in(actor: Actor, applicant: Applicant, paper: PaperApplication, *, now: datetime) -> UUID:
    """Begin a grant, as received, with an application that came on paper; returns its id.

    Raises:
        Refused: nobody's name is on it, one of this case runs already, the day is to come or before
            there was a subsidy, or the person's address is hidden and this application says
            nothing of that (`grant.protected_again`).
    """
    if not paper.applied.name.strip():
        raise Refused(Reason("grant.nameless"))
    on = not_later(paper.received_on, now, "grant.received_on")
    began_on = terms.began_on(applicant.office_id, now.date())
    if began_on is not None and on < began_on:
        raise Refused(Reason("grant.before_rules"))
    if Grant.of(applicant.office_id).filter(case_id=applicant.case_id).exclude(state__in=OVER):
        raise Refused(Reason("grant.type_in"))
    grant = Grant(
        office_id=applicant.office_id,
        case_id=applicant.case_id,
        state=State.RECEIVED,
        channel="paper",
        received_on=on,
    )
    shared, staff = drawers(grant, now)
    protected = paper.applied.protected
    if not protected and history.hides(grant.office_id, grant.case_id, shared, staff):
        raise Refused(Reason("grant.protected_again"))
    cases.desks_turn(applicant.case, now.date(), GRANT, now, how="grant")
    year = fiscal_year(on)
    numbered = {"fiscal_year": year, "number": next_number(applicant.office_id, year)}
    grant.fiscal_year, grant.number = numbered["fiscal_year"], numbered["number"]
    details = {
        APPLICATION: paper.applied.to_json(),
        "received_number": paper.received_number.strip(),
        "applied_on": on.isoformat(),
        **numbered,
    }
    new = history.NewStep(Verb.TYPE_IN, on, shared, details, actor.colleague)
    history.begin(grant, new, now=now)
    desk.settle(grant, now)
    chain.tell(**grant.called)
    return grant.id


@action("grant.complete")
def complete(actor: Actor, grant: Grant, applied: Applied, *, now: datetime) -> UUID:
    """What was missing came in on paper (補正); `applied` is the whole application as it is now.

    Raises:
        Refused: it was answered already (`grant.answered`), nothing was asked for, or an address
            that is protected would be shown by it (`grant.protected`): typing ends no protection.
    """
    newest = Step.of(grant.office_id).filter(grant_id=grant.id).order_by("-number").first()
    if newest is not None and newest.verb == Verb.COMPLETE:
        raise Refused(Reason("grant.answered"))
    locked = lock_grant(actor, grant, Verb.COMPLETE, now)
    if current(locked.steps).protected and not applied.protected:
        raise Refused(Reason("grant.protected"))
    return write(locked, StepDetails({APPLICATION: applied.to_json()}, by_person=True))


@action("grant.contract")
def report_contract(
    actor: Actor, grant: Grant, contracted: ContractReport, life: Life, *, now: datetime
) -> UUID:
    """The contract with the lawyer is reported.

    Raises:
        Refused: its day or the day on which it came is later than today; its sum is none; or,
            without a reason, it is above the estimate (`grant.contract_above`) or before the
            application where the rules want it after (`grant.contract_before`).
    """
    came_on = not_later(contracted.received_on or now.date(), now, "grant.paper_on")
    locked = lock_grant(actor, grant, Verb.CONTRACT, now, life)
    details = {
        **_contract(locked, contracted),
        "kept": list(contracted.kept),
        "received_on": came_on.isoformat(),
    }
    look_on = _look_on(details, now)
    return write(locked, StepDetails(details, came_on, answer_by=look_on, by_person=True))


def _contract(locked: LockedGrant, contracted: ContractReport) -> dict[str, Any]:
    """The contract as a step seals it; raises Refused as `report_contract`."""
    on = not_later(contracted.contract_on, locked.now, "grant.contract_on")
    applied, decided = applied_on(locked.steps), last(locked.steps, Verb.DECIDE)
    before, why = "", contracted.why.strip()
    if applied is not None:
        before = signed_before(contracted.timing, on, applied, decided.on if decided else None)
    if before == "application" and not why:
        raise Refused(Reason("grant.contract_before"))
    _require_positive(contracted.yen, "contract_yen")
    estimated = locked.money.cost_yen or current(locked.steps).retainers_yen
    if total_yen(contracted.yen) > estimated and not why:
        field = requests.first("contract_yen", contracted.yen)
        values = {"yen": f"{estimated:,}", "field": field}
        raise Refused(Reason("grant.contract_above", values=values))
    return {
        "contract_on": on.isoformat(),
        "lawyer": contracted.lawyer.strip(),
        **sealed("yen", contracted.yen),
        "before": before,
        "words": why,
    }


def _look_on(details: Mapping[str, Any], now: datetime) -> date | None:
    """When a contract that came too early is looked at, as one of the person's own page."""
    return now.date() + desk.LOOK_WITHIN if details.get("before") else None


@action("grant.report")
def report(actor: Actor, grant: Grant, reported: CostReport, life: Life, *, now: datetime) -> UUID:
    """What was done and paid is reported.

    Raises:
        Refused: its day or the day on which it came is later than today, the sum is none, more
            came back than was paid (`grant.refund_over`), what `report_contract` refuses, or,
            without a reason, it was paid before the contract (`grant.paid_before`) or is not what
            the contract says (`grant.paid_above`, `grant.paid_below`).
    """
    on = not_later(reported.paid_on, now, "grant.report_paid_on")
    came_on = not_later(reported.received_on or now.date(), now, "grant.paper_on")
    locked = lock_grant(actor, grant, Verb.REPORT, now, life)
    _require_positive(reported.paid_yen, "paid_yen")
    back = reported.back.get("refunded_yen", 0)
    most = exceeded(reported.paid_yen, back)
    if most is not None:
        values = {"most": f"{most:,}", "field": requests.first("refunded_yen", back)}
        raise Refused(Reason("grant.refund_over", values=values))
    contract = _contract(locked, reported.contract) if reported.contract else {}
    agreed = said(contract, "yen") or locked.money.contract
    for sums in beside(agreed, reported.paid_yen):
        if sums.way and not reported.why.strip():
            field = requests.field("paid_yen", reported.paid_yen, sums.act)
            values = {"yen": f"{sums.contract_yen:,}", "field": field}
            raise Refused(Reason(f"grant.paid_{sums.way}", values=values))
    signed_on = (contract or history.contracted(standing(locked.steps))).get("contract_on")
    if signed_on and on < date.fromisoformat(signed_on) and not reported.why.strip():
        values = {"on": wareki_day(date.fromisoformat(signed_on)), "field": "paid_on"}
        raise Refused(Reason("grant.paid_before", values=values))
    details = {
        **contract,
        "paid_on": on.isoformat(),
        **sealed("paid_yen", reported.paid_yen),
        **{key: yen for of in reported.back.items() for key, yen in sealed(*of).items()},
        "files": [],
        "kept": list(reported.kept),
        "received_on": came_on.isoformat(),
    }
    if why := reported.why.strip():
        details["words"] = why
    look_on = _look_on(details, now)
    return write(locked, StepDetails(details, came_on, answer_by=look_on, by_person=True))


@action("grant.claim")
def claim(actor: Actor, grant: Grant, claimed: Claim, life: Life, *, now: datetime) -> UUID:
    """The money is claimed, with the account it goes to.

    Raises:
        Refused: it came later than today; or, without a reason, before the books of its year were
            closed while it is typed in afterwards (`grant.claim_before`).
    """
    came_on = not_later(claimed.received_on or now.date(), now, "grant.paper_on")
    locked = lock_grant(actor, grant, Verb.CLAIM, now, life)
    closed_on, why = payable_until(locked.year), claimed.why.strip()
    if came_on <= closed_on < now.date() and not why:
        values = {"by": wareki_day(closed_on), "field": "received_why"}
        raise Refused(Reason("grant.claim_before", values=values))
    details = {
        "account": asdict(claimed.account),
        "creditor_number": claimed.creditor_number.strip(),
        "kept": list(claimed.kept),
        "received_on": came_on.isoformat(),
        "words": why,
    }
    return write(locked, StepDetails(details, came_on, by_person=True))


def _require_positive(cost: CostByNow, name: str) -> None:
    """Refuse a sum that is none; `name`: of its field."""
    if total_yen(cost) <= 0:
        raise Refused(Reason("grant.amount", values={"field": requests.first(name, cost)}))


TYPE_IN = "grant.type_in"


def applicant_by_number(actor: Actor, typed: str) -> Applicant | None:
    """Who applies, by the receipt number on the paper; None if not there, or not for this actor.

    A wrong number and a case that the actor may not know of look the same.
    """
    number = plain_digits(typed)
    if not well_formed(number):
        return None
    rows = Receipt.objects.filter(office_id=actor.office_id, number=number)
    case_id = rows.values_list("case_id", flat=True).first()
    return _applicant(actor, case_id) if case_id else None


def applicant(actor: Actor, case_id: UUID) -> Applicant:
    """Who applies, by the case.

    Raises:
        Absent: no such case, or not for this actor.
    """
    found = _applicant(actor, case_id)
    if found is None:
        raise Absent
    return found


def _applicant(actor: Actor, case_id: UUID) -> Applicant | None:
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    found = Applicant(case) if case else None
    return found if found and allowed(actor, TYPE_IN, found) else None
