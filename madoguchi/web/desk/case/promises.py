"""What an act's page asks about open promises (約束): kept, moved, or dropped for a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict

from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.forms.days import DayLine
from madoguchi.tools.forms.fields import Choice, Line
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Typed
from madoguchi.web.desk.case.cards import Planned
from madoguchi.web.kit.formatting import Formatter, key_of
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record.promises import ANSWERS, Ending, Said

STANDS, HOWS = "stands", ("kept", "moved", "dropped")
PARTS = ("how", "to", "why", "rule")
type Promised = Sequence[tuple[UUID, str, date]]


@dataclass(frozen=True)
class Question:
    """A promise, and what is asked about it."""

    due: Planned
    how: FieldCard
    to: FieldCard
    why: FieldCard = field(repr=False)
    rule: FieldCard

    @property
    def untouched(self) -> bool:
        """Whether nothing is said of it, nothing is wrong, and it can be kept on its day."""
        wrong = any(card.error for card in (self.how, self.to, self.why))
        marked = self.due.forbidden or self.due.closed
        return not (wrong or marked) and self.how.typed in ((), (STANDS,))


@dataclass(frozen=True)
class Questions:
    """The questions of a form; those of promises for a later day are folded (`later`)."""

    now: tuple[Question, ...]
    later: tuple[Question, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.now or self.later)

    @property
    def promises(self) -> bool:
        """Whether a promise is among them."""
        return any(each.due.card.promise for each in (*self.now, *self.later))

    @property
    def awaited(self) -> bool:
        """Whether an answer that the person waits for is among them."""
        return any(each.due.card.awaited for each in (*self.now, *self.later))


def asking(form: Form, promised: Promised) -> Form:
    """The form, with the questions about these promises."""
    fields = [*form.fields]
    for due_id, kind, _ in promised:
        asks = "desk.promise.answered" if kind in ANSWERS else "desk.promise.how"
        fields += [
            Choice(f"how_{due_id.hex}", asks=asks, options=(STANDS, *HOWS)),
            DayLine(f"to_{due_id.hex}", asks="desk.promise.to", when="ahead", staffed=True),
            Line(f"why_{due_id.hex}", asks="desk.promise.why", limit=500, guarded=True),
            Line(f"rule_{due_id.hex}", asks="desk.against.rule", limit=20),
        ]
    return Form(form.words, tuple(fields))


def sent(posted: QueryDict) -> Typed:
    """What was sent about promises, open or not: it is the same when a page is sent once more."""
    return {name: posted.getlist(name) for name in posted if name.partition("_")[0] in PARTS}


def of(opened: OpenedCase) -> tuple[Planned, ...]:
    """The open promises of a case, for a page of its own that asks about them."""
    return tuple(
        Planned(due, sanitized(due.why), opened.forbidding(due.kind))
        for due in opened.dues
        if due.promise
    )


def named(dues: Iterable[Planned]) -> Promised:
    return [(due.card.id, due.card.kind, due.card.on) for due in dues]


def first(form: Form, dues: Iterable[Planned], typed: Typed, keeps: str = "") -> Filled:
    """The form as nobody has touched it: each promise stands, but for what the act itself keeps.

    `keeps`: its kind; the officer sees it before they press. Whether an answer was given is left
    open: the contact itself says it, unless the officer does.
    """
    asked = named(dues)
    how = {
        f"how_{one.hex}": ["kept" if kind == keeps else STANDS]
        for one, kind, _ in asked
        if kind not in ANSWERS
    }
    return asking(form, asked).show({**typed, **how})


def questions(filled: Filled, dues: Iterable[Planned], today: date | None = None) -> Questions:
    """The questions of a form, each with its promise.

    `today`: what is for a later day, and untouched, is folded; without it nothing is.
    """
    cards = filled.card
    found = [
        Question(due, *(cards[f"{part}_{due.card.id.hex}"] for part in PARTS))
        for due in dues
        if f"how_{due.card.id.hex}" in cards
    ]
    later = [one for one in found if today and one.due.card.on > today and one.untouched]
    return Questions(tuple(one for one in found if one not in later), tuple(later))


def check(filled: Filled, promised: Promised, closing: Texts | None = None) -> Filled:
    """Moved needs a day, dropped a reason; `closing`: none may stand, and these words name it."""
    for due_id, kind, on in promised:
        how, to, why = (f"{part}_{due_id.hex}" for part in ("how", "to", "why"))
        chosen = filled.value(how)
        if chosen == "moved" and not filled.words(to).strip():
            filled = filled.refuse(to, "required")
        if chosen == "dropped" and not filled.words(why).strip():
            filled = filled.refuse(why, "required")
        if closing and chosen not in ("kept", "dropped"):
            what = closing.get(key_of("desk.due", kind)).words
            filled = filled.refuse(how, "promise_open", what=what, on=Formatter(closing).day(on))
    return filled


def said(filled: Filled, promised: Promised) -> Said:
    """What was said of the promises; nothing of those that stand, but for answers."""
    found = {}
    for due_id, kind, _ in promised:
        how, to, why, rule = (f"{part}_{due_id.hex}" for part in PARTS)
        if (chosen := filled.value(how)) in HOWS or (chosen and kind in ANSWERS):
            day = filled.value(to) if chosen == "moved" else None
            found[due_id] = Ending(chosen, day, filled.value(why) or "", filled.value(rule) or "")
    return found
