"""Who is affected by a change of a day (変更の連絡): how to reach them, what they answer."""

import secrets
from dataclasses import dataclass, field
from datetime import time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.steps.booking import STANDING, State, Verb
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.tools.forms.fields import Choice, Story
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case.acts import AGAINST, against, second_look
from madoguchi.web.desk.case.cards import Contact, Fact, facts
from madoguchi.web.desk.clinic.acts import clinic_of, shown_begin
from madoguchi.web.desk.clinic.calls import PHONE, surname
from madoguchi.web.desk.clinic.cards import Button
from madoguchi.web.desk.clinic.wording import venue_name
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.settings.in_force import current
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.formatting import Formatter, key_of, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import visible
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic import queries as clinic_queries
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Card, Needs, Waiter
from madoguchi.work.clinic.public import BookingRevision
from madoguchi.work.record import queries as record

EXPECTED = (*STANDING, State.OFFERED)  # whoever has to learn of a change
CALL = Form(
    "desk.clinic_days",
    (
        Choice("answer", required=True, options=clinic_queries.ANSWERS),
        Story("note", limit=4000, rows=2, guarded=True),
        *AGAINST,
    ),
)
MESSAGE = Form(
    "desk.clinic_days", (Story("message_text", required=True, limit=4000, rows=5, guarded=True),)
)
LOOK_AGAIN_DAYS = 2  # working days until somebody looks whether there was an answer


@dataclass(frozen=True)
class Person:
    """A person with a place of the day; `now`: when their slot begins, None where it is gone.

    `mine`: the colleague looks after the case, and may write to them. `contact` and `phone`: how
    the person may be reached, where the case was opened for that.
    """

    card: Card
    assignee: str
    mine: bool
    now: time | None
    contact: Contact | None = None
    phone: tuple[Fact, ...] = field(default=(), repr=False)

    @property
    def wishes(self) -> Wishes | None:
        """What the person wishes, where the case was opened."""
        return self.contact.wishes if self.contact else None

    @property
    def hours(self) -> tuple[str, ...]:
        """The hours of it in words."""
        return self.contact.hours if self.contact else ()

    @property
    def rule(self) -> str:
        """How contact is safe: as the person wishes, else as far as a list can tell."""
        return self.wishes.contact_rule if self.wishes else self.card.contact

    @property
    def key(self) -> str:
        """The text key of how contact is safe."""
        return key_of("desk.contact", self.rule)

    @property
    def otherwise(self) -> bool:
        """Whether the slot begins at another time of day than they agreed to."""
        return self.now is not None and self.now != self.card.agreed_at.time()

    @property
    def state(self) -> str:
        """The text key of what the place is: booked, asked for, offered."""
        return key_of("desk.clinic_days.place", self.card.state)

    @property
    def silent(self) -> bool:
        """Whether nobody may call."""
        return self.rule not in BY_PHONE

    @property
    def ref(self) -> str:
        """The booking's id, as the page names it."""
        return str(self.card.id)

    @property
    def readable(self) -> bool:
        """Whether what is written here reaches them: on their page, or in a mail."""
        return self.contact is not None and (self.contact.number or self.contact.takes_words)

    @property
    def answered(self) -> bool:
        """Whether they know when it begins, and keep the place; an offer is not answered yet."""
        return self.card.standing and not (self.card.moved or self.card.off)


@dataclass(frozen=True)
class WaitingPerson:
    """Somebody who waits for a place of a day that is off."""

    waiter: Waiter
    assignee: str

    @property
    def key(self) -> str:
        """The text key of how contact is safe."""
        return key_of("desk.contact", self.waiter.contact)

    @property
    def silent(self) -> bool:
        """Whether nobody may call."""
        return self.waiter.contact not in BY_PHONE


@dataclass(frozen=True)
class People:
    """Everybody who is affected, as far as the colleague may know of them.

    `others`: places are taken of which the colleague learns no more. `opened`: the cases were
    opened, to show how each person may be reached. `waits`: who waits for a place of the day, where
    it is off.
    """

    all: tuple[Person, ...]
    others: bool
    opened: bool
    waits: tuple[WaitingPerson, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def affected(request: DeskRequest, ref: str) -> HttpResponse:
    """Who is affected; a post opens how they may be reached and told: one of them, or everybody."""
    return _page(request, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Write to somebody who may not be called; the mail only says that there is news."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = _case(request, case_id)
    filled = MESSAGE.check(MESSAGE.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    key = submission_key(request, f"write/{booking_id}", filled.typed)
    desk, today = request.programme.desk, request.now.date()
    look = working_day(desk, today, LOOK_AGAIN_DAYS, changes(request))
    try:
        clinic_queries.write(
            request.actor,
            case,
            booking_id,
            filled.value("message_text"),
            min(look, max(day.on, today)),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return _page(request, ref, _why(refused), tried=(booking_id, filled))
    return go_on(request, reverse("clinic-told", args=[ref]), "desk.done.written")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Record a call and the person's answer."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = _case(request, case_id)
    filled = CALL.check(CALL.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    answer, unreached = filled.value("answer"), None
    logged = texts_for(request).get(f"desk.clinic_days.logged.{answer}", "ja").words
    text = "\n".join(filter(None, (logged, filled.value("note").strip())))
    shown_revision = request.POST.get("revision", "")
    seen = BookingRevision(booking_id, revision(shown_revision))
    key = submission_key(request, f"told/{booking_id}/{shown_revision}", filled.typed)
    try:
        if answer == "nobody":
            opened = cases.open_case(request.actor, case.id, now=request.now)
            unreached = record.unreached(record.entries(opened))
        call = clinic_queries.Call(
            answer,
            text,
            day.on,
            unreached,
            shown_begin(request.POST.get("to", "")),
            against(filled),
        )
        clinic_queries.tell(request.actor, case, seen, call, now=request.now, idempotency_key=key)
    except Refused as refused:
        looked = second_look(filled, refused)
        return _page(request, ref, _why(refused), tried=(booking_id, looked))
    return go_on(request, reverse("clinic-told", args=[ref]), f"desk.done.answered.{answer}")


def _case(request: DeskRequest, case_id: UUID) -> Found:
    """The case as the page showed it: what two windows write down of one call counts once."""
    seen = revision(request.POST.get("case_revision", ""))
    return cases.find(request.actor, case_id, seen=seen)


def _why(refused: Refused) -> tuple[Reason, ...]:
    """Why it was not done; the page shows nothing of a case, so it says where to look."""
    stale = Reason("case.stale")
    return tuple(Reason("clinic_day.rung") if one == stale else one for one in refused.reasons)


def _day(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of the address.

    Raises:
        Absent: there is none, or the colleague has no clinic.
    """
    in_force = current(request)
    clinic = in_force.programme.clinic
    found = day_of(clinic, ref, in_force.changes) if clinic else None
    if found is None or not found.published or not may(request, "clinic.list"):
        raise Absent
    return found


def _page(
    request: DeskRequest,
    ref: str,
    reasons: tuple[Reason, ...] = (),
    tried: tuple[UUID, Filled] | None = None,
) -> HttpResponse:
    day, clinic = _day(request, ref), clinic_of(request)
    reach = request.method == "POST" and request.POST.get("do") == "reach"
    chosen = request.POST.get("booking", "") if reach else ""
    form = tried[1] if tried else CALL.show()
    calling = form.form is CALL
    rung = tried[0] if tried and calling else None
    new = None if day.cancelled else day
    one = str(tried[0]) if tried else chosen
    affected = people(request, day, new, reach=reach and not chosen, one=one)
    values = {
        "page": "clinic-year",
        "day": day,
        "people": affected,
        "rows": tuple(
            (
                person,
                (_words(request, "script", day, person),),
                "" if person.card.written_at else _words(request, "written", day, person),
            )
            for person in affected.all
        ),
        "waiter_said": _said_to_waiters(request, day),
        "surname": surname(request.frame.name),
        "venue": clinic.at(day.venue),
        "clinic": clinic,
        "open": one,
        "retract": (Button(str(Verb.TAKE_BACK)),),
        "tried": tried[0] if tried else None,
        "form": form,
        "calling": form if calling else CALL.show(),
        "message": None if calling else form.card["message_text"],
        "fresh": CALL.show(),
        "grounds": reasons,
        "rung": rung,
        "token": secrets.token_hex(16),
    }
    wrong = tried is not None and not tried[1].ok
    status = 409 if reasons else 422 if wrong else 200
    return render(request, "desk/clinic/told.html", values, status=status)


def _words(request: DeskRequest, kind: str, day: ClinicDay, person: Person) -> str:
    """What to say (`script`) or to write (`written`) to a person about the change."""
    words, was = texts_for(request), person.card.agreed_at
    read = Formatter(words)
    values = {
        "was": read.day(was.date(), year=False),
        "on": read.day(day.on, year=False),
        "at": read.clock(person.now or was),
        "place": venue_name(clinic_of(request), day.venue),
    }
    part = "off" if day.cancelled else "moved" if person.now else "gone"
    return words.get(f"desk.clinic_days.{kind}.{part}", "ja", **values).words


def _said_to_waiters(request: DeskRequest, day: ClinicDay) -> str:
    """What to say to who waits for a day that is off."""
    words = texts_for(request)
    on = Formatter(words).day(day.on, year=False)
    return words.get("desk.clinic_days.script.waits", "ja", on=on).words


def people(
    request: DeskRequest,
    old: ClinicDay,
    new: ClinicDay | None,
    *,
    reach: bool = False,
    one: str = "",
) -> People:
    """Who is affected; `reach`: also how they may be reached, which opens cases, a line each.

    `one`: the booking of whom alone that is read.
    """
    clinic, published, now = request.programme.clinic, changes(request), request.now
    if clinic is None:
        return People((), others=False, opened=reach)
    slots = queries.of_day(request.actor, clinic, old, published, now=now)
    lost = queries.lost(request.actor, clinic, old, published, now=now)
    seats = [seat for slot in slots for seat in slot.seats]
    booked = [seat.card for seat in seats if seat.card]
    cards = tuple(card for card in (*booked, *lost) if card.state in EXPECTED)
    names = {colleague.id: colleague.name for colleague in colleagues(request.office.id, now)}
    opened = tuple(card for card in cards if reach or str(card.id) == one)
    needs = queries.needs(request.actor, opened, now=now)
    words, found = texts_for(request), []
    for card in cards:
        slot = new.slot(card.place.number) if new else None
        need = needs.get(card.id)
        found.append(
            Person(
                card,
                names.get(card.assignee_id, "") if card.assignee_id else "",
                card.assignee_id == request.actor.staff_id,
                slot.starts if slot else None,
                _contact(need, words) if need else None,
                facts(PHONE, need.about, words) if need else (),
            )
        )
    others = any(seat.shut and not seat.own for seat in seats)
    waits: tuple[WaitingPerson, ...] = ()
    if new is None or new.cancelled:
        waits = tuple(
            WaitingPerson(one, names.get(one.assignee_id, "") if one.assignee_id else "")
            for one in queries.waiting(request.actor, ref=old.ref).rows
            if one.day
        )
    return People(tuple(found), others, reach, waits)


def _contact(need: Needs, words: Texts) -> Contact:
    """How contact with a person is safe, and whether they can read what is written."""
    return Contact(
        need.wishes,
        tuple(words.get(f"consult.hours.{hour}").words for hour in need.wishes.hours),
        withheld="",
        listed="",
        address=visible(str(need.about.get("email") or "")),
        number=need.number,
    )
