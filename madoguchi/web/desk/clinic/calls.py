"""Telephone calls for the clinic (電話で知らせる): who is to be rung, how safely, what is said."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.rules.decision import Ground, Refused
from madoguchi.tools.act.action import done_before
from madoguchi.web.desk.case.cards import contact
from madoguchi.web.desk.case.facts import facts
from madoguchi.web.desk.clinic.acting import given
from madoguchi.web.desk.clinic.cards import row
from madoguchi.web.desk.clinic.ringing import CALL, KINDS, endings, log, script, surname
from madoguchi.web.desk.clinic.tried import reasons
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Call, Card
from madoguchi.work.record import queries as record

STALE = "case.stale"


@dataclass(frozen=True)
class Line:
    """One call of the list: to whom, what about, since when it is due."""

    call: Call
    late: bool

    @property
    def key(self) -> str:
        """The text key of what it is about."""
        return f"desk.clinic.calls.kind.{self.call.kind}"

    @property
    def contact_key(self) -> str:
        """The text key of how contact is safe."""
        return f"desk.contact.{self.call.contact_rule}"

    @property
    def card(self) -> Card | None:
        """The booking that it is about."""
        return self.call.cards[0] if self.call.cards else None


@require_safe
def calls(request: DeskRequest) -> HttpResponse:
    """Whom to ring today, in the order of the days; all that is for one person stands together."""
    today = request.now.date()
    found = queries.calls(request.actor, given(request), changes(request), now=request.now)
    people = list(dict.fromkeys(one.case_id for one in found))
    found = tuple(sorted(found, key=lambda one: people.index(one.case_id)))
    lines = tuple(Line(one, one.on < today) for one in found)
    return render(request, "desk/clinic/calls.html", {"page": "clinic-year", "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """How and what to say to one of them; a post writes down how the call ended."""
    if request.method != "POST":
        return _page(request, case_id, CALL.show())
    filled = CALL.check(CALL.take(request.POST))
    if not filled.ok:
        return _page(request, case_id, filled)
    try:
        _log(request, case_id, filled)
    except Refused as refused:
        return _page(request, case_id, filled, refused.grounds)
    return SeeOther(reverse("clinic-calls"))


def _log(request: DeskRequest, case_id: UUID, filled: Filled) -> None:
    key = once(request, f"call/{case_id}", filled.typed)
    if done_before(request.actor, "case.log", key):
        return
    case = cases.find(request.actor, case_id)
    if request.POST.get("revision") != str(case.revision):
        raise Refused(STALE)
    log(request, case, filled, key)


def _page(
    request: DeskRequest, case_id: UUID, filled: Filled, why: tuple[Ground, ...] = ()
) -> HttpResponse:
    clinic, standing, now = given(request), changes(request), request.now
    opened = cases.open_case(request.actor, case_id, now=now)
    found = queries.of_case(opened, clinic, standing, now=now)
    rows = tuple(row(one, clinic, standing, now) for one in found)
    kinds = [due.kind for due in opened.dues if due.kind in KINDS and due.on <= now.date()]
    unreached = record.unreached(record.entries(opened))
    cards = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": contact(opened, words_for(request)),
        "phone": facts(("phone", "phone_note"), opened.about, words_for(request)),
        "surname": surname(request.frame.name),
        "lines": tuple(script(request, kinds, rows)),
        "rows": tuple(one for one in rows if one.answers),
        "venue": next((one.venue for one in rows if one.card.standing), clinic.at("")),
        "clinic": clinic,
        "form": filled,
        "endings": endings(filled.card["outcome"], unreached),
        "grounds": reasons(why),
        "token": secrets.token_hex(16),
    }
    stale = any(ground.code == STALE for ground in why)
    status = 409 if stale else 422 if why else filled.status
    return render(request, "desk/clinic/call.html", cards, status=status)
