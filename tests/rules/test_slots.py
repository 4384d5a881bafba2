"""The lawyer's days and slots."""

import time
from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.koyomi.dates import nth_in_month
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import (
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic, ClinicYear, Venue
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import coming, day, days, finishes, is_published, years

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
    for each in found:
        assert [f"{s.starts:%H:%M}-{s.ends:%H:%M}" for s in each.slots] == [
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


def test_a_day_moved_back_is_no_longer_marked(clinic: Clinic) -> None:
    away = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24), "13:00-16:00")
    back = ClinicDayMoved(date(2024, 8, 24), date(2024, 8, 17))
    assert days(clinic, 2024, (away, back)) == days(clinic, 2024)


def test_the_hours_of_a_moved_day_are_the_decided_or_the_standing_ones(clinic: Clinic) -> None:
    other = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24), "13:00-14:30")
    again = ClinicDayMoved(date(2024, 8, 24), date(2024, 8, 31))
    found = day(clinic, "2024-08-17", (other,))
    assert found is not None
    assert [f"{slot.number} {slot.starts:%H:%M}" for slot in found.slots] == ["1 13:00", "2 13:45"]
    found = day(clinic, "2024-08-17", (other, again))
    assert found is not None
    assert len(found.slots) == 4


def test_the_same_day_at_other_hours(clinic: Clinic) -> None:
    later = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 17), "10:00-12:15")
    found = day(clinic, "2024-08-17", (later,))
    assert found is not None
    assert (found.moved_from, f"{found.starts:%H:%M}", len(found.slots)) == (None, "10:00", 3)


def test_no_day_is_lost_when_one_is_moved_onto_another(clinic: Clinic) -> None:
    onto = ClinicDayMoved(date(2024, 8, 17), date(2024, 9, 21))
    assert days(clinic, 2024, (onto,)) == days(clinic, 2024)


def test_an_added_day_is_published_with_its_hours(clinic: Clinic) -> None:
    added = ClinicDayAdded(date(2026, 12, 23), "13:00-14:30")
    found = day(clinic, "2026-12-23", (added,))
    assert found is not None
    assert (found.published, found.moved_from, len(found.slots)) == (True, None, 2)
    assert len(days(clinic, 2026, (added,))) == 13
    assert day(clinic, "2026-12-23") is None


def test_adding_the_date_of_a_cancelled_day_brings_it_back_with_its_name(clinic: Clinic) -> None:
    moved = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24))
    off, on = ClinicDayCancelled(date(2024, 8, 24)), ClinicDayAdded(date(2024, 8, 24))
    found = day(clinic, "2024-08-17", (moved, off, on))
    assert found == day(clinic, "2024-08-17", (moved,))
    assert day(clinic, "2024-08-24", (moved, off, on)) is None


def test_no_second_day_takes_the_name_of_a_moved_one(clinic: Clinic) -> None:
    moved = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24))
    added = ClinicDayAdded(date(2024, 8, 17))
    assert days(clinic, 2024, (moved, added)) == days(clinic, 2024, (moved,))


def test_published_dates_are_frozen(clinic: Clinic) -> None:
    told = ClinicYearPublished(2026, (date(2026, 12, 19), date(2027, 1, 23)))
    found = days(clinic, 2026, (told, ClinicYearPublished(2026)))
    assert [each.ref for each in found] == ["2026-12-19", "2027-01-23"]
    assert all(each.published for each in found)
    weekly = replace(clinic, hours=Week.from_text("fri 13:00-16:00"))
    assert [each.ref for each in days(weekly, 2026, (told,))] == ["2026-12-19", "2027-01-23"]


def test_a_day_moved_into_another_fiscal_year_is_not_forgotten(clinic: Clinic) -> None:
    told = ClinicYearPublished(2026)
    far = ClinicDayMoved(date(2027, 3, 20), date(2028, 5, 6))
    found = coming(clinic, date(2028, 4, 20), (told, far))
    assert [each.ref for each in found] == ["2027-03-20"]
    assert coming(clinic, date(2028, 5, 7), (told, far)) == ()


def test_the_clinic_lasts_from_its_first_day_to_its_last(clinic: Clinic) -> None:
    short = replace(clinic, year=(), first_on=date(2026, 7, 18), last_on=date(2026, 9, 19))
    assert [each.ref for each in days(short, 2026)] == ["2026-07-18", "2026-08-15", "2026-09-19"]
    assert days(short, 2027) == ()


def test_a_break_lies_between_two_slots_and_each_stretch_begins_anew(clinic: Clinic) -> None:
    pause = replace(
        clinic,
        hours=Week.from_text("3rd sat 9:00-10:40, 13:00-14:40"),
        slot_min=30,
        break_min=10,
        year=(),
    )
    found = days(pause, 2026)[0]
    assert [f"{slot.starts:%H:%M}" for slot in found.slots] == [
        "09:00",
        "09:40",
        "13:00",
        "13:40",
    ]


def test_a_clinic_that_ends_at_midnight_ends_on_the_next_day(clinic: Clinic) -> None:
    late = replace(clinic, hours=Week.from_text("sat 22:30-24:00"), year=())
    found = day(late, "2026-12-19")
    assert found is not None
    assert [finishes(found, number).isoformat() for number in (1, 2)] == [
        "2026-12-19T23:15:00+09:00",
        "2026-12-20T00:00:00+09:00",
    ]


def test_the_years_that_may_have_a_day(clinic: Clinic) -> None:
    assert years(clinic, date(2026, 11, 30)) == (2024, 2025, 2026, 2027)
    decided = (
        ClinicYearPublished(2030),
        ClinicDayMoved(date(2029, 3, 17), date(2031, 5, 1)),
        ClinicDayAdded(date(2033, 4, 1)),
    )
    assert years(clinic, date(2026, 11, 30), decided)[4:] == (2028, 2030, 2033)


def test_today_is_still_to_come(clinic: Clinic) -> None:
    told = [each.ref for each in coming(clinic, date(2025, 3, 15))]
    assert told == ["2025-03-15"]
    assert coming(clinic, date(2025, 3, 16)) == ()


def test_the_days_around_new_year_are_those_from_28_december_to_4_january(clinic: Clinic) -> None:
    daily = replace(clinic, hours=Week.from_text("mon-sun 9:00-12:00"), year=())
    flagged = [each.ref for each in days(daily, 2026) if each.at_year_end]
    assert (flagged[0], flagged[-1], len(flagged)) == ("2026-12-28", "2027-01-04", 8)


def test_years_whose_holidays_nobody_knows_have_no_days(clinic: Clinic) -> None:
    found = [len(days(clinic, year)) for year in (1949, 1950, 2150, 2151)]
    assert found == [0, 12, 12, 0]


def test_a_day_brought_back_has_the_standing_hours_of_its_first_date(clinic: Clinic) -> None:
    week = Week.from_text("1st sat 9:00-12:00; 3rd sat 13:00-16:00")
    here = replace(clinic, hours=week, year=())
    decided = (
        ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 20), "10:00-11:30"),
        ClinicDayCancelled(date(2026, 12, 20)),
        ClinicDayAdded(date(2026, 12, 20)),
    )
    found = day(here, "2026-12-19", decided)
    assert found is not None
    assert (f"{found.starts:%H:%M}", found.cancelled) == ("13:00", False)


def venues(clinic: Clinic) -> Clinic:
    north = Venue("kita", Words("北会館"), Words("北会館"), Week.from_text("3rd sat 13:00-15:15"))
    phone = Venue("denwa", Words("電話"), Words("電話"), means="telephone")
    return replace(clinic, venue=(north, phone), year=())


def test_venues_have_days_of_their_own_on_the_same_date_too(clinic: Clinic) -> None:
    here = venues(clinic)
    found = [each for each in days(here, 2026) if each.on == date(2026, 12, 19)]
    assert [(each.ref, len(each.slots)) for each in found] == [
        ("2026-12-19", 4),
        ("2026-12-19_kita", 3),
    ]
    assert here.at("denwa").means == "telephone"
    assert here.at("").place == clinic.place


def test_a_decision_about_a_venue_leaves_the_others(clinic: Clinic) -> None:
    here = venues(clinic)
    decided = (
        ClinicYearPublished(2026, venue="kita"),
        ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 20), venue="kita"),
        ClinicDayAdded(date(2026, 12, 19), venue="denwa"),
    )
    found = {each.ref: each for each in days(here, 2026, decided)}
    assert found["2026-12-19"].on == date(2026, 12, 19)
    assert found["2026-12-19_kita"].on == date(2026, 12, 20)
    assert found["2026-12-19_denwa"].published
    assert [each.published for each in found.values() if not each.venue] == [False] * 12
    assert [is_published(here, 2026, decided, key) for key in here.venues] == [False, True, False]


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "x",
        "_",
        "2026-13-01",
        "2024-08-18",
        "20240817",
        "2024-08-17_",
        "2024-08-17_kita",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_a_name_of_no_day_finds_none(clinic: Clinic, ref: str) -> None:
    assert day(clinic, ref) is None


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


def test_where_tokushima_sends_people_when_all_is_taken() -> None:
    overflow = getattr(programme("tokushima").clinic, "overflow", None)
    assert overflow is not None
    assert "第1・第3金曜日" in overflow.words.ja


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
        began = time.process_time()
        days(replace(clinic, year=()), year)
        times.append(time.process_time() - began)
    assert min(times) < 0.005


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slot_min": 0}, "slot_min"),
        ({"slot_min": 181}, "slot_min"),
        ({"slots_per_day": 0}, "slots_per_day"),
        ({"slots_per_day": 1000}, "slots_per_day"),
        ({"break_min": -1}, "break_min"),
        ({"lawyers": 0}, "lawyers"),
        ({"first_on": date(2026, 4, 1), "last_on": date(2026, 3, 31)}, "last_on"),
        ({"last_on": date(2024, 12, 31)}, "2025-01-18"),
        ({"venue": (Venue("a", Words("a"), Words("a")),) * 2}, "key"),
        ({"year": (ClinicYear(2024, (), "x", "kita"),)}, "kita"),
        ({"year": (ClinicYear(2024, (), "x"), ClinicYear(2024, (), "x"))}, "二度"),
        ({"year": (ClinicYear(2025, (), "x"), ClinicYear(2024, (), "x"))}, "古い順"),
    ],
)
def test_slots_that_cannot_be_are_refused(
    clinic: Clinic, change: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        replace(clinic, **change)  # type: ignore[arg-type] # the keys are the fields'


@pytest.mark.parametrize("key", ["Kita", "kita_2", "2", "a" * 17, "北"])
def test_a_venue_has_a_key_that_an_address_takes(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Venue(key, Words("北"), Words("北"))
