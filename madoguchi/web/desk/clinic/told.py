"""After a day has changed (変更の連絡): whom to tell, what to say, and what they answered."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.slots import day as day_of
from madoguchi.web.desk.clinic.acting import shown_begin
from madoguchi.web.desk.clinic.people import Person, people
from madoguchi.web.desk.clinic.wording import venue_name
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.fields import Choice, Story
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.seen import revision
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic import queries
from madoguchi.work.clinic.public import Seen
from madoguchi.work.record import actions as answering
from madoguchi.work.record import queries as record

TOLD = Form(
    "desk.clinic_days",
    (
        Choice("answer", required=True, options=queries.ANSWERS),
        Story("note", limit=4000, rows=2, guarded=True),
    ),
)
MESSAGE = Form(
    "desk.clinic_days", (Story("message_text", required=True, limit=4000, rows=5, guarded=True),)
)
LOOK_AGAIN_DAYS = 2  # working days until somebody looks whether there was an answer


@require_http_methods(["GET", "HEAD", "POST"])
def told(request: DeskRequest, ref: str) -> HttpResponse:
    """Whom the day's change meets, with a script for each; a post opens how they may be reached."""
    return _page(request, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Write to somebody who is not called; the mail, where one may come, says nothing of it."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = cases.find(request.actor, case_id)
    filled = MESSAGE.check(MESSAGE.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    key = once(request, f"write/{booking_id}", filled.typed)
    desk, today = request.programme.desk, request.now.date()
    look = working_day(desk, today, LOOK_AGAIN_DAYS, changes(request))
    try:
        answering.answer(
            request.actor,
            case,
            filled.value("message_text"),
            min(look, max(day.on, today)),
            now=request.now,
            once=key,
        )
    except Refused as refused:
        return _page(request, ref, refused.grounds, tried=(booking_id, filled))
    return SeeOther(reverse("clinic-told", args=[ref]))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Write down a call and what the person said, once; then the list again."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = cases.find(request.actor, case_id)
    filled = TOLD.check(TOLD.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    try:
        _write_down(request, day, case, booking_id, filled)
    except Refused as refused:
        return _page(request, ref, refused.grounds, tried=(booking_id, filled))
    return SeeOther(reverse("clinic-told", args=[ref]))


def _write_down(
    request: DeskRequest, day: ClinicDay, case: Found, booking_id: UUID, filled: Filled
) -> None:
    said = filled.value("answer")
    sent = request.POST.get("revision", "")
    seen = Seen(booking_id, revision(sent))
    note = filled.value("note").strip()
    words = words_for(request).get(f"desk.clinic_days.logged.{said}", "ja").words
    unreached = None
    if said == "nobody":
        opened = cases.open_case(request.actor, case.id, now=request.now)
        unreached = record.unreached(record.entries(opened))
    text, to = "\n".join(filter(None, (words, note))), shown_begin(request)
    call = queries.Call(said, text, day.on, unreached, to)
    key = once(request, f"told/{booking_id}/{sent}", filled.typed)
    queries.tell(request.actor, case, seen, call, now=request.now, once=key)


def _day(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of the address.

    Raises:
        Absent: there is none, or the colleague has no clinic.
    """
    here = standing(request)
    clinic = here.programme.clinic
    found = day_of(clinic, ref, here.changes) if clinic else None
    if found is None or not found.published or not may(request, "clinic.list"):
        raise Absent
    return found


def _page(
    request: DeskRequest,
    ref: str,
    grounds: tuple[Ground, ...] = (),
    tried: tuple[UUID, Filled] | None = None,
) -> HttpResponse:
    day, clinic = _day(request, ref), request.programme.clinic
    met = people(request, day, None if day.cancelled else day, reach=_opens(request))
    place = venue_name(clinic, day.venue) if clinic else ""
    form = tried[1] if tried else TOLD.show()
    calling = form.form is TOLD
    cards = {
        "page": "clinic-year",
        "day": day,
        "people": met,
        "rows": tuple(
            (
                one,
                _words(request, "script", day, one, place),
                _words(request, "written", day, one, place),
            )
            for one in met.all
        ),
        "tried": tried[0] if tried else None,
        "form": form,
        "calling": form if calling else TOLD.show(),
        "message": None if calling else form.card["message_text"],
        "fresh": TOLD.show(),
        "grounds": tuple((ground.code, dict(ground.values)) for ground in grounds),
        "token": secrets.token_hex(16),
    }
    wrong = tried is not None and not tried[1].ok
    status = 409 if grounds else 422 if wrong else 200
    return render(request, "desk/clinic/told.html", cards, status=status)


def _words(request: DeskRequest, what: str, day: ClinicDay, one: Person, place: str) -> str:
    """What to say or to write to one person about the change."""
    words, was = words_for(request), one.card.agreed_at
    read = Reading(words)
    values = {
        "was": read.day(was.date(), year=False),
        "on": read.day(day.on, year=False),
        "at": read.clock(one.now or was),
        "place": place,
    }
    part = "off" if day.cancelled else "moved" if one.now else "gone"
    return words.get(f"desk.clinic_days.{what}.{part}", "ja", **values).words


def _opens(request: DeskRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") == "reach"
