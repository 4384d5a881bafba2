"""What is counted: people once, contacts each, and what nobody asked in a row of its own."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from madoguchi.rules.figures.tally import (
    ALL,
    CAME,
    ROWS,
    TABLES,
    Consultation,
    Contact,
    Count,
    Facts,
    Person,
    Referral,
    behind,
    tally,
    waited_days,
    year_of,
)
from tests.rules.figures.towns import MONTHS, town

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
ANNA, BEN = uuid4(), uuid4()
PEOPLE = {
    ANNA: Person(date(2026, 4, 6), "30_39", ("insult", "threat")),
    BEN: Person(date(2026, 3, 30)),
}
FACTS = Facts(
    PEOPLE,
    (
        Contact(ANNA, date(2026, 4, 6), "phone", "call_back"),
        Contact(ANNA, date(2026, 4, 30), "counter", "referred"),
        Contact(ANNA, date(2026, 5, 1), "phone"),
        Contact(BEN, date(2026, 3, 30), "web"),
        Contact(BEN, date(2026, 5, 11), "phone", "solved"),
    ),
    (Referral(ANNA, date(2026, 4, 30), "delete"), Referral(ANNA, date(2026, 5, 1), "delete")),
)


def test_a_person_is_counted_once_a_month_and_once_a_year() -> None:
    april, may = tally(FACTS, APRIL), tally(FACTS, MAY)
    assert april[ALL] == Count(persons=1, first=1, times=2)
    assert may[ALL] == Count(persons=2, first=1, times=2)
    assert year_of([april, may])[ALL] == Count(persons=2, first=2, times=4)


def test_each_table_counts_its_own() -> None:
    april, may = tally(FACTS, APRIL), tally(FACTS, MAY)
    assert april["way", "phone"] == Count(1, 1, 1)
    assert april["way", "counter"] == Count(1, 1, 1)
    assert april["age", "30_39"].times == 2
    assert (april["kind", "insult"].persons, april["kind", "threat"].persons) == (1, 1)
    assert april["referral", "delete"] == Count(1, 1, 1)
    assert may["referral", "delete"] == Count(1, 0, 1)
    assert (april["outcome", "referred"].times, may["outcome", "unheard"].times) == (1, 1)
    assert may["age", "unheard"].persons == may["kind", "unheard"].persons == 1


def test_since_when_somebody_comes() -> None:
    april, may = tally(FACTS, APRIL), tally(FACTS, MAY)
    assert april["course", "new"].persons == 1
    assert may["course", "this_year"].persons == may["course", "earlier"].persons == 1
    year = year_of([april, may])
    assert [year["course", name].persons for name in TABLES["course"]] == [1, 0, 1]


def test_a_number_leads_to_the_people_behind_it() -> None:
    assert behind(FACTS, ("way", "phone"), frozenset({MAY})) == {ANNA, BEN}
    assert behind(FACTS, ("referral", "delete"), frozenset({APRIL, MAY})) == {ANNA}
    assert behind(FACTS, ("way", "fax"), frozenset({APRIL, MAY})) == frozenset()


def test_without_somebody_the_sheet_is_that_of_a_town_in_which_they_never_came() -> None:
    without = FACTS.without(frozenset({BEN}))
    never = Facts({ANNA: PEOPLE[ANNA]}, FACTS.contacts[:3], FACTS.referrals)
    assert without == never
    assert tally(without, MAY) == tally(never, MAY)


def test_the_clinic_is_counted_by_its_days() -> None:
    asked = (
        Consultation(ANNA, date(2026, 4, 18), "attended", 20),
        Consultation(BEN, date(2026, 4, 18), "absent", 9),
        Consultation(ANNA, date(2026, 5, 16), "unsaid", 4),
    )
    facts = Facts(PEOPLE, consultations=asked, offered=(date(2026, 4, 18),) * 4)
    april, may = tally(facts, APRIL), tally(facts, MAY)
    assert april["clinic", "offered"].times == 4
    assert april["clinic", "booked"] == Count(2, 2, 2)
    assert (april["clinic", "attended"].times, april["clinic", "absent"].times) == (1, 1)
    assert (waited_days(april), waited_days(may)) == (15, 4)
    year = year_of([april, may])
    assert year["clinic", "booked"] == Count(2, 2, 3)
    assert waited_days(year) == 11
    assert behind(facts, ("clinic", "absent"), frozenset({APRIL, MAY})) == {BEN}
    assert tally(facts.without(frozenset({BEN})), APRIL)["clinic", "booked"].times == 1
    assert april[ALL] == Count(), "a place of the lawyer's is no contact of the desk"


@pytest.mark.parametrize("seed", range(4))
def test_tables_add_up(seed: int) -> None:
    facts = town(seed, 40)
    sheets = [tally(facts, month) for month in MONTHS]
    for sheet in (*sheets, year_of(sheets)):
        for table in ("way", "outcome", "age", "course"):
            rows = [sheet[table, name] for name in TABLES[table]]
            assert sum(row.times for row in rows) == sheet[ALL].times
        came = sum(sheet["clinic", name].times for name in CAME)
        assert came == sheet["clinic", "booked"].times <= sheet["clinic", "offered"].times
        for table in ("age", "course"):
            rows = [sheet[table, name] for name in TABLES[table]]
            assert sum(row.persons for row in rows) == sheet[ALL].persons
        assert all(count.first <= count.persons <= count.times for count in sheet.values())
        assert set(sheet) == set(ROWS)
    year = year_of(sheets)
    assert year[ALL].persons == len(facts.people)
    assert all(
        year[row].persons == len(behind(facts, row, frozenset(MONTHS)))
        for row in ROWS
        if row[0] != "course"
    )


def test_an_answer_that_came_later_moves_nobody_between_the_months_already_counted() -> None:
    april = tally(FACTS, APRIL)
    older = Facts({**PEOPLE, ANNA: replace(PEOPLE[ANNA], age="40_49")}, FACTS.contacts)
    assert tally(older, APRIL)["age", "40_49"].persons == 1
    assert april["age", "40_49"].persons == 0
