"""What came of a consultation (相談の結果), typed from the lawyer's sheet; nothing is lost."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.clinic_outcome import NEXT, offered
from madoguchi.web.desk.clinic_papers import about
from madoguchi.web.desk.clinic_papers.about import About
from madoguchi.web.desk.clinic_papers.forms import CAME, check_outcome, said
from madoguchi.web.desk.clinic_papers.forms import outcome as form_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.seen import revision
from madoguchi.work.clinic.bookings.public import Seen
from madoguchi.work.clinic.sittings import actions


def outcome(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The form of the outcome; a post writes it once and leads to the case."""
    booking = about.found(request, booking_id)
    row = about.row(request, booking)
    if not rights.may(request.actor.role, "clinic.outcome", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _page(request, about.opened(request, booking))
    form = form_of(about.clinic_of(request).may_take)
    filled = check_outcome(form.check(form.take(request.POST)), request.now.date())
    if not filled.ok:
        return _page(request, about.opened(request, booking), filled)
    seen = Seen(booking_id, revision(request.POST.get("revision", "")))
    try:
        actions.write(
            request.actor,
            row,
            seen,
            said(filled, request.now.date()),
            now=request.now,
            once=once(request, f"outcome/{booking_id}/{seen.revision}", filled.typed),
        )
    except Refused as refused:
        codes = tuple(ground.code for ground in refused.grounds)
        return _page(request, about.opened(request, booking), filled, codes)
    return SeeOther(reverse("case", args=[booking.case_id]))


def _page(
    request: DeskRequest,
    shown: About,
    filled: Filled | None = None,
    grounds: tuple[str, ...] = (),
) -> HttpResponse:
    may_take, state = about.clinic_of(request).may_take, shown.booking.state
    form = filled or form_of(may_take).show({"came": [state] if state in CAME else []})
    cards = {
        "page": "clinic-year",
        "case": shown.opened.card,
        "booking": shown.booking,
        "form": form,
        "nexts": tuple((f"desk.consulted.result.{one}", NEXT[one]) for one in offered(may_take)),
        "may_take": {"yes": "yes", "no": "no"}.get(may_take, "ask"),
        "begun": shown.booking.starts is None or shown.booking.starts <= request.now,
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "token": secrets.token_hex(16),
    }
    status = 409 if set(about.STALE) & set(grounds) else 422 if grounds else form.status
    return render(request, "desk/clinic_papers/outcome.html", cards, status=status)
