"""Days that an officer writes in one line, in any era (日付の欄)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.wareki import NotADate, read_date, read_day_without_year
from madoguchi.rules.opening import day_spans
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.forms.fields import Line
from madoguchi.tools.forms.form import Filled

type When = Literal["past", "ahead", "near"]


@dataclass(frozen=True)
class DayLine(Line):
    """A day in one line, in any era, with or without its year.

    `when` it may lie: today or earlier, today or later, or on either side. Its value is what was
    typed until `dated` makes a day of it.
    """

    limit: int = 40
    width: str = "middle"
    when: When = "past"


def dated(filled: Filled, today: date) -> Filled:
    """The form with days as values of its DayLines, and an error where that day is not allowed."""
    for field in filled.form.fields:
        if isinstance(field, DayLine):
            filled, day = READ[field.when](filled, field.name, today)
            filled = replace(filled, values={**filled.values, field.name: day})
    return filled


def ahead(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    """The day in the field, today or later; with an error where it is no day, or over."""
    filled, day = _read(filled, name, today, ahead=True)
    return (filled, day) if day is None or day >= today else (filled.refuse(name, "past"), None)


def working(
    filled: Filled, name: str, today: date, desk: Desk, changes: Sequence[Change]
) -> Filled:
    """The form, with an error where nobody is at the desk on the day in the field (閉庁日)."""
    filled, day = ahead(filled, name, today)
    closed = day is not None and day > today and not day_spans(desk, desk.hours, day, changes)
    return filled.refuse(name, "closed_day") if closed else filled


def passed(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    """The day in the field, today or earlier; with an error where it is no day, or to come."""
    filled, day = _read(filled, name, today, ahead=False)
    return (filled, day) if day is None or day <= today else (filled.refuse(name, "future"), None)


def _read(filled: Filled, name: str, today: date, *, ahead: bool) -> tuple[Filled, date | None]:
    words = filled.words(name)
    if not words.strip():
        return filled, None
    try:
        day, doubtful = _day(words, today, ahead=ahead)
    except NotADate as wrong:
        code = "no_such_day" if wrong.code == "no_such_day" else "date"
        return filled.refuse(name, code), None
    return (filled.refuse(name, "era"), None) if doubtful else (filled, day)


def _day(words: str, today: date, *, ahead: bool) -> tuple[date, bool]:
    """The day, written without its year (12/8) or with it; whether its era may be wrong."""
    try:
        return read_day_without_year(words, today, ahead=ahead), False
    except NotADate as wrong:
        if wrong.code != "unreadable":
            raise
    read = read_date(words, near=today)
    return read.day, read.note == "era_may_be_wrong"


def near(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    """The day in the field, before today or after it, as when a letter goes out (施行日)."""
    words = filled.words(name)
    if not words.strip():
        return filled, None
    try:
        with suppress(NotADate):
            return filled, read_day_without_year(words, today, ahead=False)
        return filled, read_date(words, near=today).day
    except NotADate as wrong:
        return filled.refuse(name, "no_such_day" if wrong.code == "no_such_day" else "date"), None


READ = {"past": passed, "ahead": ahead, "near": near}
