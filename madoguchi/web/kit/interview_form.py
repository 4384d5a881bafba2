"""The form that books an interview (面談の予約): a time, and what the person needs for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.forms.fields import Choice, Choices, FieldError, Line, Value
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.kit.answers import OFFICERS, SUPPORTS
from madoguchi.web.kit.formatting import Formatter
from madoguchi.work.interviews.public import Wanted, When


@dataclass(frozen=True)
class TimeField(Line):
    """One time of those that are offered, written as ``2026-12-04T10:30``."""

    limit: int = 20
    missing: ClassVar[str] = "choose"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The moment; what no page offers counts as none."""
        try:
            return datetime.strptime(words.strip(), "%Y-%m-%dT%H:%M"), None  # noqa: DTZ007 - office time
        except ValueError:
            return None, self.error("choose")


TIME = Form("visit", (TimeField("at", required=True),))
VISIT = Form(
    "visit",
    (
        *TIME.fields,
        Choices("support", options=SUPPORTS),
        Line("language", hint=True, limit=100, width="middle"),
        Choice("officer", options=OFFICERS),
        Line("note", hint=True, limit=200, guarded=True),
    ),
)


@dataclass(frozen=True)
class TimeOption:
    """A time that can be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class DayOptions:
    """The times of one day that can be chosen."""

    label: str
    offers: tuple[TimeOption, ...]


def time_options(
    times: Iterable[tuple[date, Sequence[Span]]], words: Texts, chosen: str = ""
) -> tuple[DayOptions, ...]:
    """The free times, day by day, in words that an `<option>` can hold."""
    formatter = Formatter(words)

    def option(on: date, span: Span) -> TimeOption:
        value = f"{on.isoformat()}T{span.starts:%H:%M}"
        return TimeOption(value, formatter.span(span), value == chosen)

    return tuple(
        DayOptions(formatter.day(on, year=False), tuple(option(on, span) for span in free))
        for on, free in times
        if free
    )


def chosen_time(filled: Filled) -> When:
    """The time that was chosen, of a form that is filled rightly."""
    at: datetime = filled.value("at")
    return When(at.date(), at.time())


def wanted(filled: Filled) -> Wanted:
    """What the person needs for it."""
    return Wanted(
        support=filled.value("support"),
        language=filled.value("language"),
        officer=filled.value("officer"),
        note=filled.value("note"),
    )


def as_typed(support: Sequence[str], language: str, officer: str) -> Typed:
    """The form filled beforehand with what the person asked for in their request."""
    return {
        "support": [need for need in support if need in SUPPORTS],
        "language": [language] if language else [],
        "officer": [officer] if officer in OFFICERS else [],
    }
