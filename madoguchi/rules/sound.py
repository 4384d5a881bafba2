"""Is a decision of the desk fit to be published (決定の確かめ)? If not, the old version stays."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.decision import Ground
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import (
    AgencyChecked,
    AgencyHidden,
    AgencyShown,
    Change,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
    HoursFrom,
    LineHours,
    NumberHidden,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
)
from madoguchi.rules.programme.lines import whereabouts
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.rewording import reworded
from madoguchi.rules.programme.texts import Texts, is_desk, paragraphs
from madoguchi.rules.programme.wording import NEUTRAL, faults, must_be_neutral, named, variables
from madoguchi.rules.programme.words import COLUMNS, Column
from madoguchi.rules.slots import days

LAST_RESORT = frozenset({Phone("110"), Phone("119")})
"""Fixed by law, and the last thing that a person in danger looks for: never hidden."""


@dataclass(frozen=True)
class Standing:
    """What stands when something new is decided."""

    programme: Programme
    texts: Texts
    changes: Sequence[Change]
    today: date


def unsound(standing: Standing, change: Change) -> tuple[Ground, ...]:
    """Why the decision may not be published; none where it may.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.programme.texts import texts
    >>> here = Standing(programme("shibukawa"), texts("shibukawa"), (), date(2026, 11, 30))
    >>> [each.code for each in unsound(here, NumberHidden(Phone("110"), here.today))]
    ['setting.last_resort']
    """
    past = () if last_day(change) >= standing.today else (_no("past"),)
    return (*past, *_misfits(standing, change))


def _misfits(standing: Standing, change: Change) -> Iterator[Ground]:
    found: Iterator[Ground] = iter(())
    match change:
        case HoursFrom():
            found = _hours(standing, change)
        case NumberHidden() | NumberReplaced() | LineHours():
            found = _number(standing, change)
        case AgencyHidden() | AgencyShown() | AgencyChecked():
            found = _agency(standing, change)
        case ClinicYearPublished() | ClinicDayMoved() | ClinicDayCancelled():
            found = _clinic(standing, change)
        case WordsFrom():
            found = _key(standing, change)
        case ParagraphFrom():
            found = _paragraph(standing, change)
        case _:
            pass
    return found


def last_day(change: Change) -> date:
    """The last day that the decision is about; a decision about bygone days is a slip.

    >>> last_day(ClinicYearPublished(2026)).isoformat()
    '2027-03-31'
    """
    if isinstance(change, ClinicYearPublished):
        return date(change.fiscal_year + 1, 3, 31)
    for name in ("last_on", "was_on", "on", "from_on"):
        if hasattr(change, name):
            day: date = getattr(change, name)
            return day
    raise AssertionError(change)


def _no(code: str, **values: object) -> Ground:
    return Ground(f"setting.{code}", values=values)


def _hours(standing: Standing, change: HoursFrom) -> Iterator[Ground]:
    if change.channel != "desk" and standing.programme.desk.channel(change.channel) is None:
        yield _no("no_channel")


def _number(
    standing: Standing, change: NumberHidden | NumberReplaced | LineHours
) -> Iterator[Ground]:
    number = change.was if isinstance(change, NumberReplaced) else change.number
    if not whereabouts(standing.programme, standing.changes, number):
        yield _no("no_number")
    if number in LAST_RESORT and not isinstance(change, LineHours):
        yield _no("last_resort")


def _agency(
    standing: Standing, change: AgencyHidden | AgencyShown | AgencyChecked
) -> Iterator[Ground]:
    known = {each.id: each for each in standing.programme.agencies if each.confirmed}
    if change.agency not in known:
        yield _no("no_agency")
        return
    numbers = {line.number for line in known[change.agency].phone}
    if isinstance(change, AgencyHidden) and LAST_RESORT & numbers:
        yield _no("last_resort")


def _clinic(
    standing: Standing, change: ClinicYearPublished | ClinicDayMoved | ClinicDayCancelled
) -> Iterator[Ground]:
    clinic, changes = standing.programme.clinic, tuple(standing.changes)
    if clinic is None:
        yield _no("no_clinic")
    elif isinstance(change, ClinicYearPublished):
        if not days(clinic, change.fiscal_year, changes):
            yield _no("no_dates")
    else:
        day = change.was_on if isinstance(change, ClinicDayMoved) else change.on
        years = (fiscal_year(day) - 1, fiscal_year(day))
        held = {each.on for year in years for each in days(clinic, year, changes)}
        if day not in held:
            yield _no("no_clinic_day")
        if isinstance(change, ClinicDayMoved) and change.now_on in held:
            yield _no("clinic_twice")
        if isinstance(change, ClinicDayMoved) and change.now_on < standing.today:
            yield _no("past")


def _key(standing: Standing, change: WordsFrom) -> Iterator[Ground]:
    if change.key not in standing.texts.words or is_desk(change.key):
        yield _no("no_text")
        return
    filed = standing.texts.words[change.key]
    for column in COLUMNS:
        said = getattr(change.words, column)
        if said is not None:
            yield from _words(said, column, named(filed))
            if "\n" in said and "\n" not in filed.ja:  # a subject of two lines is no mail's subject
                yield _no("words_one_line")
            if must_be_neutral(change.key) and (hit := re.search(NEUTRAL, said)):
                yield _no("words_telling", found=hit.group())


def _paragraph(standing: Standing, change: ParagraphFrom) -> Iterator[Ground]:
    there = reworded(standing.texts, standing.changes, standing.today)
    prose = there.page(change.page, change.column).words
    if change.was not in paragraphs(prose):
        yield _no("no_paragraph")
    yield from _words(change.now, change.column, variables(prose))


def _words(said: str, column: Column, known: frozenset[str]) -> Iterator[Ground]:
    for each in faults(said, column):
        yield _no(f"words_{each.code}", found=each.found, limit=each.limit)
    try:
        unknown = variables(said) - known
    except ValueError:
        yield _no("words_braces")
    else:
        if unknown:
            yield _no("words_variable", found="・".join(sorted(unknown)))
