"""What anybody may know of a year's budget (予算の状況): one word, never a sum.

From the sums of two days one could tell the sum of a single grant.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.law import YearLaw, governing, under
from madoguchi.rules.programme.subsidy import Subsidy, Terms
from madoguchi.rules.subsidy import books
from madoguchi.rules.subsidy.books import Standing
from madoguchi.work.notices.public import changes
from madoguchi.work.subsidy.budget.moving import left
from madoguchi.work.subsidy.models import Budget

READABLE = ("fiscal_year", "budget_yen", "reserved_yen", "spent_yen", "warn_below_yen", "terms")
NO_YEAR = "-"


def standing(office_id: UUID, day: date) -> Standing:
    """How far the budget of the day's fiscal year goes, as a word."""
    return standing_in(version(office_id), day)


def terms_on(office_id: UUID, subsidy: Subsidy, day: date) -> Terms:
    """The rules of a day; last year's count as known if the desk opened the year with them."""
    law = governing(laws(office_id), fiscal_year(day), day, day)
    return under(terms_in(version(office_id), subsidy, day), law)


def laws(office_id: UUID) -> tuple[YearLaw, ...]:
    """The laws of all years that two have signed (年度の根拠規定)."""
    return tuple(each for each in changes(office_id) if isinstance(each, YearLaw))


def version(office_id: UUID) -> str:
    """All that the public may know of an office's years, as one text: `2026:open:same …`.

    It changes when a word changes. Cached pages are keyed by it, so page and budget never disagree.
    """
    years = Budget.of(office_id).only("id", *READABLE).order_by("fiscal_year")
    parts = (f"{year.fiscal_year}:{word(year)}:{year.terms}" for year in years)
    return " ".join(parts) or NO_YEAR


def word(year: Budget) -> Standing:
    """The word for a year's figures, on the desk's page too."""
    return books.standing(left(year), year.warn_below_yen)


def standing_in(known: str, day: date) -> Standing:
    """The word for the day's fiscal year, by a text of `version`.

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
    """The rules of a day, by a text of `version`."""
    terms = subsidy.terms_on(day)
    _, confirmed = _years(known).get(fiscal_year(day), ("", ""))
    same = terms.state == "stale" and confirmed == "same"
    return replace(terms, state="known") if same else terms


def _years(known: str) -> Mapping[int, tuple[Standing, str]]:
    years = (each.split(":") for each in known.split() if each != NO_YEAR)
    return {int(year): (cast("Standing", found), terms) for year, found, terms in years}
