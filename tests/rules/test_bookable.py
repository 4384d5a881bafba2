"""Which slots may be booked now, by whom, and why not."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from madoguchi.rules.decision import Decision, Held
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
    DeskClosed,
)
from madoguchi.rules.programme.clinic import Booking, Clinic, Free
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import NEVER, Booker, Used, begins, bookable, day, fits, window

CITY = programme("shibukawa")
PUBLISHED = ClinicYearPublished(2026)
DAY = "2026-12-19"
MONDAY = datetime.fromisoformat("2026-11-30T10:00+09:00")


def clinic(**rule: object) -> Clinic:
    assert CITY.clinic is not None
    return replace(CITY.clinic, booking=replace(CITY.clinic.booking, **rule))  # type: ignore[arg-type] # the keys are the fields'


def said(
    number: int = 1,
    at: datetime = MONDAY,
    by: Booker = "person",
    *changes: Change,
    here: Clinic | None = None,
    used: Used = NEVER,
) -> Decision:
    here = here or clinic(online="ask")
    decided = (PUBLISHED, *changes)
    return bookable(here, CITY.desk, day(here, DAY, decided), number, at, by, decided, used)


def codes(decision: Decision) -> list[str]:
    return [each.code for each in decision.reasons if each.held is not Held.MET]


def test_a_free_slot_of_a_published_day() -> None:
    assert said().answer == "yes"
    assert said(by="desk").answer == "yes"
    assert codes(said(5)) == codes(said(0)) == ["clinic.no_slot"]


def test_where_there_is_nothing() -> None:
    here = clinic(online="ask")
    assert codes(bookable(None, CITY.desk, None, 1, MONDAY, "desk")) == ["clinic.none"]
    assert codes(bookable(here, CITY.desk, None, 1, MONDAY, "desk")) == ["clinic.no_day"]
    for by in ("desk", "person"):
        draft = bookable(here, CITY.desk, day(here, DAY), 1, MONDAY, by)
        assert codes(draft) == ["clinic.unpublished"]
        off = ClinicDayCancelled(date(2026, 12, 19))
        assert codes(said(1, MONDAY, by, off)) == ["clinic.cancelled"]


def test_who_may_book() -> None:
    assert codes(said(here=clinic(online="no"))) == ["clinic.by_desk"]
    assert codes(said(here=clinic(online="ask", only_if_needed=True))) == ["clinic.if_needed"]
    for rule in ({"online": "no"}, {"only_if_needed": True}):
        assert said(by="desk", here=clinic(**rule)).answer == "yes"


@pytest.mark.parametrize(
    ("at", "by", "answer"),
    [
        ("2026-12-19T08:59:59+09:00", "person", "yes"),
        ("2026-12-19T09:00+09:00", "person", "no"),
        ("2026-12-19T09:44:59+09:00", "desk", "yes"),
        ("2026-12-19T09:45+09:00", "desk", "no"),
        ("2026-12-18T23:59:59+00:00", "person", "yes"),
        ("2026-12-19T00:00+00:00", "person", "no"),
    ],
)
def test_what_has_begun_is_past_for_a_person_what_is_over_for_the_desk(
    at: str, by: Booker, answer: str
) -> None:
    found = said(1, datetime.fromisoformat(at), by)
    assert found.answer == answer
    assert codes(found) == ([] if answer == "yes" else ["clinic.past"])


WINDOW = {"online": "book", "opens_days": 14, "closes_working_days": 2, "window_source": "x"}


@pytest.mark.parametrize(
    ("at", "said_no"),
    [
        ("2026-12-04T23:59:59+09:00", "clinic.early"),
        ("2026-12-05T00:00+09:00", None),
        ("2026-12-17T23:59:59+09:00", None),
        ("2026-12-18T00:00+09:00", "clinic.late"),
        ("2026-12-17T15:00+00:00", "clinic.late"),
        ("2026-12-17T14:59+00:00", None),
    ],
)
def test_the_window_binds_a_person_by_the_days_of_japan(at: str, said_no: str | None) -> None:
    moment = datetime.fromisoformat(at)
    assert codes(said(at=moment, here=clinic(**WINDOW))) == ([said_no] if said_no else [])
    assert said(at=moment, by="desk", here=clinic(**WINDOW)).answer == "yes"


def test_the_last_day_is_counted_in_working_days() -> None:
    here = clinic(**WINDOW)
    there = day(here, DAY, (PUBLISHED,))
    assert there is not None
    found = window(here, CITY.desk, there, (PUBLISHED,))
    assert found is not None
    assert (found.first_on, found.last_on) == (date(2026, 12, 5), date(2026, 12, 17))
    closed = DeskClosed(date(2026, 12, 17))
    found = window(here, CITY.desk, there, (PUBLISHED, closed))
    assert found is not None
    assert found.last_on == date(2026, 12, 16)


def test_an_unconfirmed_window_is_not_shown_and_binds_nobody() -> None:
    here = clinic(online="ask", opens_days=1, closes_working_days=5)
    there = day(here, DAY, (PUBLISHED,))
    assert there is not None
    assert window(here, CITY.desk, there) is None
    assert said(here=here).answer == "yes"
    with pytest.raises(ValueError, match="window_source"):
        clinic(online="book")


def test_the_window_follows_a_moved_day() -> None:
    moved = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26))
    last = datetime.fromisoformat("2026-12-24T12:00+09:00")
    assert said(1, last, "person", moved, here=clinic(**WINDOW)).answer == "yes"
    assert codes(said(1, last, "person", here=clinic(**WINDOW))) == ["clinic.past"]


@pytest.mark.parametrize("per", ["person", "matter", "year"])
def test_so_many_times_and_then_no_more_or_for_a_fee(per: str) -> None:
    once = replace(clinic(online="ask"), free=Free(2, "x", per))  # type: ignore[arg-type] # a parameter
    one, two = Used(**{per: 1}), Used(**{per: 2})
    other = Used(**{name: 9 for name in ("person", "matter", "year") if name != per})
    assert said(here=once, used=one).answer == said(here=once, used=other).answer == "yes"
    assert codes(said(here=once, used=two)) == ["clinic.times"]
    paid = replace(once, free=replace(once.free, then_yen=5500))  # type: ignore[type-var] # given above
    found = said(here=paid, used=two)
    assert found.answer == "yes"
    assert [each.values for each in found.reasons if each.code == "clinic.fee"] == [{"yen": 5500}]
    assert "clinic.fee" not in [each.code for each in said(here=paid, used=one).reasons]


def test_an_unconfirmed_limit_is_asked_about() -> None:
    here = replace(clinic(online="ask"), free=Free(1, "要確認"))
    used = Used(person=1)
    assert said(here=here, used=used).answer == "ask"
    assert said(here=here, used=used, by="desk").answer == "yes"


def test_a_move_must_leave_the_taken_slots() -> None:
    here = clinic()
    short = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26), "9:00-10:30")
    assert fits(here, DAY, short, (1, 2)).answer == "yes"
    found = fits(here, DAY, short, (1, 3))
    assert [(each.code, each.values) for each in found.reasons] == [
        ("clinic.too_short", {"slots": 2})
    ]
    assert codes(fits(here, "2026-12-20", short, (1,))) == ["clinic.no_day"]


def test_a_slot_begins_in_japans_time() -> None:
    there = day(clinic(), DAY)
    assert there is not None
    assert begins(there, 2).isoformat() == "2026-12-19T09:45:00+09:00"
    assert begins(there, 2).utcoffset() == timedelta(hours=9)
    with pytest.raises(LookupError):
        begins(there, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hold_min": 0},
        {"people_most": 0},
        {"closes_working_days": -1},
        {"opens_days": 400},
        {"offer_working_days": 0},
    ],
)
def test_numbers_that_no_desk_has_are_refused(wrong: dict[str, int]) -> None:
    rule = clinic().booking
    assert isinstance(rule, Booking)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(rule, **wrong)  # type: ignore[arg-type] # the keys are the fields'
