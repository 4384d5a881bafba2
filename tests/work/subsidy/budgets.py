"""A year's budget as these tests open it, and what its books say."""

from dataclasses import replace
from datetime import date, datetime

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions
from madoguchi.work.subsidy.budget.actions import Change, Document, Opening
from madoguchi.work.subsidy.models import Budget
from tests.offices import actor_of, make_staff

YEAR, CAP = 2026, 150_000
OPENING = Opening(YEAR, 1_000_000, "3款1項2目18節", CAP, "same")
DOCUMENT = Document("渋相第12号", date(2026, 4, 1))
MORE = Change("supplement", 1_500_000, CAP)


def subsidy() -> Subsidy:
    """Shibukawa's, whose newest rules are of an earlier year."""
    found = programme("shibukawa").subsidy
    assert found
    return found


def officer(office: OfficeCard, now: datetime, role: str = "subsidy_officer") -> Actor:
    """A colleague who works with grants."""
    return actor_of(make_staff(office, role, "木村", now))


def opened(office: OfficeCard, actor: Actor, now: datetime, **changed: object) -> Budget:
    """The year, opened by a colleague."""
    opening = replace(OPENING, **changed)  # type: ignore[arg-type] # its own fields
    actions.open_year(actor, AtOffice(office.id), opening, DOCUMENT, subsidy(), now=now)
    return year(office, opening.fiscal_year)


def year(office: OfficeCard, fiscal_year: int = YEAR) -> Budget:
    """The row as it stands."""
    return Budget.of(office.id).get(fiscal_year=fiscal_year)
