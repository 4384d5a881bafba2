"""The decision on an application (交付決定), and another sum after it (変更交付決定)."""

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.year import money_of
from madoguchi.work.subsidy.acts.act import (
    ON_DECISION,
    GrantAct,
    Initial,
    each_yen,
    filing,
    line,
    printed_why,
    refuse_if,
    story,
    yen,
)
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.corrections import drafted
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails, worded
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.letters import papers, writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.money import exceeded, sealed
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.validation import (
    checked_filing,
    decided_or_today,
    public_filing,
    require_decider,
    require_running,
    with_earlier,
)


class Decide(GrantAct):
    """The grant is decided as it was drafted; the year's budget reserves the sum.

    Fields of the filing that stay empty keep their value of the draft. An application of a year
    that has ended by the day of the decision is paid by the year of that day.

    Refused: another outcome was drafted (`grant.outcome`), or of an application that was corrected
    since (`grant.amended_since`); contract or payment came first (`grant.order`); it is one's own
    draft, the budget is spent, or the year of the decision is not open (`grant.year_ended`).
    """

    verb, right = Verb.DECIDE, "grant.decide"
    paper = "decision"

    filing: Filing = filing(*ON_DECISION)
    commitment_number: str = line(default="")  # 支出負担行為番号

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {"decided_on": view.today, "enforced_on": view.today}

    def apply(self, grant: LockedGrant) -> StepDetails:
        draft = drafted(grant.steps, "grant")
        findings.require_in_order(grant)
        typed = with_earlier(self.filing, draft["filing"])
        filing = checked_filing(grant.steps, typed, Verb.DECIDE, grant.now)
        require_decider(grant, grant.life)
        amount_yen, on = int(draft["amount_yen"]), decided_or_today(filing, grant.now)
        year = money_of(grant.year, on)
        refuse_if(
            year != grant.year and not budget.is_open(grant.office_id, year),
            "grant.year_ended",
            year=wareki_fiscal_year(year),
        )
        budget.reserve(grant.office_id, year, amount_yen)
        details = {
            "amount_yen": amount_yen,
            "filing": filing,
            "commitment_number": self.commitment_number.strip(),
        }
        return StepDetails(details, on, {"amount_yen": amount_yen, **public_filing(filing)})

    @classmethod
    def letter(cls, of: LetterContext) -> papers.Decision:
        amount_yen = int(of.details(Verb.DECIDE)["amount_yen"])
        judged, draft = of.view.findings.judgement, of.details(Verb.DRAFT)
        least_yen, why = judged.at_least_yen or 0, printed_why(draft)
        if amount_yen == of.applied.applied_yen and amount_yen < least_yen:
            why = why or of.about.say("working.applied")
        return writing.decision(
            of.about,
            of.filing(Verb.DECIDE),
            applied_on=of.applied_on,
            amount_yen=amount_yen,
            working=writing.reckoned(of.about, judged, amount_yen, why),
            less=writing.why_less(of.about, draft.get("less", ""), least_yen, amount_yen),
        )


class Change(GrantAct):
    """Another sum is granted, by what it costs now (変更交付決定); it is reserved instead.

    `estimate_yen`: of the retainers by the new estimate (新しい見積), of each request where there
    are several; `lawyer`: who gave it, where it is another one. `applied_yen`: what is applied for
    with the change (変更申請の額), where it says one; else what was applied for before.

    Refused: the same sum, no reason, an estimate above the contract that stands
    (`grant.above_signed`), a sum that is not lawful (`require_lawful`) or that the budget
    has not left, more of a year that is over (`grant.year_over`), or it is not this colleague's to
    decide (`require_decider`).
    """

    verb, right = Verb.CHANGE, "grant.change"
    paper = "change"

    estimate_yen: CostByNow = each_yen(hint=True)
    lawyer: str = line(default="")
    applied_yen: int = yen(default=0, hint=True)
    amount_yen: int = yen()
    why: str = story()
    filing: Filing = filing("drafted_on", *ON_DECISION)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {
            **dict.fromkeys(("drafted_on", "decided_on", "enforced_on"), view.today),
            "estimate_yen": view.opened.money.stated or view.applied.retainers,
            "amount_yen": view.opened.granted_yen,
        }

    def apply(self, grant: LockedGrant) -> StepDetails:
        why = worded(self.why, "grant.why")
        filing = checked_filing(grant.steps, self.filing, Verb.CHANGE, grant.now)
        was_yen, year, on = grant.granted_yen, grant.year, decided_or_today(filing, grant.now)
        more = self.amount_yen > was_yen
        refuse_if(self.amount_yen == was_yen, "grant.amount_same")
        require_decider(grant, grant.life, self.amount_yen, more=more)
        if more:
            require_running(year, on)
        signed = grant.money.signed
        above = None if signed is None else exceeded(signed, self.estimate_yen)
        refuse_if(above is not None, "grant.above_signed", yen=f"{above or 0:,}")
        findings.require_lawful(
            grant,
            self.amount_yen,
            cost=grant.money.borne(self.estimate_yen),
            applied_yen=self.applied_yen or grant.money.applied_yen,
            why=why,
            less=why,
        )
        budget.move(grant.office_id, year, was_yen, self.amount_yen)
        public = {
            "was_yen": was_yen,
            "amount_yen": self.amount_yen,
            **sealed("estimate_yen", self.estimate_yen),
        }
        details = {
            **public,
            "lawyer": self.lawyer.strip(),
            **({"applied_yen": self.applied_yen} if self.applied_yen else {}),
            "why": why,
            "filing": filing,
        }
        return StepDetails(details, on, {**public, **public_filing(filing)})

    @classmethod
    def letter(cls, of: LetterContext) -> papers.Change:
        details = of.details(Verb.CHANGE)
        amount_yen = int(details["amount_yen"])
        return writing.change(
            of.about,
            of.filing(Verb.CHANGE),
            of.earlier(Verb.CHANGE),
            was_yen=int(details["was_yen"]),
            amount_yen=amount_yen,
            reason=str(details.get("why", "")),
            working=writing.reckoned(of.about, of.reckoned(Verb.CHANGE), amount_yen),
        )
