"""Days that an officer writes in one line, in any era (日付の欄)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.koyomi.wareki import NotADate, read_date

if TYPE_CHECKING:
    from datetime import date

    from madoguchi.web.kit.form import Filled


def ahead(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    """The day in the field, today or later; with a slip where it is none or over."""
    filled, day = _read(filled, name, today)
    return (filled, day) if day is None or day >= today else (filled.refuse(name, "past"), None)


def passed(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    """The day in the field, today or earlier; with a slip where it is none or yet to come."""
    filled, day = _read(filled, name, today)
    return (filled, day) if day is None or day <= today else (filled.refuse(name, "future"), None)


def _read(filled: Filled, name: str, today: date) -> tuple[Filled, date | None]:
    words = filled.words(name)
    if not words.strip():
        return filled, None
    try:
        read = read_date(words, near=today)
    except NotADate as wrong:
        code = "no_such_day" if wrong.code == "no_such_day" else "date"
        return filled.refuse(name, code), None
    return (
        (filled.refuse(name, "era"), None)
        if read.note == "era_may_be_wrong"
        else (filled, read.day)
    )
