"""What is typed on the budget's page: a new year, a change, the accounting's own figures."""

from collections.abc import Iterable
from datetime import date

from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.web.desk.settings.typed import DayLine
from madoguchi.web.kit.fields import Choice, Line, Yen
from madoguchi.web.kit.form import Form
from madoguchi.work.subsidy.budget.queries import YearCard

type Typed = dict[str, list[str]]


NUMBER = 100
DOCUMENT = (Line("number", required=True, hint=True, limit=NUMBER), DayLine("on", required=True))
WARN = Yen("warn_below", required=True, hint=True, width="middle")
OPEN = Form(
    "desk.budget.open",
    (
        Yen("budget", required=True, width="middle"),
        Line("section", hint=True),
        Choice("terms", required=True, hint=True, options=("new", "same")),
        *DOCUMENT,
        WARN,
    ),
)
CHANGE = Form(
    "desk.budget.change",
    (
        Choice("how", required=True, options=("supplement", "transfer", "correction")),
        Yen("budget", required=True, hint=True, width="middle"),
        *DOCUMENT,
        WARN,
    ),
)
FIGURES = ("voted", "committed", "paid", "repaid", "left")


def compare(months: Iterable[str]) -> Form:
    """The accounting's totals at the end of a month; any of them may be left out."""
    month = Choice("month", required=True, options=tuple(months))
    return Form("desk.budget.compare", (month, *(Yen(name, width="middle") for name in FIGURES)))


def as_opened(terms: Terms, today: date) -> Typed:
    """The form of a new year, as far as it is known: the threshold is the cap of one grant.

    That last year's terms still hold, somebody says who has looked: it is never chosen before.
    """
    cap = getattr(terms.version.amount.cap, "cap_yen", 0) if terms.version else 0
    return {
        "terms": ["new"] if terms.state == "known" else [],
        "on": [wareki(today)],
        "warn_below": [f"{cap:,}"],
    }


def as_changed(year: YearCard, today: date) -> Typed:
    """The form of a change, with what stands now."""
    return {
        "budget": [f"{year.budget_yen:,}"],
        "on": [wareki(today)],
        "warn_below": [f"{year.warn_below_yen:,}"],
    }
