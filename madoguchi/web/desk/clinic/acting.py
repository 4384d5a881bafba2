"""The verbs on a booking (予約の操作): what each asks of the form, and what is done."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.clinic import form as forms
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.seen import revision
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import actions
from madoguchi.work.clinic.public import Place, Seen
from madoguchi.work.clinic.waiting import actions as waiting

NOTHING = Form(forms.WORDS, ())
ASKS = {"move": forms.MOVE, "confirm": forms.CONFIRM}
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
        """Who does it."""
        return self.request.actor

    @property
    def now(self) -> datetime:
        """When."""
        return self.request.now

    @property
    def to(self) -> datetime | None:
        """The beginning that the page showed."""
        return shown_begin(self.request)

    @property
    def once(self) -> str:
        """The key under which it is done once."""
        said = f"{self.name}/{self.seen.id}/{self.seen.revision}"
        return once(self.request, said, self.filled.typed)


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
    return actions.confirm(todo.actor, todo.case, todo.seen, reason, now=todo.now, once=todo.once)


def _cancel(todo: Doing) -> UUID:
    return actions.cancel(todo.actor, todo.case, todo.seen, todo.to, now=todo.now, once=todo.once)


def _decline(todo: Doing) -> UUID:
    return waiting.decline(todo.actor, todo.case, todo.seen, now=todo.now, once=todo.once)


def _accept(todo: Doing) -> UUID:
    clinic, standing = given(todo.request), changes(todo.request)
    return waiting.accept(
        todo.actor, todo.case, todo.seen, clinic, standing, todo.to, now=todo.now, once=todo.once
    )


def _agree(todo: Doing) -> UUID:
    return actions.answered(todo.actor, todo.case, todo.seen, todo.to, now=todo.now, once=todo.once)


def _attend(todo: Doing) -> UUID:
    how = ENDS[todo.name]
    return actions.attend(todo.actor, todo.case, todo.seen, how, now=todo.now, once=todo.once)


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
        once=todo.once,
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
        forms.wanted(filled),
        filled.value("reason"),
        now=request.now,
        once=once(request, f"book/{case.id}", filled.typed),
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
    place, shown_at = forms.place(filled), forms.shown_at(filled)
    day = slots.day(given(request), place.day, changes(request))
    if shown_at and day and day.slot(place.number):
        begins = slots.begins(day, place.number)
        if f"{begins:%Y-%m-%dT%H:%M}" != shown_at:
            raise Refused(Ground("clinic.moved"))
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
