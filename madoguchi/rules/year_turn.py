"""The turn of the fiscal year (年度の切り替え): what ends, begins or needs a look on 1 April.

Nothing is done by it; each item says how things stand and who has to act.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import fiscal_year, fiscal_year_days, is_holiday
from madoguchi.rules.programme.as_of import as_of, dated
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.slots import days

FEWEST_HOLIDAYS = 10  # a year has some sixteen; fewer: the table does not reach so far

type State = Literal["done", "todo", "look"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the walk: `todo` needs an act, `look` needs a look, `done` is in order.

    ``count``: how many things it is about.
    """

    about: str
    state: State
    count: int = 0


def coming(today: date) -> int:
    """The fiscal year that begins next; during April the one that has just begun.

    >>> coming(date(2027, 3, 31)), coming(date(2027, 4, 30)), coming(date(2027, 5, 1))
    (2027, 2027, 2028)
    """
    year = fiscal_year(today)
    return year if (today.month, today.year) == (4, year) else year + 1


def walk(programme: Programme, changes: Sequence[Change], year: int) -> tuple[Item, ...]:
    """The items of the turn to a fiscal year, in the order of the walk.

    >>> from madoguchi.rules.programme.load import programme
    >>> [(item.about, item.state) for item in walk(programme("shibukawa"), (), 2027)][:2]
    [('clinic', 'todo'), ('subsidy', 'todo')]
    """
    first = date(year, 4, 1)
    whole = as_of(programme, changes, first)
    return (
        *_clinic(whole, changes, year),
        *_subsidy(whole, first),
        _owner(programme, changes, whole, first),
        _hours(changes, first),
        _agencies(whole, first),
        _holidays(year),
        _open_questions(whole),
    )


def _clinic(whole: Programme, changes: Sequence[Change], year: int) -> Iterator[Item]:
    if whole.clinic is None:
        return
    held = days(whole.clinic, year, tuple(changes))
    published = bool(held) and all(day.published for day in held)
    yield Item("clinic", "done" if published else "todo", len(held))
    warned = sum(not day.cancelled and bool(day.holiday or day.at_year_end) for day in held)
    if warned:
        yield Item("clinic_holiday", "look", warned)


def _subsidy(whole: Programme, first: date) -> Iterator[Item]:
    """Rules that are issued anew each year are not known for the new one until written down."""
    if whole.subsidy is None:
        return
    version = whole.subsidy.version_on(first)
    known = version is not None and version.known_for(first)
    yield Item("subsidy", "done" if known else "todo")


def _owner(filed: Programme, changes: Sequence[Change], whole: Programme, first: date) -> Item:
    eve = date(first.year, 3, 31)
    before = as_of(filed, changes, eve).city.division_on(eve)
    return Item("owner", "done" if whole.city.division_on(first) != before else "look")


def _hours(changes: Sequence[Change], first: date) -> Item:
    begun = sum(each.from_on == first for each in dated(changes))
    return Item("changes", "done" if begun else "look", begun)


def _agencies(whole: Programme, first: date) -> Item:
    due = sum(agency.review_on <= first for agency in whole.directory)
    return Item("agencies", "todo" if due else "done", due)


def _holidays(year: int) -> Item:
    known = sum(is_holiday(day) for day in fiscal_year_days(year))
    return Item("holidays", "done" if known >= FEWEST_HOLIDAYS else "todo", known)


def _open_questions(whole: Programme) -> Item:
    open_ones = sum(question.source == UNCONFIRMED for question in whole.city.question)
    return Item("questions", "look" if open_ones else "done", open_ones)
