"""What anybody may know of a year's budget (予算の状況): a word, never a sum.

Two figures of two days would tell what a single grant was; a word does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.subsidy import standing as rule
from madoguchi.work.subsidy.models import Budget

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from madoguchi.rules.programme.subsidy import Subsidy, Terms
    from madoguchi.rules.subsidy.standing import Standing

READABLE = ("fiscal_year", "budget_yen", "reserved_yen", "spent_yen", "warn_below_yen", "terms")


def standing(office_id: UUID, day: date) -> Standing:
    """How far the budget of the day's fiscal year goes: the desk's own figures, as a word."""
    years = _years(office_id)
    if not years:
        return "unknown"
    year = years.get(fiscal_year(day))
    return word(year) if year else "not_open"


def word(year: Budget) -> Standing:
    """The word for a year's figures; the desk's page says it with this one too."""
    left = year.budget_yen - year.reserved_yen - year.spent_yen
    return rule.standing(left, year.warn_below_yen)


def terms_on(office_id: UUID, subsidy: Subsidy, day: date) -> Terms:
    """The rules of a day; known too where the desk opened the year with those of before."""
    terms = subsidy.terms_on(day)
    if terms.state != "stale":
        return terms
    year = _years(office_id).get(fiscal_year(day))
    return replace(terms, state="known") if year and year.terms == "same" else terms


def version(office_id: UUID) -> str:
    """The state of what pages say of the budget; another one as soon as a word is another."""
    years = _years(office_id)
    return " ".join(f"{number}:{word(year)}:{year.terms}" for number, year in years.items())


def _years(office_id: UUID) -> dict[int, Budget]:
    rows = Budget.of(office_id).only(*READABLE).order_by("fiscal_year")
    return {year.fiscal_year: year for year in rows}
