"""The notice form: words for the public and, where it is one, the dated change of the programme."""

from datetime import date
from typing import Any

from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.koyomi.wareki import NotADate, read_date
from madoguchi.web.kit.fields import Choice, Line, Story
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.typed import plain

CHANGES: dict[str, tuple[str, ...]] = {
    "news": (),
    "desk_closed": ("on",),
    "desk_hours": ("on", "hours"),
}
NOTICE = Form(
    "desk.notice",
    (
        Choice("kind", required=True, options=tuple(CHANGES)),
        Line("title", required=True, limit=100, guarded=True),
        Story("body", limit=4000, rows=5, guarded=True),
        Line("on", hint=True, limit=40, width="middle"),
        Line("hours", hint=True, limit=100, width="middle"),
    ),
)


def check(filled: Filled) -> tuple[Filled, dict[str, Any]]:
    """The form with what the kind asks for, and the change as it is stored."""
    change: dict[str, Any] = {}
    for name in CHANGES.get(filled.value("kind"), ()):
        if not filled.words(name).strip():
            filled = filled.refuse(name, "required")
        elif name == "on":
            filled, found = _day(filled, name)
            change[name] = found.isoformat() if found else ""
        else:
            filled = _hours(filled)
            change[name] = plain(filled.value(name))
    return filled, change


def _day(filled: Filled, name: str) -> tuple[Filled, date | None]:
    try:
        return filled, read_date(filled.words(name)).day
    except NotADate as wrong:
        code = "no_such_day" if wrong.code == "no_such_day" else "date"
        return filled.refuse(name, code), None


def _hours(filled: Filled) -> Filled:
    try:
        spans_from_text(plain(filled.value("hours")))
    except ValueError:
        return filled.refuse("hours", "hours")
    return filled
