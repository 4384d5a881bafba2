"""An opened grant on the day on which it is looked at, with what follows under the rules.

The rules are those of the day of the application; before the desk has received it, today's.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion, Terms
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import OVER, Verb
from madoguchi.rules.subsidy.fields import BACK
from madoguchi.rules.subsidy.guardian import GUARDIAN, home_is_closed
from madoguchi.rules.subsidy.judge import Judgement, way_words
from madoguchi.rules.subsidy.year import clock, counts_online, ends_on, money_of
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.files.queries import Found, GrantCard, OpenedGrant
from madoguchi.work.subsidy.fiscal_year import decided_on
from madoguchi.work.subsidy.history import StepCard, newest
from madoguchi.work.subsidy.reviewing.findings import (
    REPRESENTATIVE,
    Findings,
    back_is_open,
    by_payment,
    findings,
    paid_otherwise,
)


@dataclass(frozen=True)
class GrantView:
    """An opened grant on the day on which it is looked at."""

    row: Found = field(repr=False)
    opened: OpenedGrant
    terms: Terms
    today: date
    words: Texts = field(repr=False)
    may_issue: bool
    may_bundle: bool

    @property
    def card(self) -> GrantCard:
        """The grant as a list shows it."""
        return self.opened.card

    @property
    def steps(self) -> tuple[StepCard, ...]:
        return self.opened.steps

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
        return clock(card.state, card.budget_year, self.today, stages=stages) is not None

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

    @property
    def paid_less(self) -> bool:
        """Whether less was borne than estimated or other aid came: the sum is reckoned anew."""
        return paid_otherwise(self.steps)

    @cached_property
    def by_payment(self) -> Judgement | None:
        """The sum by what was borne; None where it cannot be reckoned."""
        return by_payment(self.steps, self.opened.checks, self.opened.known, self.terms)

    @property
    def about_payment(self) -> tuple[str, ...]:
        """The text keys of why the sum is not what was granted, and of what is open about it."""
        report = newest(self.steps, Verb.REPORT)
        back = [name for name in BACK if report.get(name)]
        why = "desk.grant.sum.came_back" if back else "desk.grant.sum.paid_less"
        is_open = self.by_payment is not None and back_is_open(self.by_payment, back)
        return (why, "desk.grant.sum.back_is_open") if is_open else (why,)

    @property
    def drafted(self) -> dict[str, Any]:
        return newest(self.steps, Verb.DRAFT)

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
