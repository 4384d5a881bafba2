"""What a booking of the clinic asks (法律相談の予約): a place, who comes, about what."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.web.kit.fields import Choices, Line, Slip, Story, Value, Whole
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.work.clinic.public import Place, Wanted

WORDS = "desk.clinic.book"
LONGEST_SUBJECT, LONGEST_NOTE = 500, 200
MOST_PEOPLE = 99
PLACE = re.compile(
    r"(\d{4}-\d\d-\d\d(?:_[a-z0-9]+)?)/([1-9]\d{0,2})(?:@(\d{4}-\d\d-\d\dT\d\d:\d\d))?"
)


@dataclass(frozen=True)
class At(Line):
    """One place of those that are offered: ``2026-12-19/2@2026-12-20T09:45``.

    A day's reference, a number, and when the page says that it begins: a day may move meanwhile.
    """

    limit: int = 60
    missing: ClassVar[str] = "choose"

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The words; what no page offers counts as none."""
        chosen = words.strip()
        return (chosen, None) if PLACE.fullmatch(chosen) else (None, self.slip("choose"))


AT = At("at", required=True)
REASON = Line("reason", limit=LONGEST_NOTE, guarded=True)
TIME = Form(WORDS, (AT,))
MOVE = Form(WORDS, (AT, REASON))
CONFIRM = Form(WORDS, (REASON,))
BOOK = Form(
    WORDS,
    (
        AT,
        Whole("people", required=True, least=1, most=MOST_PEOPLE),
        Line("other_party", hint=True, limit=100, guarded=True),
        Story("subject", hint=True, limit=LONGEST_SUBJECT, rows=3, guarded=True),
        Choices("names_ok", options=("yes",)),
        Line("note", hint=True, limit=LONGEST_NOTE, guarded=True),
        REASON,
    ),
)


def check(filled: Filled, clinic: Clinic) -> Filled:
    """The form, with a slip where more people would come than the clinic takes."""
    most, people = clinic.booking.people_most, filled.value("people")
    if isinstance(people, int) and people > most:
        return filled.refuse("people", "range", least=1, most=most)
    return filled


def explained(filled: Filled) -> Filled:
    """The form as it asks for a reason, without which the people would meet."""
    fields = tuple(replace(f, required=True) if f is REASON else f for f in filled.form.fields)
    return replace(filled, form=Form(WORDS, fields))


def read_place(words: str) -> Place | None:
    """The place that was chosen; None for what no page offers."""
    found = PLACE.fullmatch(words.strip())
    return Place(found[1], int(found[2])) if found else None


def place(filled: Filled) -> Place:
    """The place of a form that is filled rightly."""
    found = read_place(filled.words("at"))
    if found is None:
        raise LookupError
    return found


def shown_at(filled: Filled) -> str:
    """When the page said that the place begins; empty where it did not say."""
    found = PLACE.fullmatch(filled.words("at").strip())
    return (found[3] or "") if found else ""


def wanted(filled: Filled) -> Wanted:
    """What was said for the booking."""
    return Wanted(
        subject=filled.value("subject"),
        other_party=filled.value("other_party"),
        people=filled.value("people"),
        names_ok=bool(filled.value("names_ok")),
        note=filled.value("note"),
    )


def beforehand(last: Wanted, at: str = "") -> Typed:
    """The form as it begins: as it was the last time; an agreement is asked for anew."""
    said = {"other_party": last.other_party, "subject": last.subject, "note": last.note, "at": at}
    return {"people": [str(last.people)], **{name: [word] for name, word in said.items() if word}}
