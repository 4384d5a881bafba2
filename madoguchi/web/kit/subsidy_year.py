"""The subsidy in the fiscal year of today (今年度の補助): its rules, and how far its budget goes.

Both as the desk decided, two seconds ago at most. While the database is away and was never asked,
the budget is unknown, and the rules are as sure as the programme's own files make them.
"""

from datetime import date

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.law import YearLaw, governing, under
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit import publications
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.subsidy.budget import public as budget

MENTIONED = ("nearly_spent", "spent", "not_open")
version = budget.version  # by which a finished page knows that it has to be made anew


def terms(request: OfficeRequest) -> Terms | None:
    """The rules of today; None where the city has no subsidy."""
    subsidy, today = request.programme.subsidy, request.now.date()
    if subsidy is None:
        return None
    law = law_of(request, fiscal_year(today), today, today)
    return under(budget.terms_in(_version(request), subsidy, today), law)


def law_of(request: OfficeRequest, year: int, applied_on: date, decided_on: date) -> YearLaw | None:
    """The law that governs an application of a year; None where none was signed."""
    signed = (each for each in publications.recent_changes(request) if isinstance(each, YearLaw))
    return governing(signed, year, applied_on, decided_on)


def stale_year(request: OfficeRequest, terms: Terms) -> str:
    """Of which year rules are that may have changed since; empty where they are this year's."""
    if terms.state != "stale" or terms.version is None:
        return ""
    return Formatter(texts_for(request)).fiscal_year(fiscal_year(terms.version.since))


def budget_key(request: OfficeRequest) -> str:
    """The text key of what the public reads of the budget; empty for nothing."""
    state = budget.standing_in(_version(request), request.now.date())
    return f"budget.{state}" if state in MENTIONED else ""


def waits(request: OfficeRequest) -> bool:
    """Whether applications wait until the budget and the rules of this year are there."""
    return budget.standing_in(_version(request), request.now.date()) == "not_open"


def _version(request: OfficeRequest) -> str:
    try:
        return publications.current_version(request.office.id, version)
    except AWAY:
        return budget.NO_YEAR
