"""What anybody may know of a year's budget (予算の状況): a word, never a sum.

Two figures of two days would tell what a single grant was; a word does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Subsidy, Terms
from madoguchi.rules.subsidy import books
from madoguchi.rules.subsidy.books import Standing
from madoguchi.work.subsidy.models import Budget

READABLE = ("fiscal_year", "budget_yen", "reserved_yen", "spent_yen", "warn_below_yen", "terms")
NO_YEAR = "-"


def standing(office_id: UUID, day: date) -> Standing:
    """How far the budget of the day's fiscal year goes: the desk's own figures, as a word."""
    return standing_in(version(office_id), day)


def terms_on(office_id: UUID, subsidy: Subsidy, day: date) -> Terms:
    """The rules of a day; known too where the desk opened the year with those of before."""
    return terms_in(version(office_id), subsidy, day)


def version(office_id: UUID) -> str:
    """All that the public may know of an office's years: another one once a word is another.

    A page that is kept is made anew by it, so page and budget cannot disagree.
    """
    years = Budget.of(office_id).only("id", *READABLE).order_by("fiscal_year")
    said = (f"{year.fiscal_year}:{word(year)}:{year.terms}" for year in years)
    return " ".join(said) or NO_YEAR


def word(year: Budget) -> Standing:
    """The word for a year's figures; the desk's page says it with this one too."""
    left = year.budget_yen - year.reserved_yen - year.spent_yen
    return books.standing(left, year.warn_below_yen)


def standing_in(known: str, day: date) -> Standing:
    """The word for the day's fiscal year, by a version.

    >>> from datetime import date
    >>> known = "2026:nearly_spent:same"
    >>> [standing_in(known, date(year, 6, 1)) for year in (2026, 2027)], standing_in("-", date.max)
    (['nearly_spent', 'not_open'], 'unknown')
    """
    if known == NO_YEAR:
        return "unknown"
    found, _ = _years(known).get(fiscal_year(day), ("not_open", ""))
    return found


def terms_in(known: str, subsidy: Subsidy, day: date) -> Terms:
    """The rules of a day, by a version."""
    terms = subsidy.terms_on(day)
    _, confirmed = _years(known).get(fiscal_year(day), ("", ""))
    same = terms.state == "stale" and confirmed == "same"
    return replace(terms, state="known") if same else terms


def _years(known: str) -> Mapping[int, tuple[Standing, str]]:
    years = (each.split(":") for each in known.split() if each != NO_YEAR)
    return {int(year): (cast("Standing", said), terms) for year, said, terms in years}
