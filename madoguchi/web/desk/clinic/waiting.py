"""The waiting list at the desk (キャンセル待ち): who waits for which day; a place is offered."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from madoguchi.rules.decision import Refused
from madoguchi.web.desk.clinic import form as forms
from madoguchi.web.desk.clinic.acting import given, here, onward
from madoguchi.web.desk.clinic.booking import UNCHOSEN, page
from madoguchi.web.desk.clinic.tried import refusal
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.clinic.waiting import actions


@require_POST
def wait(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Put the person on the list of a day, or of any."""
    case, standing = cases.find(request.actor, case_id), changes(request)
    day = request.POST.get("wait_day", "")
    try:
        actions.wait(
            request.actor,
            case,
            day,
            given(request),
            request.programme.desk,
            standing,
            now=request.now,
            once=once(request, f"wait/{case_id}", {"wait_day": [day]}),
        )
    except Refused as refused:
        return page(request, case_id, refusal("wait", None, None, refused))
    return SeeOther(here(case_id))


@require_POST
def stop(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Take the person off the list; who is off it already stays off it."""
    case = cases.find(request.actor, case_id)
    actions.stop_waiting(request.actor, case, waiting_id, now=request.now)
    return SeeOther(here(case_id))


@require_POST
def offer(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Offer a free place to somebody who waits, and show the day again."""
    case = cases.find(request.actor, case_id)
    filled = forms.TIME.check(forms.TIME.take(request.POST))
    if not filled.ok:
        return page(request, case_id, refusal("offer", None, filled, Refused(UNCHOSEN)))
    try:
        actions.offer(
            request.actor,
            case,
            waiting_id,
            given(request),
            request.programme.desk,
            changes(request),
            forms.place(filled),
            now=request.now,
            once=once(request, f"offer/{waiting_id}", filled.typed),
        )
    except Refused as refused:
        return page(request, case_id, refusal("offer", None, filled, refused))
    return SeeOther(onward(request, here(case_id)))
