"""Days that an officer writes in one line, in any spelling (日付の欄)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from madoguchi.rules.koyomi.wareki import NotADate, When, read_day, wareki_day
from madoguchi.rules.opening import day_spans
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.forms.fields import Line
from madoguchi.tools.forms.form import Filled

FAR_DAYS = 60


@dataclass(frozen=True)
class DayLine(Line):
    """A day in one line, as `read_day` reads it; how it may be written stands below the question.

    `when` it may lie: today or earlier, today or later, or on either side. `staffed`: somebody has
    to be at the desk on it, as `at_desk` checks. Its value is what was typed until `dated` makes a
    day of it. What was typed is followed by the day that the officer confirmed, because it is far
    away.
    """

    limit: int = 40
    width: str = "middle"
    when: When = "past"
    staffed: bool = False
    spelling: ClassVar[str] = "form.day_hint"


def dated(filled: Filled, today: date) -> Filled:
    """The form with days as values of its DayLines, and an error where that day is not allowed."""
    for field in filled.form.fields:
        if isinstance(field, DayLine):
            filled, day = read(filled, field.name, today, field.when)
            filled = replace(filled, values={**filled.values, field.name: day})
    return filled


def read(filled: Filled, name: str, today: date, when: When) -> tuple[Filled, date | None]:
    """The day in a field; with an error where it is no day, on the wrong side, or far away.

    A day more than 60 days away is asked about where it is planned, and where its year was not
    written.
    """
    words, *confirmed = filled.typed.get(name) or [""]
    if not words.strip():
        return filled, None
    try:
        found = read_day(words, today, when)
    except NotADate as wrong:
        code = wrong.code if wrong.code in ("no_such_day", "other_weekday") else "day_unread"
        return filled.refuse(name, code), None
    if found.note == "era_may_be_wrong" and when != "near":
        return filled.refuse(name, "era"), None
    wrong_side = {"past": found.day > today, "ahead": found.day < today, "near": False}
    if wrong_side[when]:
        return filled.refuse(name, "future" if when == "past" else "past"), None
    away = abs((found.day - today).days) > FAR_DAYS
    if away and (when == "ahead" or found.guessed) and found.day.isoformat() not in confirmed:
        day = found.day.isoformat()
        return filled.refuse(name, "far", on=wareki_day(found.day), day=day), None
    return filled, found.day


def at_desk(filled: Filled, today: date, desk: Desk, changes: Sequence[Change]) -> Filled:
    """The form after `dated`, with an error at each day on which nobody is at the desk (閉庁日)."""
    for field in filled.form.fields:
        day = filled.value(field.name) if isinstance(field, DayLine) and field.staffed else None
        if day and day > today and not day_spans(desk, desk.hours, day, changes):
            filled = filled.refuse(field.name, "closed_day")
    return filled
