"""An entry written anew (訂正): the earlier one stays in the record, the new one points to it."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.forms.fields import Line, Story, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.case.cards import Entry, cards
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases import queries
from madoguchi.work.record import actions as record

TEXT = Story("correct_text", required=True, rows=8, guarded=True)
MINUTES = Whole("correct_minutes", least=0, most=1440)
REASON = Line("correct_reason", hint=True, limit=500, guarded=True)

OF_CONTACT = Form("desk.correcting", (TEXT, MINUTES, REASON))
OF_NOTE = Form("desk.correcting", (TEXT, REASON))
OF_ANSWER = Form("desk.correcting", (TEXT,))  # its person can read all of it
VERB = "case.correct"


def correct(request: DeskRequest, case_id: UUID, entry_id: UUID) -> HttpResponse:
    """The entry with its words to change; a post writes a new entry that points to it.

    A colleague who corrected it meanwhile takes nothing away: both corrections stay.
    """
    opened = queries.open_case(request.actor, case_id, now=request.now)
    entries = cards(request, opened).entries
    entry = next((each for each in entries if each.card.id == entry_id and each.ours), None)
    if entry is None or not rights.may(request.actor.role, VERB, opened.situation):
        raise Absent
    form = OF_NOTE if entry.card.internal else OF_CONTACT
    form = OF_ANSWER if entry.card.kind == "sent" else form
    token = request.POST.get("token") or secrets.token_hex(16)
    if request.method != "POST":
        typed = {"correct_text": [entry.card.words.get("text", "")]}
        if form is OF_CONTACT:
            typed["correct_minutes"] = [str(entry.card.minutes or "")]
        return _page(request, opened, entry, form.show(typed), token)
    filled = form.check(form.take(request.POST))
    if not filled.ok:
        return _page(request, opened, entry, filled, token)
    minutes = filled.value("correct_minutes") if form is OF_CONTACT else None
    try:
        record.correct(
            request.actor,
            queries.find(request.actor, case_id),
            entry_id,
            filled.value("correct_text"),
            minutes or None,
            "" if form is OF_ANSWER else filled.value("correct_reason"),
            now=request.now,
            idempotency_key=submission_key(request, entry_id, filled.typed),
        )
    except Refused as refused:
        reasons = tuple(f"ground.{reason.code}" for reason in refused.reasons)
        return _page(request, opened, entry, filled, token, reasons)
    return SeeOther(reverse("case", args=[case_id]))


def _page(
    request: DeskRequest,
    opened: queries.OpenedCase,
    entry: Entry,
    filled: Filled,
    token: str,
    reasons: tuple[str, ...] = (),
) -> HttpResponse:
    values = {
        "page": "inbox",
        "case": opened.card,
        "entry": entry,
        "form": filled,
        "token": token,
        "grounds": reasons,
    }
    status = 422 if reasons else filled.status
    return render(request, "desk/correct/page.html", values, status=status)


urlpatterns = [
    path("cases/<uuid:case_id>/entries/<uuid:entry_id>/", correct, name="entry-correct"),
]
