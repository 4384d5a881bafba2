"""An opened grant on the day on which it is looked at, with what follows under the rules.

The rules are those of the day of the application; before the desk has received it, today's.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.law import YearLaw
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion, Terms
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.guardian import GUARDIAN, home_is_closed
from madoguchi.rules.subsidy.judge import Judgement, way_words
from madoguchi.rules.subsidy.year import clock, counts_online, ends_on, money_of
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.files.queries import Found, GrantCard, OpenedGrant
from madoguchi.work.subsidy.fiscal_year import decided_on, performed_late
from madoguchi.work.subsidy.history import StepCard, newest
from madoguchi.work.subsidy.money import claimed_yen
from madoguchi.work.subsidy.reviewing.findings import (
    REPRESENTATIVE,
    Findings,
    asks_about_back,
    findings,
    money_back,
    reckoned,
)


@dataclass(frozen=True)
class GrantView:
    """An opened grant on the day on which it is looked at.

    `law`: what governs its year, where two have signed it.
    """

    row: Found = field(repr=False)
    opened: OpenedGrant
    terms: Terms
    today: date
    words: Texts = field(repr=False)
    may_issue: bool
    may_bundle: bool
    law: YearLaw | None = None

    @property
    def card(self) -> GrantCard:
        """The grant as a list shows it."""
        return self.opened.card

    @property
    def steps(self) -> tuple[StepCard, ...]:
        """The steps that count."""
        return self.opened.steps

    @property
    def past(self) -> tuple[StepCard, ...]:
        """All steps, with those that were taken back (誤記録)."""
        return self.opened.past

    @property
    def applied(self) -> Applied:
        return self.opened.applied

    @property
    def version(self) -> SubsidyVersion | None:
        """The rules of the day; None where there were none."""
        return self.terms.version

    @property
    def budget_year(self) -> int | None:
        """The fiscal year that pays it, or would pay if it were decided today; None before one."""
        applied, decided = self.card.fiscal_year, decided_on(self.steps)
        if applied is None or (decided is None and self.card.state in OVER):
            return applied
        return money_of(applied, decided or self.today)

    @property
    def year_ends(self) -> bool:
        """Whether the end of the year that pays it is near or over: then a human chooses."""
        card, stages = self.card, self.life.stages
        return (
            bool(self.performed_late)
            or clock(card.state, card.budget_year, self.today, stages=stages) is not None
        )

    @property
    def performed_late(self) -> date | None:
        """The day of a performance after the year that pays, until a human chose what follows."""
        year = self.card.budget_year
        if year is None or self.card.state in OVER:
            return None
        return performed_late(self.steps, year)

    @property
    def year_is_over(self) -> bool:
        """Whether that year pays nothing more of it, unless a human carried it over (繰越)."""
        card, year = self.card, self.card.budget_year
        return year is not None and self.today > ends_on(card.state, year, self.life.stages)

    @property
    def life(self) -> Life:
        """What follows a decision in this city."""
        return self.version.life if self.version else Life()

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What is possible now and allowed to who looks."""
        return self.opened.verbs(self.life.stages)

    @property
    def online_counts(self) -> bool:
        """Whether a form sent online is the application itself."""
        return self.version is not None and counts_online(self.version)

    @property
    def retention_is_known(self) -> bool:
        """Whether the city confirmed how long such files are kept."""
        return self.life.retention_years_source != UNCONFIRMED

    @cached_property
    def findings(self) -> Findings:
        """The conditions and the sum, by machine and officer."""
        return findings(self.steps, self.opened.checks, self.opened.known, self.terms)

    @property
    def home_is_closed(self) -> bool:
        """Whether nothing may be posted home, since the other party may open it there (B14)."""
        held = {each.machine.code: each.holds for each in self.findings.conditions}
        says = REPRESENTATIVE.get(self.applied.guardian_is_other)
        return home_is_closed(says, settled=held.get(GUARDIAN) is Held.MET)

    @cached_property
    def working(self) -> tuple[str, ...]:
        """The working of the sum, line by line."""
        return way_words(self.findings.judgement, self.words)

    @cached_property
    def grantable(self) -> Judgement:
        """What may be granted for what it cost by now: the rule of every sum."""
        return reckoned(self.steps, self.opened.checks, self.opened.known, self.terms)

    @property
    def cost(self) -> CostByNow:
        """What the retainers cost by now; of several requests each, as far as it was said."""
        return self.opened.money.cost or self.applied.retainers

    @property
    def claim_differs(self) -> bool:
        """Whether the sum was changed after it was claimed, and is not paid yet."""
        claimed = claimed_yen(self.steps) if self.card.state is State.CLAIMED else None
        return claimed is not None and claimed != self.opened.granted_yen

    @property
    def to_come_back_yen(self) -> int:
        """What was paid above that and was not demanded yet (要返還)."""
        return self.opened.money.to_come_back_yen(self.grantable.at_most_yen)

    @property
    def about_cost(self) -> tuple[str, ...]:
        """The text keys of why the sum is not the estimate's, and of what is open about it.

        Once it is settled, only where it is more than may be granted by now.
        """
        back, sums, most = money_back(self.steps), self.opened.money, self.grantable.at_most_yen
        settled = any(step.verb is Verb.FIX for step in self.steps)
        if settled and (most is None or sums.granted_yen <= most):
            return ()
        if sums.cost_yen in (None, self.applied.retainers_yen) and not back:
            return ()
        why = "desk.grant.sum.came_back" if back else "desk.grant.sum.cost_differs"
        is_open = asks_about_back(self.terms, back) and most != 0
        return (why, "desk.grant.sum.back_is_open") if is_open else (why,)

    @property
    def drafted(self) -> dict[str, Any]:
        return newest(self.steps, Verb.DRAFT)

    @property
    def usual_class(self) -> str:
        """By whom such a sum is decided (専決・決裁); empty before the year has its law."""
        if self.law is None or not self.law.delegated_yen:
            return ""
        yen = self.opened.granted_yen or int(self.drafted.get("amount_yen") or 0)
        return "delegated" if yen <= self.law.delegated_yen else "ordinary"

    @property
    def filed(self) -> dict[str, Any]:
        """The fields of a `Filing` that are known already, from the draft and the receipt."""
        filing = self.drafted.get("filing") or {}
        number = newest(self.steps, Verb.RECEIVE, Verb.TYPE_IN).get("received_number", "")
        days = {
            name: date.fromisoformat(value)
            for name, value in filing.items()
            if name.endswith("_on") and value
        }
        return {**filing, **days, "received_number": filing.get("received_number") or number}
