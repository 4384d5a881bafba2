"""One day of the clinic (法律相談の一日): who comes when; places are kept, given, followed up."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.rules import rights, slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.slots import ClinicDay, Slot, finishes
from madoguchi.tools.forms.fields import FieldError, Line, Value, plain
from madoguchi.tools.forms.form import Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.clinic import acts, cards
from madoguchi.web.desk.clinic.acts import given, onward, reasons
from madoguchi.web.desk.clinic.cards import CANCEL, Press
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as case_queries
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import queries as days
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.sittings import actions

LEAST_DIGITS = 5


@dataclass(frozen=True)
class Row:
    """One place of a slot: free, somebody's, kept free, or not to be used; `ahead`: not over."""

    slot: Slot
    seat: queries.Seat
    ahead: bool
    assignee: str
    may: frozenset[str]

    @property
    def over(self) -> bool:
        """Whether something may have come of it."""
        return self.seat.card is not None and cards.over(self.seat.card, self.may)

    @property
    def presses(self) -> tuple[Press, ...]:
        return cards.presses(self.may)


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
    filled = acts.TIME.check(acts.TIME.take(request.POST))
    if not filled.ok:
        return _page(request, ref, (Reason("clinic.choose"),))
    try:
        actions.keep(
            request.actor,
            AtOffice(request.office.id),
            given(request),
            request.programme.desk,
            changes(request),
            acts.place_of(filled),
            now=request.now,
            idempotency_key=submission_key(request, "keep", filled.typed),
        )
    except Refused as refused:
        return _page(request, ref, refused.reasons)
    return SeeOther(reverse("clinic-day", args=[ref]))


@require_POST
def release(request: DeskRequest, kept_id: UUID) -> HttpResponse:
    """Give back a place that one has kept, and show the day that was looked at."""
    actions.release(request.actor, AtOffice(request.office.id), kept_id, now=request.now)
    return SeeOther(onward(request, reverse("clinic-year")))


def _changeable(found: ClinicDay, now: datetime) -> bool:
    """Whether the desk may still move the day, or call it off."""
    return found.published and not found.cancelled and slots.begins(found, 1) > now


def _page(request: DeskRequest, ref: str, grounds: tuple[Reason, ...] = ()) -> HttpResponse:
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


class Ending(Line):
    """A receipt's number, or how it ends; in any width and with any dashes."""

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        digits = re.sub(r"\D", "", plain(words))
        return (digits, None) if len(digits) >= LEAST_DIGITS else (None, self.error("number_end"))


FIND = Form(
    "desk.clinic.find",
    (Ending("number", required=True, hint=True, limit=40, width="middle"),),
)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DeskRequest, ref: str, number: int) -> HttpResponse:
    """The form; on POST the cases whose number ends so, each with the way to book."""
    day = there(request, ref)
    slot = day.slot(number)
    if slot is None or not rights.may(request.actor.role, "case.list", "unit"):
        raise Absent
    asked = request.method == "POST"
    filled = FIND.check(FIND.take(request.POST)) if asked else FIND.show()
    found = (
        case_queries.numbered(request.actor, filled.value("number"))
        if asked and filled.ok
        else None
    )
    cards = {
        "page": "clinic-year",
        "day": day,
        "slot": slot,
        "at": f"{ref}/{number}",
        "form": filled,
        "found": found,
    }
    return render(request, "desk/clinic/find.html", cards, status=filled.status)


def rows(
    day: ClinicDay, found: Iterable[queries.Row], names: Mapping[UUID, str], now: datetime
) -> tuple[Row, ...]:
    """The day's places in their order."""
    return tuple(
        _row(one.slot, seat, names, now, ahead=finishes(day, one.slot.number) > now)
        for one in found
        for seat in one.seats
    )


def _row(
    slot: Slot, seat: queries.Seat, names: Mapping[UUID, str], now: datetime, *, ahead: bool
) -> Row:
    card = seat.card
    if card is None:
        return Row(slot, seat, ahead, "", frozenset())
    assignee = names.get(card.assignee_id, "") if card.assignee_id else ""
    return Row(slot, seat, ahead, assignee, cards.possible(card, now))
