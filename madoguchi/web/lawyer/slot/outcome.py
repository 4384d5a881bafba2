"""A lawyer writes down what came of a consultation (相談の結果); nothing that was typed is lost."""

import hashlib
import json
import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi.rules.decision import Refused
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Typed
from madoguchi.web.kit.seen import revision
from madoguchi.web.lawyer.closed import unless_closed
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.web.lawyer.seats import whom
from madoguchi.web.lawyer.slot.forms import outcome_form, said
from madoguchi.web.lawyer.slot.views import page
from madoguchi.work.clinic.bookings.public import Seen
from madoguchi.work.clinic.sittings import actions


@unless_closed
def write(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """Write it once; the page again, with all that was typed, where it cannot be."""
    if request.method != "POST":
        return redirect("lawyer-slot", booking_id)
    who, form = whom(request, booking_id), outcome_form(request)
    filled = form.check(form.take(request.POST))
    if not filled.ok:
        return page(request, who, filled)
    seen = Seen(booking_id, revision(request.POST.get("revision", "")))
    key = _once(request, seen, filled.typed)
    try:
        actions.outcome(request.actor, who, seen, said(filled), now=request.now, once=key)
    except Refused as refused:
        return page(request, who, filled, tuple(ground.code for ground in refused.grounds))
    return SeeOther(reverse("lawyer-slot", args=[booking_id]))


def _once(request: LawyerRequest, seen: Seen, typed: Typed) -> str:
    """The key under which the form's act is done once: this lawyer's, with these words."""
    token = request.POST.get("token") or secrets.token_hex(16)
    told = f"{request.actor.staff_id}/{seen}/{token}/{json.dumps(typed, sort_keys=True)}"
    return hashlib.sha256(told.encode()).hexdigest()
