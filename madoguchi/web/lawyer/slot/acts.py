"""What a lawyer says of one person: no conflict of interest, or 「担当の都合」."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi.rules.decision import Refused
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.lawyer.closed import unless_closed
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.web.lawyer.seats import whom
from madoguchi.web.lawyer.slot.views import to_check
from madoguchi.work.clinic.sittings import actions, queries

KEY = re.compile(r"[0-9a-f]{64}")


@unless_closed
def clear(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """There is no conflict: on to the brief. If the names are others by now, they are shown."""
    if request.method != "POST":
        return redirect("lawyer-slot", booking_id)
    who, shown = whom(request, booking_id), request.POST.get("shown", "")
    try:
        actions.clear(request.actor, who, shown if KEY.fullmatch(shown) else "", now=request.now)
    except Refused as refused:
        return to_check(request, who, tuple(one.code for one in refused.grounds))
    return SeeOther(reverse("lawyer-slot", args=[booking_id]))


@unless_closed
def decline(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """The lawyer cannot meet this person; pressed twice, it is done once."""
    if request.method != "POST":
        return redirect("lawyer-slot", booking_id)
    if not queries.declined(request.actor, booking_id):
        actions.decline(request.actor, whom(request, booking_id), now=request.now)
    return SeeOther(reverse("lawyer-day"))
