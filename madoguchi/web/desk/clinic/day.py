"""A day of the clinic (法律相談の一日): who comes when; keeping and booking places."""

import re
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.rules import rights, slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.slots import ClinicDay, Slot, finishes
from madoguchi.tools.bounds import Some
from madoguchi.tools.forms.fields import FieldError, Line, Value, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.clinic import acts, cards
from madoguchi.web.desk.clinic.acts import clinic_of, onward
from madoguchi.web.desk.clinic.cards import Button
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.pager import skipped
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as case_queries
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import queries as days
from madoguchi.work.clinic.bookings import parting, queries
from madoguchi.work.clinic.bookings.queries import Waiter
from madoguchi.work.clinic.sittings import actions
from madoguchi.work.clinic.sittings import queries as sittings

LEAST_DIGITS = 5


@dataclass(frozen=True)
class Row:
    """A place of a slot: free, somebody's, kept free, or not to be used; `ahead`: not over."""

    slot: Slot
    seat: queries.Seat
    ahead: bool
    assignee: str
    may: frozenset[str]
    unmet: bool  # its lawyer cannot meet the person, and no other sits there yet
    apart: tuple[str, ...] = field(default=(), repr=False)  # how they are kept apart from others

    @property
    def over(self) -> bool:
        """Whether something may have come of it."""
        return self.seat.card is not None and cards.over(self.seat.card, self.may)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return cards.buttons(self.may)

    @property
    def cancel(self) -> Filled:
        """The form that asks who cancels the booking and why."""
        return acts.CANCEL.show(mark=self.seat.card.id.hex if self.seat.card else "")


def day_at(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of an address.

    Raises:
        Absent: the clinic has none of that name.
    """
    found = slots.day(clinic_of(request), ref, changes(request))
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
            acts.offer(request),
            acts.place_of(filled),
            now=request.now,
            idempotency_key=submission_key(request, "keep", filled.typed),
        )
    except Refused as refused:
        return _page(request, ref, refused.reasons)
    return SeeOther(reverse("clinic-day", args=[ref]))


@require_POST
def release(request: DeskRequest, kept_id: UUID) -> HttpResponse:
    """Give back a place that the colleague kept, and show the day that was looked at."""
    actions.release(request.actor, AtOffice(request.office.id), kept_id, now=request.now)
    return SeeOther(onward(request, reverse("clinic-year")))


def _page(request: DeskRequest, ref: str, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    clinic, found, now = clinic_of(request), day_at(request, ref), request.now
    gives = found.published and not found.cancelled
    changeable = gives and slots.begins(found, 1) > now
    sits = days.sitting(request.actor, AtOffice(request.office.id), [ref])
    rows = _rows(request, found)
    skip = skipped(request, ("waits",))
    waits = Some[Waiter](())
    if clinic.booking.waiting:
        waits = queries.waiting(request.actor, ref=ref, skip=skip.get("waits", 0))
    values = {
        "page": "clinic-year",
        "day": found,
        "venue": clinic.at(found.venue),
        "lawyers": tuple(sits.get(ref, {}).values()),
        "rows": rows,
        "lost": queries.lost(request.actor, clinic, found, changes(request), now=now),
        "waits": waits,
        "skipped": skip,
        "frees": tuple(dict.fromkeys(row.slot for row in rows if row.seat.free and row.ahead)),
        "gives": gives,
        "received": slots.received(found, now.date()),
        "changes": may(request, "clinic.publish") and changeable,
        "today": found.on == now.date(),
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic/day.html", values, status=422 if reasons else 200)


def _rows(request: DeskRequest, day: ClinicDay) -> tuple[Row, ...]:
    """The day's places in their order."""
    clinic, now, found = clinic_of(request), request.now, []
    names = {colleague.id: colleague.name for colleague in colleagues(request.office.id, now)}
    slots_of_day = queries.of_day(request.actor, clinic, day, changes(request), now=now)
    booked = [seat.card for each in slots_of_day for seat in each.seats if seat.card]
    unmet = sittings.unmet(request.actor, booked)
    apart = parting.arrangements(request.actor, {card.case_id for card in booked}, now=now)
    for each in slots_of_day:
        ahead = finishes(day, each.slot.number) > now
        for seat in each.seats:
            card, assignee, may = seat.card, "", frozenset[str]()
            if card is not None:
                assignee = names.get(card.assignee_id, "") if card.assignee_id else ""
                may = cards.possible(card, now)
            alone = card is not None and card.id in unmet
            how = apart.get(card.case_id, ()) if card else ()
            found.append(Row(each.slot, seat, ahead, assignee, may, alone, how))
    return tuple(found)


class Ending(Line):
    """A receipt's number or its last digits; in any width and with any dashes."""

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
    day = day_at(request, ref)
    slot = day.slot(number)
    if slot is None or not rights.may(request.actor.role, "case.list", "unit"):
        raise Absent
    filled, found = FIND.show(), None
    if request.method == "POST":
        filled = FIND.check(FIND.take(request.POST))
        if filled.ok:
            found = case_queries.numbered(request.actor, filled.value("number"))
    values = {
        "page": "clinic-year",
        "day": day,
        "slot": slot,
        "at": f"{ref}/{number}",
        "form": filled,
        "found": found,
    }
    return render(request, "desk/clinic/find.html", values, status=filled.status)
