"""A form as data: fields in, typed words and field errors out, cards for the page.

    CONTACT = Form("contact", (
        Name("name", required=True),
        Tel("phone", hint=True),
        Choice("how", required=True, options=("phone", "no_voicemail", "mail")),
    ))

    typed = CONTACT.take(request.POST)           # lists of strings, ready to be kept as JSON
    filled = CONTACT.check(typed)                # CONTACT.show(typed) draws without checking
    if filled.value("how") == "mail" and not filled.value("phone"):
        filled = filled.refuse("phone", "required")
    if filled.ok:
        ...filled.value("phone")                 # "0279258526"; filled.words("phone") as typed
    return render(request, "portal/x/page.html", {"form": filled}, status=filled.status)

In the page: `{% include "kit/errors.html" %}`, then for each field
`{% for field in form.cards %}{% include "kit/field.html" %}{% endfor %}`,
or one of them by name: `{% include "kit/field.html" with field=form.card.phone %}`.
Words: `contact.name.label`, `contact.phone.hint`, `contact.how.mail`.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from madoguchi.rules.koyomi.wareki import NotADate, wareki_day
from madoguchi.tools.forms import fields as kit_fields
from madoguchi.tools.forms.fields import Field, FieldError, Line, Value

type Typed = dict[str, list[str]]
MOST_NUMBERS = 20
HIDDEN_FIELDS = frozenset(
    {
        "csrfmiddlewaretoken",
        "token",
        "revision",
        "case",
        "mark",
        "back",
        "finish",
        "shown",
        "remove",
        "purpose",
        "block",
        "insert",
        "do",
        "grant",
        "door",
        "was",
    }
)
NOT_REPEATED = frozenset(
    {"password", "oldpassword", "password1", "password2", "code", "credential", "secret"}
)
log = logging.getLogger("madoguchi.form")


@dataclass(frozen=True)
class HeldFile:
    """A file the server already holds (お預かりしたファイル); a remove button sends `ref`."""

    ref: str
    name: str
    size: int


@dataclass(frozen=True)
class Option:
    """One answer as the page draws it."""

    value: str
    id: str
    key: str
    chosen: bool


@dataclass(frozen=True)
class Number:
    """A number in the words that is asked about, and whether the person marked it as harmless."""

    digits: str
    id: str
    key: str
    masked: str
    sure: bool


@dataclass(frozen=True)
class Box:
    """One of the three boxes of a date."""

    id: str
    key: str
    words: str


@dataclass(frozen=True)
class FarDay:
    """A day far away that is asked about, and whether the officer confirmed it."""

    day: str
    words: str
    sure: bool


@dataclass(frozen=True)
class FieldCard:
    """One field as the page draws it: ids, text keys, what was typed, what is wrong.

    `mark`: what tells its ids from those of the same field in another row.
    """

    field: Field
    form: str
    typed: tuple[str, ...]
    error: FieldError | None
    held: tuple[HeldFile, ...] = ()
    mark: str = ""

    @property
    def id(self) -> str:
        """The id of the control; an error links to it."""
        return f"f-{self.field.name}{self.mark and '-'}{self.mark}"

    @property
    def words_of(self) -> str:
        """Where the texts of the question begin."""
        return self.field.asks or f"{self.form}.{self.field.name}"

    @property
    def label(self) -> str:
        """The text key of the question."""
        return f"{self.words_of}.label"

    @property
    def must_if(self) -> str:
        """The text key of whose answer it is necessary for, empty if that depends on nothing."""
        return f"{self.words_of}.must_if" if self.field.must_if else ""

    @property
    def hint(self) -> str:
        """The text key of the hint, empty if there is none."""
        return f"{self.words_of}.hint" if self.field.hint else ""

    @property
    def described_by(self) -> str:
        """The ids of hint and error, in reading order."""
        hint = self.hint or self.field.spelling
        parts = [hint and f"{self.id}-hint", self.error and f"{self.id}-error"]
        return " ".join(p for p in parts if p)

    @property
    def words(self) -> str:
        """What was typed, as a page can carry it; empty for a secret, which no page repeats."""
        if not self.typed or self.field.name in NOT_REPEATED:
            return ""
        return kit_fields.showable(self.typed[0])

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of a date; the first has the field's own id."""
        typed = [kit_fields.showable(words) for words in self.typed]
        return tuple(
            Box(f"{self.id}-{part}" if at else self.id, f"form.{part}", (*typed, "", "", "")[at])
            for at, part in enumerate(("year", "month", "day"))
        )

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that the person is asked about; each can be marked as harmless."""
        if not (isinstance(self.field, Line) and self.typed):
            return ()
        found = self.field.numbers(self.field.first(self.typed))
        sure = [number for number in found if number.digits in self.typed[1:]]
        doubtful = [number for number in found if number not in sure]
        shown = (*sure, *doubtful[:MOST_NUMBERS])  # the others are asked about after these
        return tuple(
            Number(
                digits=number.digits,
                id=f"{self.id}-number-{at}",
                key=f"form.no_{number.kind}",
                masked=number.masked,
                sure=number in sure,
            )
            for at, number in enumerate(shown)
        )

    @property
    def far_days(self) -> tuple[FarDay, ...]:
        """The day that is asked about because it is far away, or was confirmed as such."""
        if not self.field.spelling:
            return ()
        asked = self.error.values.get("day", "") if self.error else ""
        found = []
        for text in dict.fromkeys((*self.typed[1:2], str(asked))):
            with suppress(ValueError, NotADate):
                words = wareki_day(date.fromisoformat(text))
                found.append(FarDay(text, words, text in self.typed[1:]))
        return tuple(found)

    @property
    def options(self) -> tuple[Option, ...]:
        """The answers; the first has the field's own id, so that an error leads to it."""
        names: Sequence[str] = getattr(self.field, "options", ())
        words = self.words_of
        return tuple(
            Option(
                name, f"{self.id}-{name}" if at else self.id, f"{words}.{name}", name in self.typed
            )
            for at, name in enumerate(names)
        )


@dataclass(frozen=True)
class Filled:
    """A form with what was typed into it. Frozen: `refuse` and `holding` give a new one."""

    form: "Form"
    typed: Typed
    values: Mapping[str, Value]
    errors: tuple[FieldError, ...] = ()
    held: Mapping[str, tuple[HeldFile, ...]] = field(default_factory=dict)
    mark: str = ""

    @property
    def ok(self) -> bool:
        """Is nothing left to change?"""
        return not self.errors

    @property
    def status(self) -> int:
        """The status of the page that shows it: 200, or 422 with field errors."""
        return 200 if self.ok else 422

    def value(self, name: str) -> Any:  # noqa: ANN401 - the field decides: str, int, tuple or None
        """The value for work; None when it could not be understood."""
        return self.values[name]

    def words(self, name: str) -> str:
        """What was typed first into the field, unchanged."""
        return (self.typed.get(name) or [""])[0]

    def refuse(self, name: str, code: str, **values: int | str) -> "Filled":
        """The form with one more field error; the first of a field is the one shown."""
        return replace(self, errors=(*self.errors, FieldError(name, code, values)))

    def holding(self, name: str, files: Iterable[HeldFile]) -> "Filled":
        """The form with files that the server already has for the field."""
        return replace(self, held={**self.held, name: tuple(files)})

    @property
    def card(self) -> dict[str, FieldCard]:
        """The cards by field name."""
        first: dict[str, FieldError] = {}
        for error in self.errors:
            first.setdefault(error.name, error)
        return {
            f.name: FieldCard(
                f,
                self.form.words,
                tuple(self.typed.get(f.name, ())),
                first.get(f.name),
                self.held.get(f.name, ()),
                self.mark,
            )
            for f in self.form.fields
        }

    @property
    def cards(self) -> tuple[FieldCard, ...]:
        """The cards in the order of the page."""
        return tuple(self.card.values())

    @property
    def wrong(self) -> tuple[FieldCard, ...]:
        """The cards that have a field error, for the list at the top."""
        return tuple(c for c in self.cards if c.error)


@dataclass(frozen=True)
class Form:
    """The questions of one page (入力画面); `words` is where its texts begin."""

    words: str
    fields: tuple[Field, ...]

    def take(self, post: Mapping[str, Any]) -> Typed:
        """What was typed into this form's fields, as lists of strings.

        Whatever else was sent is left out; the log says how much, never what.
        """
        known = {f.name for f in self.fields} | HIDDEN_FIELDS
        if more := sum(name not in known for name in post):
            log.warning(f"{self.words}: {more} fields that the form does not have")  # noqa: G004 - arguments of log lines are dropped
        many = getattr(post, "getlist", None)
        return {f.name: list(many(f.name) if many else post.get(f.name, ())) for f in self.fields}

    def written(self, typed: Typed) -> tuple[str, ...]:
        """What was typed in own words, not chosen."""
        own = (f.name for f in self.fields if isinstance(f, Line))
        return tuple(words for name in own for words in typed.get(name, ()))

    def show(self, typed: Typed | None = None, mark: str = "") -> Filled:
        """The form as it is, without a check: for a first visit, a draft, or as one row's."""
        given = typed or {}
        values = {f.name: f.read(given.get(f.name, []))[0] for f in self.fields}
        return Filled(self, given, values, mark=mark)

    def check(self, typed: Typed) -> Filled:
        """The form with the values for work and everything that has to be changed."""
        read = {f.name: f.read(typed.get(f.name, [])) for f in self.fields}
        errors = tuple(error for _, error in read.values() if error)
        return Filled(self, typed, {name: value for name, (value, _) in read.items()}, errors)
