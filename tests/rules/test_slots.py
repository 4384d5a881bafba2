"""The lawyer's days and slots."""

import time
from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.koyomi.dates import nth_in_month
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import (
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic, ClinicYear
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import days

PUBLISHED = [
    "2024-04-20",
    "2024-05-18",
    "2024-06-15",
    "2024-07-20",
    "2024-08-17",
    "2024-09-21",
    "2024-10-19",
    "2024-11-16",
    "2024-12-21",
    "2025-01-18",
    "2025-02-15",
    "2025-03-15",
]


@pytest.fixture
def clinic() -> Clinic:
    found = programme("shibukawa").clinic
    assert found is not None
    return found


def test_fiscal_year_2024_is_the_published_table(clinic: Clinic) -> None:
    found = days(clinic, 2024)
    assert [day.on.isoformat() for day in found] == PUBLISHED
    assert all(day.published for day in found)
    for day in found:
        assert [f"{s.starts:%H:%M}-{s.ends:%H:%M}" for s in day.slots] == [
            "09:00-09:45",
            "09:45-10:30",
            "10:30-11:15",
            "11:15-12:00",
        ]


def test_the_rule_gives_the_published_table_too(clinic: Clinic) -> None:
    assert [day.on.isoformat() for day in days(replace(clinic, year=()), 2024)] == PUBLISHED


@pytest.mark.parametrize("year", range(2024, 2036))
def test_a_year_has_twelve_third_saturdays(clinic: Clinic, year: int) -> None:
    found = days(replace(clinic, year=()), year)
    assert len({(day.on.year, day.on.month) for day in found}) == 12
    assert all(day.on.weekday() == 5 and nth_in_month(day.on) == 3 for day in found)
    assert not any(day.published for day in found)


def test_a_holiday_is_flagged_and_never_skipped(clinic: Clinic) -> None:
    found = {day.on: day for day in days(clinic, 2031)}
    assert found[date(2032, 3, 20)].holiday == "春分の日"
    assert days(clinic, 2024)[0].holiday is None


def test_the_days_around_new_year_are_flagged(clinic: Clinic) -> None:
    weekly = replace(clinic, hours=Week.from_text("sat 9:00-12:00"), year=())
    flagged = [day.on.isoformat() for day in days(weekly, 2026) if day.at_year_end]
    assert flagged == ["2027-01-02"]


def test_publishing_a_year(clinic: Clinic) -> None:
    assert all(day.published for day in days(clinic, 2026, (ClinicYearPublished(2026),)))
    assert not any(day.published for day in days(clinic, 2027, (ClinicYearPublished(2026),)))


def test_a_moved_day_says_from_where(clinic: Clinic) -> None:
    moved = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24))
    again = ClinicDayMoved(date(2024, 8, 24), date(2024, 8, 31))
    found = {day.on: day for day in days(clinic, 2024, (moved, again))}
    assert date(2024, 8, 17) not in found
    assert date(2024, 8, 24) not in found
    assert found[date(2024, 8, 31)].moved_from == date(2024, 8, 17)
    assert found[date(2024, 8, 31)].published
    assert len(found[date(2024, 8, 31)].slots) == 4


def test_a_cancelled_day_stays_in_the_list(clinic: Clinic) -> None:
    found = days(clinic, 2024, (ClinicDayCancelled(date(2024, 8, 17)),))
    assert [day.on for day in found if day.cancelled] == [date(2024, 8, 17)]
    assert len(found) == 12


def test_changes_of_other_days_do_nothing(clinic: Clinic) -> None:
    strangers = (
        ClinicDayMoved(date(2024, 8, 18), date(2024, 8, 19)),
        ClinicDayCancelled(date(2024, 8, 18)),
    )
    assert days(clinic, 2024, strangers) == days(clinic, 2024)


def test_two_slots_a_week_as_in_toda(clinic: Clinic) -> None:
    friday = replace(clinic, hours=Week.from_text("fri 15:00-16:00"), slot_min=30, year=())
    found = days(friday, 2026)
    assert len(found) == 52
    assert all(len(day.slots) == 2 for day in found)


def test_four_fixed_dates_of_four_as_in_tokushima(clinic: Clinic) -> None:
    fixed = (date(2026, 7, 31), date(2026, 10, 9), date(2026, 12, 11), date(2027, 2, 12))
    tokushima = replace(
        clinic,
        hours=Week.from_text("fri 13:00-16:00"),
        slot_min=30,
        slots_per_day=4,
        days_by="dates",
        year=(ClinicYear(2026, fixed, "x"),),
    )
    found = days(tokushima, 2026)
    assert tuple(day.on for day in found) == fixed
    assert [len(day.slots) for day in found] == [4, 4, 4, 4]
    assert days(tokushima, 2027) == ()


def test_a_year_of_days_is_quick(clinic: Clinic) -> None:
    times = []
    for year in range(2050, 2055):
        began = time.perf_counter()
        days(replace(clinic, year=()), year)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.005


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slot_min": 0}, "slot_min"),
        ({"slot_min": 181}, "slot_min"),
        ({"slots_per_day": 0}, "slots_per_day"),
        ({"slots_per_day": 1000}, "slots_per_day"),
    ],
)
def test_slots_that_cannot_be_are_refused(
    clinic: Clinic, change: dict[str, int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        replace(clinic, **change)  # type: ignore[arg-type] # the keys are the fields'
