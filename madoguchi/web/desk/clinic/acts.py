"""The acts on a booking (予約の操作): what each asks, and what it does."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.urls import reverse

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.steps.booking import CANCELLED_BY
from madoguchi.tools.forms.fields import Choice, Choices, FieldError, Line, Story, Value, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import actions
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.public import BookingRevision, Place, Wanted
from madoguchi.work.clinic.waiting import actions as waiting
from madoguchi.work.record.actions import Contact
from madoguchi.work.record.promises import Said
from madoguchi.work.record.public import Because

WORDS = "desk.clinic.book"
LONGEST_SUBJECT, LONGEST_NOTE = 500, 200
MOST_PEOPLE = 99
PLACE = re.compile(
    r"(\d{4}-\d\d-\d\d(?:_[a-z0-9]+)?)/([1-9]\d{0,2})(?:@(\d{4}-\d\d-\d\dT\d\d:\d\d))?"
)


@dataclass(frozen=True)
class At(Line):
    """The field of a place that is offered: ``2026-12-19/2@2026-12-20T09:45``.

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
ARRANGEMENT = Line("arrangement", hint=True, limit=60, guarded=True)
TIME = Form(WORDS, (AT,))
MOVE = Form(WORDS, (AT, REASON, ARRANGEMENT))
CONFIRM = Form(WORDS, (REASON, ARRANGEMENT))
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
        ARRANGEMENT,
    ),
)


def explained(filled: Filled) -> Filled:
    """The form with its reason required, since the person would meet another party."""
    fields = tuple(replace(f, required=True) if f is REASON else f for f in filled.form.fields)
    return replace(filled, form=Form(WORDS, fields))


def read_place(words: str) -> Place | None:
    """The place that was chosen; None for what no page offers."""
    found = PLACE.fullmatch(words.strip())
    return Place(found[1], int(found[2])) if found else None


def place_of(filled: Filled) -> Place:
    """The place of a form without errors."""
    found = read_place(filled.words("at"))
    if found is None:
        raise LookupError("the form of a booking has no place, although it was checked")
    return found


def wanted(filled: Filled) -> Wanted:
    """What the form says of the booking."""
    return Wanted(
        subject=filled.value("subject"),
        other_party=filled.value("other_party"),
        people=filled.value("people"),
        names_ok=bool(filled.value("names_ok")),
        note=filled.value("note"),
    )


CANCEL = Form(
    "desk.clinic",
    (
        Choice("cancelled_by", required=True, options=CANCELLED_BY),
        Line("cancelled_why", required=True, limit=500, guarded=True),
    ),
)
NOTHING = Form(WORDS, ())
ASKS = {"move": MOVE, "confirm": CONFIRM, "cancel": CANCEL}
ENDS: dict[str, actions.How] = {"come": "came", "come_late": "late", "miss": "absent"}
ACTS = ("confirm", "accept", "decline", "move", "agree", "take_back", "cancel", *ENDS, "expect")
REF = re.compile(r"\d{4}-\d\d-\d\d(?:_[a-z0-9]+)?")


def clinic_of(request: DeskRequest) -> Clinic:
    """The clinic of the programme.

    Raises:
        Absent: the city has none.
    """
    clinic = request.programme.clinic
    if clinic is None:
        raise Absent
    return clinic


def offer(request: DeskRequest) -> Rules:
    """The rules by which the desk gives places now.

    Raises:
        Absent: the city has no clinic.
    """
    return Rules(clinic_of(request), request.programme.desk, changes(request))


def perform(
    request: DeskRequest,
    case: Found,
    seen: BookingRevision,
    name: str,
    filled: Filled,
    key: str,
    begins_at: datetime | None,
    told: Contact | None = None,
) -> UUID:
    """Do the verb to the booking that the page showed, once under the key.

    `begins_at`: the beginning that the page showed. `told`: the call in which it was answered.

    Raises:
        Absent, Refused: as the act says.
    """
    actor, now = request.actor, request.now
    match name:
        case "confirm":
            return actions.confirm(
                actor,
                case,
                seen,
                filled.value("reason"),
                told,
                arrangement=filled.value("arrangement"),
                now=now,
                idempotency_key=key,
            )
        case "accept":
            return waiting.accept(
                actor,
                case,
                seen,
                clinic_of(request),
                changes(request),
                begins_at,
                told,
                now=now,
                idempotency_key=key,
            )
        case "decline":
            return waiting.decline(actor, case, seen, told, now=now, idempotency_key=key)
        case "agree":
            return actions.agree(actor, case, seen, begins_at, told, now=now, idempotency_key=key)
        case "take_back":
            return actions.take_back(actor, case, seen, now=now, idempotency_key=key)
        case "expect":
            return actions.expect(actor, case, seen, now=now, idempotency_key=key)
        case "move":
            return actions.move(
                actor,
                case,
                seen,
                offer(request),
                chosen(request, filled),
                filled.value("reason"),
                arrangement=filled.value("arrangement"),
                now=now,
                idempotency_key=key,
            )
        case "cancel":
            because = Because(filled.value("cancelled_by"), filled.value("cancelled_why"))
            return actions.cancel(
                actor, case, seen, begins_at, because, now=now, idempotency_key=key
            )
        case _:
            return actions.attend(actor, case, seen, ENDS[name], now=now, idempotency_key=key)


def book(request: DeskRequest, case: Found, filled: Filled, said: Said) -> UUID:
    """Book the place; from its day on it is given to somebody who walked in.

    Raises:
        Absent, Refused: as the act says.
    """
    place = chosen(request, filled)
    day = slots.day(clinic_of(request), place.day, changes(request))
    over = request.POST.get("over") == place.day  # the form says that the day was over
    walked_in = day is not None and (day.on == request.now.date() or over)
    act = actions.walk_in if walked_in else actions.book
    return act(
        request.actor,
        case,
        offer(request),
        place,
        wanted(filled),
        filled.value("reason"),
        arrangement=filled.value("arrangement"),
        said=said,
        now=request.now,
        idempotency_key=submission_key(request, f"book/{case.id}", filled.typed),
    )


def chosen(request: DeskRequest, filled: Filled) -> Place:
    """The chosen place, if it begins when the page said.

    Raises:
        Refused: its day moved meanwhile.
    """
    place, typed = place_of(filled), PLACE.fullmatch(filled.words("at").strip())
    shown_at = typed[3] if typed else None
    day = slots.day(clinic_of(request), place.day, changes(request))
    if shown_at and day and day.slot(place.number):
        begins = slots.begins(day, place.number)
        if f"{begins:%Y-%m-%dT%H:%M}" != shown_at:
            raise Refused(Reason("clinic.moved"))
    return place


def onward(request: DeskRequest, otherwise: str) -> str:
    """The page on which it was pressed: a day, who is told of its change, or the case's own."""
    back, told = request.POST.get("back", ""), request.POST.get("told", "")
    if REF.fullmatch(told):
        return reverse("clinic-told", args=[told])
    return reverse("clinic-day", args=[back]) if REF.fullmatch(back) else otherwise


def shown_begin(words: str) -> datetime | None:
    """The beginning that the page showed, so that a day which moved again is noticed."""
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        return None
    return found if found.tzinfo else None
