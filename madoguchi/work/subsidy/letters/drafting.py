"""The paper on which the decision is taken (起案用紙を書く).

Only who, how much and what was checked goes onto it, and nothing else that the person told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year, wareki_short
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.budget.queries import YearCard
from madoguchi.work.subsidy.letters.papers import Budget, Checked, Draft
from madoguchi.work.subsidy.letters.writing import LetterBasis, day, yen
from madoguchi.work.subsidy.reviewing.findings import Finding


@dataclass(frozen=True)
class Proposed:
    """What is proposed (起案する内容); a refusal has no sum.

    `why`: the reason of the sum where the rules leave several.
    """

    outcome: Literal["grant", "refuse"]
    applied_on: date
    received_on: date
    drafter: str
    amount_yen: int = 0
    received_number: str = ""
    working: tuple[str, ...] = field(default=(), repr=False)
    why: str = field(default="", repr=False)


def draft(
    about: LetterBasis,
    filing: Filing,
    proposed: Proposed,
    conditions: Sequence[Finding],
    names: Mapping[UUID, str],
    year: YearCard,
    *,
    reserved_yen: int = 0,
    spent_yen: int = 0,
) -> Draft:
    """The paper of a decision (起案用紙); what the city's system has not given yet is a blank.

    `names`: of the officers who looked at the conditions. `reserved_yen`, `spent_yen`: what of the
    year's sums is this grant's own by now; the paper shows the year without it.
    """
    name, granted = about.applied.name, proposed.outcome == "grant"
    now_yen = proposed.amount_yen if granted else 0
    reserved_yen = max(year.reserved_yen - reserved_yen, 0)
    spent_yen = max(year.spent_yen - spent_yen, 0)
    because = [about.say("draft.because", why=proposed.why)] if proposed.why else []
    level = about.say(f"draft.class.{filing.decision_class}") if filing.decision_class else ""
    if level and filing.deputy:
        level = about.say("draft.deputy", said=level, deputy=filing.deputy)
    life = about.rules.version.life
    confirmed_years = life.retention_years if life.retention_years_source != UNCONFIRMED else None
    kept_years = filing.retention_years or confirmed_years
    return Draft(
        title=about.say(
            f"draft.{proposed.outcome}", subsidy=about.subsidy, reference=about.reference
        ),
        proposal=about.say(f"draft.propose_{proposed.outcome}"),
        person=name,
        reference=about.reference,
        applied_on=day(proposed.applied_on),
        received_on=day(proposed.received_on),
        receipt_number=proposed.received_number,
        amount=yen(proposed.amount_yen) if granted else about.say("draft.refused"),
        working=(*proposed.working, *because),
        checks=tuple(_checked(about, each, names) for each in conditions),
        budget=Budget(
            year=wareki_fiscal_year(year.fiscal_year),
            account=year.section,
            total=yen(year.budget_yen),
            reserved=yen(reserved_yen),
            spent=yen(spent_yen),
            now=yen(now_yen),
            left=yen(year.budget_yen - reserved_yen - spent_yen - now_yen),
        ),
        level=level,
        binder=filing.binder,
        kept=about.say("draft.years", years=kept_years) if kept_years else "",
        disclosure=about.say(f"draft.disclosure.{filing.disclosure}") if filing.disclosure else "",
        drafter=proposed.drafter,
        drafted_on=day(filing.drafted_on),
        decided_on=day(filing.decided_on),
        sent_on=day(filing.enforced_on),
        document_number=filing.document_number,
        annex=_annex(about, conditions, names),
    )


def _annex(about: LetterBasis, conditions: Sequence[Finding], names: Mapping[UUID, str]) -> str:
    """What goes round closed (別封); who saw what was posted, where that stands for its print."""
    seen = next(
        (each.officer for each in conditions if each.officer and each.officer.seen_how), None
    )
    if seen is None:
        return about.say("draft.annex")
    on, who = wareki_short(seen.confirmed_on), names.get(seen.staff_id, "")
    how = about.rules.words.get(f"desk.grant.check.seen.{seen.seen_how}").words
    return about.say("draft.annex_seen", on=on, who=who, how=how)


def _checked(about: LetterBasis, condition: Finding, names: Mapping[UUID, str]) -> Checked:
    machine, officer = condition.machine, condition.officer
    verdict = condition.holds.value if officer else "none"
    return Checked(
        condition=about.condition(machine.code),
        source=about.cited(machine.source),
        machine=about.say(f"draft.verdict.{machine.held.value}"),
        verdict=about.say(f"draft.verdict.{verdict}"),
        by=names.get(officer.staff_id, "") if officer else "",
        on=wareki_short(officer.confirmed_on) if officer else "",
    )
