"""What the person told later (聞いたこと): the form shows what is known, changes are recorded.

The page sends along what it showed, so that a field which nobody touched does not overwrite an
answer that a colleague recorded meanwhile.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.forms.fields import Choice, Choices, Email, Line, Name, Story, Tel, Whole
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.answers import (
    AGE_BANDS,
    DANGER,
    HOW,
    KINDS,
    OFFICERS,
    PHONE_NOTES,
    PLACES,
    RESIDENCES,
    SUPPORTS,
    WHO,
    WISHED,
)
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record import actions as record
from madoguchi.work.record.queries import details, entries

HEARD = Form(
    "consult",
    (
        Choice("danger", options=DANGER),
        Choice("who", options=WHO),
        Name("name", autocomplete="off"),
        Name("kana", autocomplete="off"),
        Tel("phone", autocomplete="off"),
        Choices("phone_note", options=PHONE_NOTES),
        Email("email", autocomplete="off"),
        Whole("age", most=130),
        Choice("age_band", options=AGE_BANDS),
        Choice("residence", options=RESIDENCES),
        Line("town", limit=100),
        Choice("officer", options=OFFICERS),
        Line("language", limit=100),
        Choices("support", options=SUPPORTS),
        Choices("place", options=PLACES),
        Story("urls", rows=2, guarded=True),
        Line("when", limit=200, guarded=True),
        Choices("kinds", options=KINDS),
        Story("effects", limit=2000, rows=2, guarded=True),
        Story("measures", limit=2000, rows=2, guarded=True),
        Choices("wished", options=WISHED),
        Choice("how", options=HOW),
        Line("visit_when", limit=200, guarded=True),
    ),
)


def heard(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The form with what is known; a post writes an entry with what changed."""
    opened = queries.open_case(request.actor, case_id, now=request.now)
    if not rights.may(request.actor.role, "case.hear", opened.situation):
        raise Absent
    if request.method != "POST":
        known = _typed({**opened.about, **details(entries(opened))})
        return _page(request, opened, HEARD.show(known), known, secrets.token_hex(16))
    typed, token = HEARD.take(request.POST), request.POST.get("token", "")
    try:
        was = json.loads(request.POST.get("was", ""))
    except ValueError:
        was = {}
    was = was if isinstance(was, dict) else {}
    filled = HEARD.check(typed)
    if not filled.ok:
        return _page(request, opened, filled, was, token)
    if changed := _changed(filled, was):
        idempotency_key = submission_key(request, case_id, typed)
        row = queries.find(request.actor, case_id)
        record.add_details(
            request.actor, row, changed, now=request.now, idempotency_key=idempotency_key
        )
    return SeeOther(reverse("case", args=[case_id]))


def _typed(known: Mapping[str, Any]) -> Typed:
    """What is known, as the form's fields hold it."""
    typed: Typed = {}
    for field in HEARD.fields:
        answer = known.get(field.name)
        answers = answer if isinstance(answer, list | tuple) else [answer]
        texts = [str(each) for each in answers if each not in (None, "")]
        one_box = texts and not isinstance(field, Choices)  # several addresses are lines of it
        typed[field.name] = ["\n".join(texts)] if one_box else texts
    return typed


def _changed(filled: Filled, was: Typed) -> dict[str, Any]:
    """The answers that differ from what the page showed; an emptied field changes nothing."""
    changed: dict[str, Any] = {}
    for field in HEARD.fields:
        value = filled.value(field.name)
        same = _lines(filled.typed[field.name]) == _lines(was.get(field.name, []))
        if value not in (None, "", ()) and not same:
            changed[field.name] = value
    if "phone" in changed:
        changed |= {"phone": filled.words("phone").strip(), "phone_digits": changed["phone"]}
    return changed


def _lines(answers: Sequence[str]) -> list[str]:
    """The lines of an answer: several addresses are several answers, or lines of one."""
    return [line for text in answers for line in text.splitlines() if line.strip()]


def _page(
    request: DeskRequest, opened: OpenedCase, filled: Filled, was: Typed, token: str
) -> HttpResponse:
    values = {
        "page": "inbox",
        "case": opened.card,
        "form": filled,
        "was": json.dumps(was, ensure_ascii=False),
        "token": token,
    }
    return render(request, "desk/heard/page.html", values, status=filled.status)


urlpatterns = [path("heard/<uuid:case_id>/", heard, name="heard")]
