"""What lies ready for one day of the lawyer's (書類の準備), slot by slot; no case is opened."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent
from madoguchi.rules.slots import ClinicDay
from madoguchi.web.desk.clinic_papers.about import clinic_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.packs import queries


@require_safe
def ready(request: DeskRequest, ref: str) -> HttpResponse:
    """The day's slots: consent and brief, the envelope, the outcome."""
    day = day_of(request, ref)
    found = queries.of_day(
        request.actor, clinic_of(request), day, changes(request), now=request.now
    )
    papers = [seat.paper for slot in found for seat in slot.seats if seat.paper]
    cards = {
        "page": "clinic-year",
        "day": day,
        "slots": found,
        "several": clinic_of(request).lawyers > 1,
        "over": day.on < request.now.date(),
        "begun": datetime.combine(day.on, day.starts, request.now.tzinfo) <= request.now,
        "to_print": any(one.to_print and "clinic.pack" in one.may for one in papers)
        or any(not (seat.paper or seat.shut) for slot in found for seat in slot.seats),
    }
    return render(request, "desk/clinic_papers/ready.html", cards)


def day_of(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of an address that takes place.

    Raises:
        Absent: there is none.
    """
    day = slots.day(clinic_of(request), ref, changes(request))
    if day is None or day.cancelled:
        raise Absent
    return day
