"""The turn of the fiscal year (年度の切り替え): what ends, begins or needs a look on 1 April.

It changes nothing; each item names a thing and its state.
"""

from collections.abc import Sequence
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
    in_force = as_of(programme, changes, first)
    items: list[Item] = []
    if in_force.clinic:
        held = days(in_force.clinic, year, tuple(changes))
        published = bool(held) and all(day.published for day in held)
        items.append(Item("clinic", "done" if published else "todo", len(held)))
        warned = sum(not day.cancelled and bool(day.holiday or day.at_year_end) for day in held)
        if warned:
            items.append(Item("clinic_holiday", "look", warned))
    if in_force.subsidy:
        version = in_force.subsidy.version_on(first)  # issued anew each year: unknown until written
        known = version is not None and version.known_for(first)
        items.append(Item("subsidy", "done" if known else "todo"))
    eve = date(year, 3, 31)
    division = as_of(programme, changes, eve).city.division_on(eve)
    items.append(Item("owner", "look" if in_force.city.division_on(first) == division else "done"))
    begun = sum(each.from_on == first for each in dated(changes))
    items.append(Item("changes", "done" if begun else "look", begun))
    due = sum(agency.review_on <= first for agency in in_force.directory)
    items.append(Item("agencies", "todo" if due else "done", due))
    holidays = sum(is_holiday(day) for day in fiscal_year_days(year))
    items.append(Item("holidays", "done" if holidays >= FEWEST_HOLIDAYS else "todo", holidays))
    unanswered = sum(question.source == UNCONFIRMED for question in in_force.city.question)
    items.append(Item("questions", "look" if unanswered else "done", unanswered))
    return tuple(items)
