"""A year is opened once, by a document; its budget changes by one, never below what is used."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db.transaction import atomic

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.rights import ROLES
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions, moving, public
from madoguchi.work.subsidy.models import Budget, BudgetChange
from tests.work.subsidy.budgets import (
    CAP,
    DOCUMENT,
    MORE,
    OPENING,
    YEAR,
    officer,
    opened,
    subsidy,
    year,
)

TOMORROW = date(2026, 12, 1)


def opening(office: OfficeCard, actor: Actor, now: datetime, **changed: Any) -> str:
    """The reason on which a year is not opened; empty where it is."""
    document = replace(DOCUMENT, **changed.pop("document", {}))
    told = replace(OPENING, **changed)
    try:
        with atomic():
            actions.open_year(actor, AtOffice(office.id), told, document, subsidy(), now=now)
    except Refused as refused:
        return refused.reasons[0].code
    return ""


def changing(office: OfficeCard, actor: Actor, now: datetime, **changed: Any) -> str:
    """The reason on which a budget is not changed; empty where it is."""
    document = replace(DOCUMENT, **changed.pop("document", {}))
    revision = changed.pop("revision", 0)
    told, at = replace(MORE, **changed), AtOffice(office.id)
    try:
        with atomic():
            actions.change_budget(actor, at, YEAR, revision, told, document, now=now)
    except Refused as refused:
        return refused.reasons[0].code
    return ""


def test_a_year_is_opened_with_its_document(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    row = opened(office, actor, now)
    change = BudgetChange.of(office.id).get(budget_id=row.id)
    assert (row.budget_yen, row.reserved_yen, row.spent_yen, row.terms) == (1_000_000, 0, 0, "same")
    assert (change.number, change.kind, change.yen) == (1, "opening", 1_000_000)
    assert (change.document_number, change.on) == (DOCUMENT.number, DOCUMENT.on)
    assert change.staff_id == actor.staff_id
    line = Line.objects.filter(verb="subsidy.budget").get()
    assert line.told == {"fiscal_year": YEAR, "change": "opening"}


def test_it_is_opened_once(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    assert opening(office, actor, now) == ""
    assert opening(office, actor, now, budget_yen=5) == "budget.opened"
    assert year(office).budget_yen == 1_000_000


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fiscal_year": 2028}, "budget.far"),
        ({"fiscal_year": 2024}, "budget.far"),
        ({"terms": "new"}, "budget.terms"),
        ({"document": {"number": "　"}}, "budget.document"),
        ({"document": {"on": TOMORROW}}, "budget.future"),
    ],
)
def test_what_does_not_open_a_year(
    office: OfficeCard, now: datetime, changed: dict[str, Any], reason: str
) -> None:
    assert opening(office, officer(office, now), now, **changed) == reason
    assert not Budget.objects.exists()
    assert not Line.objects.filter(verb="subsidy.budget").exists()


def test_rules_of_the_year_are_new_where_the_programme_has_them(
    office: OfficeCard, now: datetime
) -> None:
    known = subsidy()
    newest = replace(known.version[-1], since=date(2026, 7, 1))  # they came within the year
    of_year = replace(known, version=(*known.version, newest))
    told = replace(OPENING, terms="new")
    actor, at = officer(office, now), AtOffice(office.id)
    actions.open_year(actor, at, told, DOCUMENT, of_year, now=now)
    assert year(office).terms == "new"


@pytest.mark.parametrize("how", ["supplement", "transfer", "correction"])
def test_a_budget_changes_by_a_document(office: OfficeCard, now: datetime, how: str) -> None:
    actor = officer(office, now)
    opened(office, actor, now)
    assert changing(office, actor, now, how=how, budget_yen=900_000) == ""
    row = year(office)
    change = BudgetChange.of(office.id).get(number=2)
    assert (row.budget_yen, row.revision, change.kind, change.yen) == (900_000, 1, how, -100_000)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"budget_yen": 1_000_000}, "budget.same"),
        ({"budget_yen": 699_999}, "budget.used"),
        ({"budget_yen": 700_000}, ""),
        ({"budget_yen": 1_000_000, "warn_below_yen": 0}, ""),
        ({"revision": 3}, "budget.stale"),
        ({"document": {"number": ""}}, "budget.document"),
        ({"document": {"on": TOMORROW}}, "budget.future"),
    ],
)
def test_what_is_used_stays_in_the_budget(
    office: OfficeCard, now: datetime, changed: dict[str, Any], reason: str
) -> None:
    actor = officer(office, now)
    opened(office, actor, now)
    Budget.of(office.id).update(reserved_yen=400_000, spent_yen=300_000)
    assert changing(office, actor, now, **changed) == reason
    assert BudgetChange.objects.count() == (1 if reason else 2)


def test_the_refusal_says_what_is_used(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    opened(office, actor, now)
    moving.reserve(office.id, YEAR, 450_000)
    told = replace(MORE, budget_yen=1)
    with pytest.raises(Refused) as refused:
        actions.change_budget(actor, AtOffice(office.id), YEAR, 0, told, DOCUMENT, now=now)
    assert refused.value.reasons[0].values == {"used": "450,000"}


def test_two_colleagues_who_looked_at_one_page(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    opened(office, actor, now)
    assert changing(office, actor, now) == ""
    assert changing(office, officer(office, now), now, budget_yen=1_600_000) == "budget.stale"


def test_a_decision_meanwhile_makes_no_page_stale(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    opened(office, actor, now)
    moving.reserve(office.id, YEAR, CAP)
    assert changing(office, actor, now) == ""


def test_a_year_that_was_never_opened_is_not_changed(office: OfficeCard, now: datetime) -> None:
    assert changing(office, officer(office, now), now) == "subsidy.year"


@pytest.mark.race
@pytest.mark.parametrize("role", ["counsellor", "auditor", "admin", "another office's"])
def test_who_may_not(
    office: OfficeCard, other_office: OfficeCard, now: datetime, role: str
) -> None:
    known = role if role in ROLES else "supervisor"
    actor, at = officer(office if role in ROLES else other_office, now, known), AtOffice(office.id)
    with pytest.raises(Absent):
        actions.open_year(actor, at, OPENING, DOCUMENT, subsidy(), now=now)
    opened(office, officer(office, now), now)
    with pytest.raises(Absent):
        actions.change_budget(actor, at, YEAR, 0, MORE, DOCUMENT, now=now)
    assert year(office).budget_yen == 1_000_000
    assert public.standing(other_office.id, now.date()) == "unknown"


def test_the_public_word_follows_the_figures(office: OfficeCard, now: datetime) -> None:
    today = now.date()
    assert public.standing(office.id, today) == "unknown"
    opened(office, officer(office, now), now, budget_yen=300_000)
    heard = [public.standing(office.id, today)]
    for yen in (150_000, 1, 149_999):
        moving.reserve(office.id, YEAR, yen)
        heard.append(public.standing(office.id, today))
    moving.release(office.id, YEAR, 150_001)
    heard.append(public.standing(office.id, today))
    assert heard == ["open", "open", "nearly_spent", "spent", "open"]
    assert public.standing(office.id, date(2027, 4, 1)) == "not_open"


def test_the_version_changes_with_a_word_and_not_with_a_figure(
    office: OfficeCard, now: datetime
) -> None:
    """A finished page is not made anew for each decision, and tells by that of none."""
    empty = public.version(office.id)
    opened(office, officer(office, now), now, budget_yen=400_000)
    before = public.version(office.id)
    moving.reserve(office.id, YEAR, 250_000)
    assert public.version(office.id) == before != empty
    moving.reserve(office.id, YEAR, 1)
    assert public.version(office.id) != before


def test_rules_of_before_hold_where_the_desk_says_so(office: OfficeCard, now: datetime) -> None:
    known, today = subsidy(), now.date()
    assert known.terms_on(today).state == "stale"
    assert public.terms_on(office.id, known, today).state == "stale"
    opened(office, officer(office, now), now)
    assert public.terms_on(office.id, known, today).state == "known"
    assert public.terms_on(office.id, known, today).version is known.terms_on(today).version
    assert public.terms_on(office.id, known, date(2027, 4, 1)).state == "stale"
