"""A fiscal year is opened, its budget changed (予算の登録・補正・流用), as a document says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import F

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget.moving import require_year
from madoguchi.work.subsidy.models import Budget, BudgetChange

type Terms = Literal["new", "same"]
type How = Literal["supplement", "transfer", "correction"]

OPENING = "opening"
USED = F("reserved_yen") + F("spent_yen")
FARTHEST_YEARS = 1
"""How many years before or after the current one a year may be opened."""


@dataclass(frozen=True)
class Document:
    """What a sum was decided with: its number and its day, typed from the city's own system."""

    number: str
    on: date


@dataclass(frozen=True)
class Opening:
    """A year as it begins (当初予算).

    `section`: 款項目節. `warn_below_yen`: with less than that left, the public reads that it is
    nearly spent. `terms`: `new` ones of the programme, or the `same` as in the year before.
    """

    fiscal_year: int
    budget_yen: int
    section: str
    warn_below_yen: int
    terms: Terms


@dataclass(frozen=True)
class Change:
    """The whole budget as it is from now on, and how it came to be another."""

    how: How
    budget_yen: int
    warn_below_yen: int


@action("subsidy.budget")
def open_year(
    actor: Actor,
    at: AtOffice,
    opening: Opening,
    document: Document,
    subsidy: Subsidy,
    *,
    now: datetime,
) -> UUID:
    """Open a fiscal year: from now on grants of it can be drafted and decided (年度の登録).

    Raises:
        Refused: it is open already, more than a year away, its document has no number or a day in
            the future, or `terms` is `new` while the programme has no new ones.
    """
    lock(f"budget/{at.office_id}")  # the second who opens it is refused, and meets no constraint
    year_no = opening.fiscal_year
    _require_document(document, now.date())
    if abs(year_no - fiscal_year(now.date())) > FARTHEST_YEARS:
        raise Refused(Reason("budget.far"))
    if Budget.of(at.office_id).filter(fiscal_year=year_no).exists():
        raise Refused(Reason("budget.opened"))
    terms = subsidy.terms_on(last_day(year_no))
    if terms.version is None or (opening.terms == "new" and terms.state != "known"):
        raise Refused(Reason("budget.terms"))
    year = Budget(
        office_id=at.office_id,
        fiscal_year=year_no,
        budget_yen=opening.budget_yen,
        section=opening.section,
        warn_below_yen=opening.warn_below_yen,
        terms=opening.terms,
    )
    year.save(force_insert=True)
    return _write_down(actor, year, OPENING, opening.budget_yen, document, now)


@action("subsidy.budget")
def change_budget(
    actor: Actor,
    at: AtOffice,
    fiscal_year: int,
    revision: int,
    change: Change,
    document: Document,
    *,
    now: datetime,
) -> UUID:
    """Raise or lower a year's budget (補正・流用・誤記の訂正); `revision`: the one looked at.

    Raises:
        Refused: the year is not open, it was changed since it was looked at, its document has no
            number or lies in the future, nothing would be another, or more is decided already.
    """
    year = require_year(at.office_id, fiscal_year)
    _require_document(document, now.date())
    if year.revision != revision:
        raise Refused(Reason("budget.stale"))
    if (year.budget_yen, year.warn_below_yen) == (change.budget_yen, change.warn_below_yen):
        raise Refused(Reason("budget.same"))
    # Not if decisions have used more of the year than that, be it at this very moment.
    rows = Budget.of(year.office_id).filter(pk=year.id, revision=year.revision)
    enough = rows.alias(used=USED).filter(used__lte=change.budget_yen)
    done = enough.update(
        budget_yen=change.budget_yen,
        warn_below_yen=change.warn_below_yen,
        revision=year.revision + 1,
    )
    if not done:
        current = rows.first()
        if current is None:
            raise Refused(Reason("budget.stale"))
        used = current.reserved_yen + current.spent_yen
        raise Refused(Reason("budget.used", values={"used": f"{used:,}"}))
    return _write_down(actor, year, change.how, change.budget_yen - year.budget_yen, document, now)


def last_day(year: int) -> date:
    """The last day of a fiscal year, by which all rules that begin within it are in force."""
    return date(year + 1, 3, 31)


def _require_document(document: Document, today: date) -> None:
    if not document.number.strip():
        raise Refused(Reason("budget.document"))
    if document.on > today:
        raise Refused(Reason("budget.future"))


def _write_down(
    actor: Actor, year: Budget, kind: str, yen: int, document: Document, now: datetime
) -> UUID:
    rows = BudgetChange.of(year.office_id).filter(budget_id=year.id)
    change = BudgetChange(
        office_id=year.office_id,
        budget_id=year.id,
        number=rows.count() + 1,
        kind=kind,
        yen=yen,
        document_number=document.number.strip(),
        on=document.on,
        staff_id=actor.colleague,
        at=now,
    )
    change.save(force_insert=True)
    chain.tell(fiscal_year=year.fiscal_year, change=kind)
    return change.id
