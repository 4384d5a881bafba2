"""The decision on an application (交付決定)."""

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.year import money_of
from madoguchi.work.subsidy.acts.act import (
    ON_DECISION,
    GrantAct,
    Initial,
    filing,
    line,
    refuse_if,
)
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.corrections import drafted
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.papers import Decision
from madoguchi.work.subsidy.validation import (
    checked_filing,
    decided_or_today,
    public_filing,
    require_decider,
    with_earlier,
)


class Decide(GrantAct):
    """The grant is decided as it was drafted; the year's budget reserves the sum.

    Fields of the filing that stay empty keep their value of the draft. An application of a year
    that has ended by the day of the decision is paid by the year of that day.

    Refused: another outcome was drafted (`grant.outcome`), or of an application that was corrected
    since (`grant.amended_since`); it is one's own draft, the budget is spent, or the year of the
    decision is not open (`grant.year_ended`).
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
        typed = with_earlier(self.filing, draft["filing"])
        filing = checked_filing(grant.steps, typed, Verb.DECIDE, grant.now)
        require_decider(grant.actor, grant.steps, grant.life)
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
    def letter(cls, of: LetterContext) -> Decision:
        amount_yen = int(of.details(Verb.DECIDE)["amount_yen"])
        return writing.decision(
            of.about,
            of.filing(Verb.DECIDE),
            applied_on=of.applied_on,
            amount_yen=amount_yen,
            working=writing.reckoned(of.about, of.view.findings.judgement.working, amount_yen),
        )
