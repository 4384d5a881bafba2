"""One day of the clinic (法律相談の一日): who comes when; places are kept, given, followed up."""

import secrets
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.slots import ClinicDay
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.clinic import form as forms
from madoguchi.web.desk.clinic.acting import given, onward
from madoguchi.web.desk.clinic.cards import CANCEL
from madoguchi.web.desk.clinic.daily import rows
from madoguchi.web.desk.clinic.tried import reasons
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import queries as days
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.sittings import actions


def there(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of an address.

    Raises:
        Absent: the clinic has none of that name.
    """
    found = slots.day(given(request), ref, changes(request))
    if found is None:
        raise Absent
    return found


@require_safe
def day(request: DeskRequest, ref: str) -> HttpResponse:
    """One day: who comes when; what is free; who waits."""
    return _page(request, ref)


@require_POST
def keep(request: DeskRequest, ref: str) -> HttpResponse:
    """Keep a place free, and show the day again."""
    filled = forms.TIME.check(forms.TIME.take(request.POST))
    if not filled.ok:
        return _page(request, ref, (Ground("clinic.choose"),))
    try:
        actions.keep(
            request.actor,
            AtOffice(request.office.id),
            given(request),
            request.programme.desk,
            changes(request),
            forms.place(filled),
            now=request.now,
            once=once(request, "keep", filled.typed),
        )
    except Refused as refused:
        return _page(request, ref, refused.grounds)
    return SeeOther(reverse("clinic-day", args=[ref]))


@require_POST
def release(request: DeskRequest, kept_id: UUID) -> HttpResponse:
    """Give back a place that one has kept, and show the day that was looked at."""
    actions.release(request.actor, AtOffice(request.office.id), kept_id, now=request.now)
    return SeeOther(onward(request, reverse("clinic-year")))


def _changeable(found: ClinicDay, now: datetime) -> bool:
    """Whether the desk may still move the day, or call it off."""
    return found.published and not found.cancelled and slots.begins(found, 1) > now


def _page(request: DeskRequest, ref: str, grounds: tuple[Ground, ...] = ()) -> HttpResponse:
    clinic, found, now = given(request), there(request, ref), request.now
    seats = queries.of_day(request.actor, clinic, found, changes(request), now=now)
    names = {one.id: one.name for one in colleagues(request.office.id, now)}
    sits = days.sitting(request.actor, AtOffice(request.office.id), [ref])
    placed = rows(found, seats, names, now)
    cards = {
        "page": "clinic-year",
        "day": found,
        "venue": clinic.at(found.venue),
        "lawyers": tuple(sits.get(ref, {}).values()),
        "rows": placed,
        "lost": queries.lost(request.actor, clinic, found, changes(request), now=now),
        "waits": queries.waiting(request.actor, [ref]) if clinic.booking.waiting else (),
        "frees": tuple(dict.fromkeys(one.slot for one in placed if one.seat.free and one.ahead)),
        "gives": found.published and not found.cancelled,
        "received": slots.received(found, now.date()),
        "changes": may(request, "clinic.publish") and _changeable(found, now),
        "today": found.on == now.date(),
        "grounds": reasons(grounds),
        "cancelling": CANCEL,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic/day.html", cards, status=422 if grounds else 200)
