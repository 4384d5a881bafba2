"""The acts on a booking (予約の操作): what each asks, and what is done; why one was not done."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.urls import reverse

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.tools.forms.fields import Choices, FieldError, Line, Story, Value, Whole
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.press import Attempt
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import actions
from madoguchi.work.clinic.public import Place, Seen, Wanted
from madoguchi.work.clinic.waiting import actions as waiting

WORDS = "desk.clinic.book"
LONGEST_SUBJECT, LONGEST_NOTE = 500, 200
MOST_PEOPLE = 99
PLACE = re.compile(
    r"(\d{4}-\d\d-\d\d(?:_[a-z0-9]+)?)/([1-9]\d{0,2})(?:@(\d{4}-\d\d-\d\dT\d\d:\d\d))?"
)


@dataclass(frozen=True)
class Tried(Attempt):
    """What was tried on which booking; `why`: the reasons on which it was refused."""

    why: tuple[Reason, ...] = ()


def refusal(act: str, on: UUID | None, filled: Filled | None, refused: Refused) -> Tried:
    """An act that a rule did not allow."""
    codes = tuple(ground.code for ground in refused.reasons)
    return Tried(act, on, filled, codes, refused.reasons)


def reasons(why: tuple[Reason, ...]) -> tuple[tuple[str, dict[str, object]], ...]:
    """The reasons as `desk/settings/grounds.html` draws them."""
    return tuple((ground.code, dict(ground.values)) for ground in why)


@dataclass(frozen=True)
class At(Line):
    """One place of those that are offered: ``2026-12-19/2@2026-12-20T09:45``.

    A day's reference, a number, and when the page says that it begins: a day may move meanwhile.
    """

    limit: int = 60
    missing: ClassVar[str] = "choose"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The words; what no page offers counts as none."""
        chosen = words.strip()
        return (chosen, None) if PLACE.fullmatch(chosen) else (None, self.error("choose"))


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


def check_people(filled: Filled, clinic: Clinic) -> Filled:
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


def place_of(filled: Filled) -> Place:
    """The place of a form that is filled rightly."""
    found = read_place(filled.words("at"))
    if found is None:
        raise LookupError
    return found


def begin_of(filled: Filled) -> str:
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


NOTHING = Form(WORDS, ())
ASKS = {"move": MOVE, "confirm": CONFIRM}
ENDS: dict[str, actions.How] = {"come": "came", "come_late": "late", "miss": "absent"}
ACTS = ("confirm", "accept", "decline", "move", "agree", "cancel", *ENDS)
REF = re.compile(r"\d{4}-\d\d-\d\d(?:_[a-z0-9]+)?")


@dataclass(frozen=True)
class Doing:
    """A verb about to be done: on which booking of which case, with which answers."""

    request: DeskRequest
    case: Found
    seen: Seen
    name: str
    filled: Filled

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def now(self) -> datetime:
        return self.request.now

    @property
    def to(self) -> datetime | None:
        """The beginning that the page showed."""
        return shown_begin(self.request)

    @property
    def idempotency_key(self) -> str:
        """The key under which it is done once."""
        said = f"{self.name}/{self.seen.id}/{self.seen.revision}"
        return submission_key(self.request, said, self.filled.typed)


def given(request: DeskRequest) -> Clinic:
    """The clinic of the programme.

    Raises:
        Absent: the city has none.
    """
    clinic = request.programme.clinic
    if clinic is None:
        raise Absent
    return clinic


def asked(name: str, request: DeskRequest) -> Filled:
    """What the verb's form was filled with."""
    form = ASKS.get(name, NOTHING)
    return form.check(form.take(request.POST))


def doing(request: DeskRequest, case: Found, booking_id: UUID, name: str, filled: Filled) -> Doing:
    """The verb with the booking as the page showed it."""
    seen = Seen(booking_id, revision(request.POST.get("revision", "")))
    return Doing(request, case, seen, name, filled)


def do(todo: Doing) -> UUID:
    """Do it.

    Raises:
        Absent, Refused: as the act says.
    """
    acts: dict[str, Callable[[Doing], UUID]] = {
        "confirm": _confirm,
        "accept": _accept,
        "decline": _decline,
        "agree": _agree,
        "move": _move,
        "cancel": _cancel,
    }
    return acts.get(todo.name, _attend)(todo)


def _confirm(todo: Doing) -> UUID:
    reason = todo.filled.value("reason")
    return actions.confirm(
        todo.actor, todo.case, todo.seen, reason, now=todo.now, idempotency_key=todo.idempotency_key
    )


def _cancel(todo: Doing) -> UUID:
    return actions.cancel(
        todo.actor,
        todo.case,
        todo.seen,
        todo.to,
        now=todo.now,
        idempotency_key=todo.idempotency_key,
    )


def _decline(todo: Doing) -> UUID:
    return waiting.decline(
        todo.actor, todo.case, todo.seen, now=todo.now, idempotency_key=todo.idempotency_key
    )


def _accept(todo: Doing) -> UUID:
    clinic, standing = given(todo.request), changes(todo.request)
    return waiting.accept(
        todo.actor,
        todo.case,
        todo.seen,
        clinic,
        standing,
        todo.to,
        now=todo.now,
        idempotency_key=todo.idempotency_key,
    )


def _agree(todo: Doing) -> UUID:
    return actions.answered(
        todo.actor,
        todo.case,
        todo.seen,
        todo.to,
        now=todo.now,
        idempotency_key=todo.idempotency_key,
    )


def _attend(todo: Doing) -> UUID:
    how = ENDS[todo.name]
    return actions.attend(
        todo.actor, todo.case, todo.seen, how, now=todo.now, idempotency_key=todo.idempotency_key
    )


def _move(todo: Doing) -> UUID:
    return actions.move(
        todo.actor,
        todo.case,
        todo.seen,
        given(todo.request),
        todo.request.programme.desk,
        changes(todo.request),
        chosen(todo.request, todo.filled),
        todo.filled.value("reason"),
        now=todo.now,
        idempotency_key=todo.idempotency_key,
    )


def book(request: DeskRequest, case: Found, filled: Filled) -> UUID:
    """Book the place; from its day on it is given to somebody who walked in.

    Raises:
        Absent, Refused: as the act says.
    """
    clinic, place, standing = given(request), chosen(request, filled), changes(request)
    act = actions.walk_in if _walked_in(request, place) else actions.book
    return act(
        request.actor,
        case,
        clinic,
        request.programme.desk,
        standing,
        place,
        wanted(filled),
        filled.value("reason"),
        now=request.now,
        idempotency_key=submission_key(request, f"book/{case.id}", filled.typed),
    )


def _walked_in(request: DeskRequest, place: Place) -> bool:
    """Whether the person stood there: the day is today's, or the form says that it was over."""
    day, today = slots.day(given(request), place.day, changes(request)), request.now.date()
    return day is not None and (day.on == today or request.POST.get("over") == place.day)


def chosen(request: DeskRequest, filled: Filled) -> Place:
    """The chosen place, if it begins when the page said.

    Raises:
        Refused: its day moved meanwhile.
    """
    place, shown_at = place_of(filled), begin_of(filled)
    day = slots.day(given(request), place.day, changes(request))
    if shown_at and day and day.slot(place.number):
        begins = slots.begins(day, place.number)
        if f"{begins:%Y-%m-%dT%H:%M}" != shown_at:
            raise Refused(Reason("clinic.moved"))
    return place


def here(case_id: UUID) -> str:
    """The page of the case's bookings."""
    return reverse("case-clinic", args=[case_id])


def onward(request: DeskRequest, otherwise: str) -> str:
    """The page on which it was pressed: the calls, a day, or the case's own."""
    said = request.POST.get("back", "")
    if said == "calls":
        return reverse("clinic-calls")
    return reverse("clinic-day", args=[said]) if REF.fullmatch(said) else otherwise


def shown_begin(request: DeskRequest) -> datetime | None:
    """The beginning that the page showed, so that a day which moved again is noticed."""
    try:
        found = datetime.fromisoformat(request.POST.get("to", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None
