"""Is a decision of the desk fit to be published (決定の確かめ)? If not, the old version stays."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.decision import Reason
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.programme.as_of import as_of, reworded, whereabouts
from madoguchi.rules.programme.changes import (
    AgencyChecked,
    AgencyHidden,
    AgencyShown,
    Change,
    ClinicDayAdded,
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
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts, is_desk, paragraphs, unnumbered
from madoguchi.rules.programme.words import (
    COLUMNS,
    NEUTRAL,
    Column,
    faults,
    must_be_neutral,
    named,
    variables,
)
from madoguchi.rules.slots import ClinicChange, ClinicDay, DayDecision, days, is_published, years

LAST_RESORT = frozenset({Phone("110"), Phone("119")})
"""Fixed by law, and the last thing that a person in danger looks for: never hidden."""


@dataclass(frozen=True)
class InForce:
    """What holds when something new is decided: the files, and the decisions so far."""

    programme: Programme
    texts: Texts
    changes: Sequence[Change]
    today: date


def objections(in_force: InForce, change: Change) -> tuple[Reason, ...]:
    """Why the decision may not be published; none where it may.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.programme.texts import texts
    >>> here = InForce(programme("shibukawa"), texts("shibukawa"), (), date(2026, 11, 30))
    >>> [each.code for each in objections(here, NumberHidden(Phone("110"), here.today))]
    ['setting.last_resort']
    """
    reasons: Iterable[Reason] = ()
    match change:
        case HoursFrom(channel=channel):
            if channel != "desk" and in_force.programme.desk.channel(channel) is None:
                reasons = [_no("no_channel")]
        case NumberHidden() | NumberReplaced() | LineHours():
            reasons = _number(in_force, change)
        case AgencyHidden() | AgencyShown() | AgencyChecked():
            reasons = _agency(in_force, change)
        case ClinicYearPublished() | ClinicDayMoved() | ClinicDayCancelled() | ClinicDayAdded():
            reasons = _clinic(in_force, change)
        case WordsFrom():
            reasons = _key(in_force, change)
        case ParagraphFrom():
            reasons = _paragraph(in_force, change)
        case _:
            pass
    past = [] if last_day(change) >= in_force.today else [_no("past")]
    return (*past, *reasons)


def last_day(change: Change) -> date:
    """The last day that the decision is about; a decision about bygone days is refused.

    >>> last_day(ClinicYearPublished(2026)).isoformat()
    '2027-03-31'
    """
    if isinstance(change, ClinicYearPublished):
        return date(min(change.fiscal_year + 1, date.max.year), 3, 31)
    for name in ("last_on", "was_on", "on", "from_on"):
        if hasattr(change, name):
            day: date = getattr(change, name)
            return day
    raise AssertionError(change)


def _no(code: str, **values: object) -> Reason:
    return Reason(f"setting.{code}", values=values)


def _number(
    in_force: InForce, change: NumberHidden | NumberReplaced | LineHours
) -> Iterator[Reason]:
    number = change.was if isinstance(change, NumberReplaced) else change.number
    if not whereabouts(in_force.programme, in_force.changes, number):
        yield _no("no_number")
    if number in LAST_RESORT and not isinstance(change, LineHours):
        yield _no("last_resort")


def _agency(
    in_force: InForce, change: AgencyHidden | AgencyShown | AgencyChecked
) -> Iterator[Reason]:
    known = {each.id: each for each in in_force.programme.agencies if each.listed}
    if change.agency not in known:
        yield _no("no_agency")
        return
    numbers = {line.number for line in known[change.agency].phone}
    if isinstance(change, AgencyHidden) and LAST_RESORT & numbers:
        yield _no("last_resort")


def _clinic(in_force: InForce, change: ClinicChange) -> Iterator[Reason]:
    clinic = in_force.programme.clinic
    if clinic is None:
        yield _no("no_clinic")
    elif change.venue not in clinic.venues:
        yield _no("no_venue")
    elif _reaches(change) > fiscal_year(in_force.today) + 1:
        yield _no("clinic_far")
    elif isinstance(change, ClinicYearPublished):
        yield from _year(in_force, clinic, change)
    else:
        yield from _day(in_force, clinic, change)


def _reaches(change: ClinicChange) -> int:
    """The fiscal year for which a decision sets a day; none where it only takes one away."""
    match change:
        case ClinicYearPublished():
            return change.fiscal_year
        case ClinicDayMoved():
            return fiscal_year(change.now_on)
        case ClinicDayAdded():
            return fiscal_year(change.on)
        case _:
            return 0


def _year(in_force: InForce, clinic: Clinic, change: ClinicYearPublished) -> Iterator[Reason]:
    there = _of_venue(days(clinic, change.fiscal_year, in_force.changes), change.venue)
    if is_published(clinic, change.fiscal_year, in_force.changes, change.venue):
        yield _no("clinic_published")
    if not (change.dates or there):
        yield _no("no_dates")
    if list(change.dates) != sorted(set(change.dates)) or any(
        fiscal_year(on) != change.fiscal_year for on in change.dates
    ):
        yield _no("clinic_dates")
    others = _held(in_force, clinic, change.venue, change.fiscal_year)
    if set(change.dates) & {day.on for day in others if day not in there}:
        yield _no("clinic_twice")


def _day(in_force: InForce, clinic: Clinic, change: DayDecision) -> Iterator[Reason]:
    on = change.was_on if isinstance(change, ClinicDayMoved) else change.on
    held = {day.on: day for day in _held(in_force, clinic, change.venue, fiscal_year(on))}
    if isinstance(change, ClinicDayAdded):
        if on in held and not held[on].cancelled:
            yield _no("clinic_twice")
        if on not in held and any(day.moved_from == on for day in held.values()):
            yield _no("clinic_moved_away")
    elif on not in held:
        yield _no("no_clinic_day")
    elif held[on].cancelled:
        yield _no("clinic_cancelled")
    if isinstance(change, ClinicDayMoved):
        yield from _moved(in_force, clinic, change, held.get(on))
    if not isinstance(change, ClinicDayCancelled) and change.hours:
        spans = spans_from_text(change.hours)
        if all(span.ends_min - span.starts_min < clinic.slot_min for span in spans):
            yield _no("clinic_short")


def _moved(
    in_force: InForce, clinic: Clinic, change: ClinicDayMoved, was: ClinicDay | None
) -> Iterator[Reason]:
    taken = _held(in_force, clinic, change.venue, fiscal_year(change.now_on))
    if any(day.on == change.now_on and day != was for day in taken):
        yield _no("clinic_twice")
    if was and change.now_on == change.was_on and not change.hours:
        yield _no("clinic_same")
    if change.now_on < in_force.today:
        yield _no("past")


def _held(in_force: InForce, clinic: Clinic, venue: str, year: int) -> tuple[ClinicDay, ...]:
    """The days that may stand in a fiscal year: its own, those that were moved into it."""
    known = {*years(clinic, in_force.today, in_force.changes), year}
    found = (day for each in known for day in days(clinic, each, in_force.changes))
    return _of_venue(found, venue)


def _of_venue(found: Iterable[ClinicDay], venue: str) -> tuple[ClinicDay, ...]:
    return tuple(day for day in found if day.venue == venue)


def _key(in_force: InForce, change: WordsFrom) -> Iterator[Reason]:
    if change.key not in in_force.texts.words or is_desk(change.key):
        yield _no("no_text")
        return
    filed = in_force.texts.words[change.key]
    for column in COLUMNS:
        text = getattr(change.words, column)
        if text is not None:
            yield from _words(in_force, text, column, named(filed))
            if "\n" in text and "\n" not in filed.ja:  # a subject of two lines is no mail's subject
                yield _no("words_one_line")
            if must_be_neutral(change.key) and (hit := re.search(NEUTRAL, text)):
                yield _no("words_telling", found=hit.group())


def _paragraph(in_force: InForce, change: ParagraphFrom) -> Iterator[Reason]:
    there = reworded(in_force.texts, in_force.changes, in_force.today)
    prose = there.page(change.page, change.column).words
    if change.was not in paragraphs(prose):
        yield _no("no_paragraph")
    yield from _words(in_force, change.now, change.column, variables(prose))


def _words(in_force: InForce, text: str, column: Column, known: frozenset[str]) -> Iterator[Reason]:
    for each in faults(text, column):
        yield _no(f"words_{each.code}", found=each.found, limit=each.limit)
    try:
        unknown = variables(text) - known
    except ValueError:
        yield _no("words_braces")
    else:
        if unknown:
            yield _no("words_variable", found="・".join(sorted(unknown)))
    filed = in_force.programme
    if wrong := unnumbered(text, {each.id for each in filed.agencies}):
        yield _no("words_no_number", found=wrong, mark="[police_8103：か☎]")
    today = as_of(filed, in_force.changes, in_force.today)
    told = {
        line.number: agency.id
        for agency in (*filed.agencies, *today.agencies)
        for line in agency.phone
        if line.number not in LAST_RESORT and line.number.stands_in(text)
    }
    for number, agency in told.items():
        yield _no("words_number", found=str(number), mark=f"[{agency}：☎]")
