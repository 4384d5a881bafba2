"""The turn of the fiscal year: what is open, and what the desk did about it."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.programme.changes import (
    AgencyChecked,
    Change,
    ClinicDayCancelled,
    ClinicYearPublished,
    DivisionFrom,
    NumberReplaced,
)
from madoguchi.rules.programme.clinic import Venue
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import Words
from madoguchi.rules.year_turn import Item, coming, walk

CITY = programme("shibukawa")
FIRST = date(2027, 4, 1)


def item(about: str, *changes: Change, year: int = 2027) -> Item:
    """One item of the walk."""
    return next(each for each in walk(CITY, changes, year) if each.about == about)


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 4, 30), 2026),
        (date(2026, 5, 1), 2027),
        (date(2027, 1, 1), 2027),
        (date(2027, 3, 31), 2027),
        (date(2027, 4, 1), 2027),
    ],
)
def test_the_year_that_comes_is_shown_until_its_first_month_is_over(today: date, year: int) -> None:
    assert coming(today) == year


@pytest.mark.parametrize(
    ("about", "change"),
    [
        ("clinic", ClinicYearPublished(2027)),
        ("owner", DivisionFrom(("総務部",), FIRST)),
        ("changes", NumberReplaced(Phone("0279-25-8526"), Phone("0279-00-0000"), FIRST)),
    ],
)
def test_what_the_desk_decided_is_done(about: str, change: Change) -> None:
    assert item(about).state != "done"
    assert item(about, change).state == "done"


def test_rules_that_are_issued_each_year_are_open_until_written_down() -> None:
    assert CITY.subsidy is not None
    assert item("subsidy").state == "todo"
    year = CITY.subsidy.version[-1].since.year
    assert item("subsidy", year=year).state == "done"


def test_agencies_are_due_a_year_after_somebody_read_them() -> None:
    count = len(CITY.directory)
    assert item("agencies").state == "done"
    assert item("agencies", year=2028) == Item("agencies", "todo", count)
    read = AgencyChecked(CITY.directory[0].id, date(2027, 12, 1))
    assert item("agencies", read, year=2028).count == count - 1


def test_a_year_beyond_the_table_of_holidays_is_reported() -> None:
    assert item("holidays").state == "done"
    assert item("holidays").count > 10


def test_clinic_days_on_holidays_are_counted() -> None:
    found = {each.about: each for each in walk(CITY, (), 2026)}
    assert found.get("clinic_holiday", Item("clinic_holiday", "look")).state == "look"


def test_a_cancelled_day_on_a_holiday_needs_no_look() -> None:
    equinox = date(2032, 3, 20)
    assert item("clinic_holiday", year=2031) == Item("clinic_holiday", "look", 1)
    about = [each.about for each in walk(CITY, (ClinicDayCancelled(equinox),), 2031)]
    assert "clinic_holiday" not in about


def test_a_year_is_published_at_every_venue_or_not_yet() -> None:
    assert CITY.clinic is not None
    north = Venue("kita", Words("北"), Words("北"), CITY.clinic.hours)
    two = replace(CITY, clinic=replace(CITY.clinic, venue=(north,)))
    one, both = ClinicYearPublished(2027), ClinicYearPublished(2027, venue="kita")
    state = {each.about: each.state for each in walk(two, (one,), 2027)}
    assert state["clinic"] == "todo"
    state = {each.about: each.state for each in walk(two, (one, both), 2027)}
    assert state["clinic"] == "done"


def test_a_city_without_clinic_and_subsidy_has_no_such_items() -> None:
    bare = replace(CITY, clinic=None, subsidy=None)
    about = [each.about for each in walk(bare, (), 2027)]
    assert not {"clinic", "clinic_holiday", "subsidy"} & set(about)
    assert len(about) == 5
