"""Whoever is at the counter receives an application (収受), without opening its file."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import State
from madoguchi.rules.subsidy.year import counts_online
from madoguchi.tools.act.action import allowed, done_before
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import forms, written
from madoguchi.web.desk.grants.attempt import STALE, Attempt, once, reason, reasons
from madoguchi.web.desk.grants.opened import rules_today
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.reading import words_for
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import Found
from madoguchi.work.subsidy.reviewing import actions as reviewing


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """Day and number of receipt; a post writes them down and goes back to the case."""
    row = queries.find(request.actor, grant_id)
    if not allowed(request.actor, "grant.receive", row):
        raise Absent
    if request.method != "POST":
        filled = written.arrival(None, request.now.date())
        late = row.state != State.SENT
        why = (reason("grant.receive", words_for(request)),) if late else ()
        return _page(request, row, Attempt("receive", filled, grounds=why, stale=late))
    attempt = _do(request, row)
    return _page(request, row, attempt) if attempt else _back(row)


def _back(row: Found) -> HttpResponse:
    return SeeOther(reverse("case", args=[row.case_id]))


def _do(request: DeskRequest, row: Found) -> Attempt | None:
    """None where it is received, now or before."""
    key, words = once(request, row.id, "receive"), words_for(request)
    if done_before(request.actor, "grant.receive", key):
        return None
    filled = written.arrival(request.POST, request.now.date())
    if not filled.ok:
        return Attempt("receive", filled)
    if request.POST.get("revision") != str(row.revision):
        return Attempt("receive", filled, grounds=(reason(STALE, words),), stale=True)
    today = request.now.date()
    on = forms.day_of(filled, "received_on", today) or today
    number, online = str(filled.value("received_number") or ""), counts_online(rules_today(request))
    arrival = reviewing.Arrival(on, number, online)
    try:
        reviewing.receive(request.actor, row, arrival, now=request.now, once=key)
    except Refused as refused:
        return Attempt("receive", filled, grounds=reasons(refused, words))
    return None


def _page(request: DeskRequest, row: Found, attempt: Attempt) -> HttpResponse:
    cards = {
        "page": "inbox",
        "file": {"revision": row.revision},
        "action": reverse("grant-receive", args=[row.id]),
        "back": reverse("case", args=[row.case_id]),
        "back_key": "desk.grant.to_case",
        "do": "desk.grant.do.receive",
        "what": "desk.grant.do.receive",
        "form": attempt.filled,
        "attempt": attempt,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/typing.html", cards, status=attempt.status)
