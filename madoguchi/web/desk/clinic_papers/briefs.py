"""What the lawyer is told (相談の要点): how the person agreed, and the words; nothing is lost."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.web.desk.case.facts import STORY, facts
from madoguchi.web.desk.clinic_papers import about
from madoguchi.web.desk.clinic_papers.about import About
from madoguchi.web.desk.clinic_papers.forms import BRIEF, check_brief, told, typed_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled, Typed
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.reveal import said
from madoguchi.web.kit.seen import revision
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.briefs import actions, queries
from madoguchi.work.clinic.briefs.queries import Version
from madoguchi.work.record import queries as record


def brief(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The newest version and the form of the next one; a post writes it once."""
    booking = about.found(request, booking_id)
    row = about.row(request, booking)
    if not rights.may(request.actor.role, "clinic.brief", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _page(request, about.opened(request, booking))
    filled = check_brief(BRIEF.check(BRIEF.take(request.POST)), request.now.date())
    if not filled.ok:
        return _page(request, about.opened(request, booking), filled)
    seen = revision(request.POST.get("revision", ""))
    try:
        actions.write(
            request.actor,
            row,
            booking_id,
            told(filled, request.now.date()),
            seen,
            now=request.now,
            once=once(request, f"brief/{booking_id}/{seen}", filled.typed),
        )
    except Refused as refused:
        codes = tuple(ground.code for ground in refused.grounds)
        return _page(request, about.opened(request, booking), filled, codes)
    return SeeOther(reverse("clinic-packs", args=[booking.day]))


def _page(
    request: DeskRequest,
    shown: About,
    filled: Filled | None = None,
    grounds: tuple[str, ...] = (),
) -> HttpResponse:
    version = queries.newest(shown.opened.staff, shown.booking.id)
    form = filled or BRIEF.show(_beforehand(request, shown, version))
    entries = record.told(record.entries(shown.opened))
    cards = {
        "page": "clinic-year",
        "case": shown.opened.card,
        "booking": shown.booking,
        "version": version,
        "form": form,
        "story": tuple(
            fact for fact in facts(STORY, entries, words_for(request)) if fact.said.words
        ),
        "text": said(str(entries.get("text", ""))),
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "number": version.number if version else 0,
        "token": secrets.token_hex(16),
    }
    status = 409 if set(about.STALE) & set(grounds) else 422 if grounds else form.status
    return render(request, "desk/clinic_papers/brief.html", cards, status=status)


def _beforehand(request: DeskRequest, shown: About, version: Version | None) -> Typed:
    """The form of the next version: the last one, or what was said when the place was booked."""
    if version:
        return typed_of(version.told)
    clinic = about.clinic_of(request)
    rows = bookings.of_case(shown.opened, clinic, changes(request), now=request.now)
    wanted = next((one.wanted for one in rows if one.card.id == shown.booking.id), None)
    typed = {"on": [request.now.date().isoformat()]}
    if wanted is None:
        return typed
    asks = "\n".join(filter(None, (wanted.subject, wanted.note)))
    return {**typed, "asks": [asks], "names": ["yes" if wanted.names_ok else "no"]}
