"""An interview booked by its person (面談の予約): free times, what they need, giving it back."""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.interviews import bookable, days_for
from madoguchi.rules.koyomi.hours import Span
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit import interview_form as asked
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.interviews import public as interviews


@private
def visit(request: OfficeRequest) -> HttpResponse:
    """The person's interviews and the times they may choose; a post books one.

    What was typed waits while the receipt is closed, and is offered again where it was refused.
    """
    now = request.now
    who = newcomer(request)
    held = session.recall(who, now)
    if request.method != "POST":
        return see("follow") if held is None else _page(request, who, held)
    held, typed = session.meant(request, held), asked.VISIT.take(request.POST)
    if held is None:
        session.keep(request, who, None, typed)
        return welcome(see("follow"), who)
    filled = asked.VISIT.check(typed)
    if not filled.ok:
        return _page(request, who, held, filled)
    try:
        _book(request, who, held, filled)
    except Refused as refused:
        return _page(request, who, held, filled, tuple(reason.code for reason in refused.reasons))
    session.take_back(who, held.drawer.mark, typed, now)
    session.note(who, "visit", now)
    return see("follow")


@private
def cancel(request: OfficeRequest) -> HttpResponse:
    """Gives an interview of the person back."""
    now = request.now
    who = newcomer(request)
    held = session.recall(who, now)
    held = session.meant(request, held) if request.method == "POST" else None
    if held is None:
        return see("follow")
    actor = cases.consultee(who.office_id)
    try:
        seen = _seen(request)
        idempotency_key = session.idempotency_key(who, f"visit/{seen.id}/{seen.revision}", now)
        interviews.cancel(
            actor, held, seen, session.look_on(request), now=now, idempotency_key=idempotency_key
        )
    except Refused as refused:
        return _page(request, who, held, None, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return see("follow")
    session.note(who, "visit_cancelled", now)
    return see("follow")


def _book(request: OfficeRequest, who: Holder, held: cases.Holding, filled: Filled) -> None:
    desk, now = request.programme.desk, request.now
    said = f"{request.POST.get('token', '')}/{held.drawer.mark}/{json.dumps(filled.typed)}"
    interviews.book(
        cases.consultee(who.office_id),
        held,
        desk,
        changes(request),
        asked.chosen_time(filled),
        asked.wanted(filled),
        session.look_on(request),
        now=now,
        idempotency_key=who.bind(f"visit/{hashlib.sha256(said.encode()).hexdigest()}"),
    )


def _seen(request: OfficeRequest) -> interviews.InterviewRevision:
    """The interview as the page showed it.

    Raises:
        Absent: no page of ours sent it.
    """
    seen = revision(request.POST.get("revision", ""))
    try:
        if seen >= 0:
            return interviews.InterviewRevision(UUID(request.POST.get("interview", "")), seen)
    except ValueError as error:
        raise Absent from error
    raise Absent


def _page(
    request: OfficeRequest,
    who: Holder,
    held: cases.Holding,
    filled: Filled | None = None,
    reasons: tuple[str, ...] = (),
) -> HttpResponse:
    now, programme = request.now, request.programme
    form = filled or _beforehand(who, held, request)
    own = tuple(one for one in interviews.own(held) if one.on >= now.date())
    given = programme.desk.interviews
    cards = {
        "form": form,
        "own": own,
        "booking": bool(given and given.by_citizens),
        "times": asked.time_options(_free(request), words_for(request), form.words("at")),
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "mark": held.drawer.mark,
        "token": os.urandom(16).hex(),
        "desk": programme.desk,
    }
    status = 422 if reasons or not form.ok else 200
    return draw(request, "portal/visit/page.html", cards, status)


def _beforehand(who: Holder, held: cases.Holding, request: OfficeRequest) -> Filled:
    """The form as it was typed before the receipt closed, or with what the person said at first."""
    now = request.now
    draft = session.written(who, held.drawer.mark, now)
    if draft and "at" in draft["answers"]:
        return asked.VISIT.show(draft["answers"])
    told = cases.about(held.drawer)
    support, language = told.get("support") or (), told.get("language") or ""
    return asked.VISIT.show(asked.as_typed(support, language, told.get("officer") or ""))


def _free(request: OfficeRequest) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """The days with the times that are not full; whose the others are is not said."""
    desk, now, standing = request.programme.desk, request.now, changes(request)
    found = tuple(days_for(desk, now.date(), standing))
    if not found or desk.interviews is None:
        return
    taken = interviews.taken(request.office.id, found[0][0], found[-1][0])
    for on, spans in found:
        yield (
            on,
            tuple(
                span
                for span in spans
                if taken.get((on, span.starts), 0) < desk.interviews.places
                and bookable(desk, on, span.starts, now, "person", standing).answer == "yes"
            ),
        )


urlpatterns = [
    path("s/f/v/", visit, name="visit"),
    path("s/f/v/x/", cancel, name="visit-cancel"),
]
