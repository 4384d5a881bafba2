"""The subsidy in the fiscal year of today (今年度の補助): its rules, and how far its budget goes.

Both as the desk decided, two seconds ago at most. While the database is away and was never asked,
nothing is said of the budget, and the rules are as sure as the programme's own files make them.
"""

from typing import cast

from django.http import HttpRequest

from madoguchi.rules.programme.subsidy import Subsidy, Terms
from madoguchi.tools.write import AWAY
from madoguchi.web.kit import standing
from madoguchi.work.subsidy.budget import public as budget

SAID = ("nearly_spent", "spent", "not_open")
version = budget.version  # by which a finished page knows that it has to be made anew


def terms(request: HttpRequest) -> Terms | None:
    """The rules of today; None where the city has no subsidy."""
    subsidy = cast("Subsidy | None", request.programme.subsidy)  # type: ignore[attr-defined] # set on arrival
    return budget.terms_in(_known(request), subsidy, request.now.date()) if subsidy else None  # type: ignore[attr-defined]


def budget_key(request: HttpRequest) -> str:
    """The key of what the public reads of the budget; empty where there is nothing to say."""
    word = budget.standing_in(_known(request), request.now.date())  # type: ignore[attr-defined]
    return f"budget.{word}" if word in SAID else ""


def waits(request: HttpRequest) -> bool:
    """Whether what is not decided waits for today's budget and rules, of whichever year it came."""
    return budget.standing_in(_known(request), request.now.date()) == "not_open"  # type: ignore[attr-defined]


def _known(request: HttpRequest) -> str:
    try:
        return standing.current_version(request.office.id, version)  # type: ignore[attr-defined]
    except AWAY:
        return budget.NO_YEAR
