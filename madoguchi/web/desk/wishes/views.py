"""Write down how contact is safe, as the person said it; nothing typed is lost."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import Choice, Choices, Line
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.reveal import said
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import OpenedCase

HOURS = ("morning", "noon", "afternoon", "evening")
YES_NO = ("no", "yes")
BY_PHONE = ("phone", "no_voicemail")
WISHES = Form(
    "desk.wishes",
    (
        Choice("contact_rule", required=True, options=CONTACT_RULES),
        Choices("hours", options=HOURS),
        Choice("name_desk", required=True, hint=True, options=YES_NO),
        Choice("mail", required=True, hint=True, options=YES_NO),
        Choice("words", required=True, hint=True, options=YES_NO),
        Line("said", required=True, hint=True, limit=300, guarded=True),
    ),
)
STALE = "case.stale"


def wishes(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The wishes that hold, and the form for others; a post writes them down once."""
    row = queries.find(request.actor, case_id)
    if not rights.may(request.actor.role, "wish.record", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        opened = queries.open_case(request.actor, case_id, now=request.now)
        return _page(request, opened, WISHES.show(as_typed(opened.wishes)))
    typed = WISHES.take(request.POST)
    token = request.POST.get("token") or secrets.token_hex(16)
    said_by = f"{request.actor.staff_id}/{case_id}/{token}/{json.dumps(typed, sort_keys=True)}"
    once = hashlib.sha256(said_by.encode()).hexdigest()
    if done_before(request.actor, "wish.record", once):
        return SeeOther(reverse("case", args=[case_id]))
    opened = queries.open_case(request.actor, case_id, now=request.now)
    filled = check(WISHES.check(typed), opened.about)
    if request.POST.get("revision") != str(row.revision):
        return _page(request, opened, filled, token, (STALE,))
    if not filled.ok:
        return _page(request, opened, filled, token)
    try:
        actions.record_wishes(request.actor, row, wishes_of(filled), now=request.now, once=once)
    except Refused as refused:
        return _page(request, opened, filled, token, tuple(one.code for one in refused.grounds))
    return SeeOther(reverse("case", args=[case_id]))


def _page(
    request: DeskRequest,
    opened: OpenedCase,
    filled: Filled,
    token: str = "",
    grounds: tuple[str, ...] = (),
) -> HttpResponse:
    cards = {
        "page": "inbox",
        "case": opened.card,
        "form": filled,
        "said": said(opened.wishes.said),
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "token": secrets.token_hex(16) if grounds or not token else token,
    }
    status = 409 if STALE in grounds else 422 if grounds else filled.status
    return render(request, "desk/wishes/page.html", cards, status=status)


def as_typed(wishes: Wishes) -> Typed:
    """The wishes that hold now; who said so is asked each time."""
    return {
        "contact_rule": [wishes.contact_rule],
        "hours": list(wishes.hours),
        **{name: [YES_NO[getattr(wishes, name)]] for name in ("name_desk", "mail", "words")},
    }


def check(filled: Filled, about: Mapping[str, Any]) -> Filled:
    """What one answer asks of another, and of what is known of the person."""
    rule, mail = filled.value("contact_rule"), filled.value("mail")
    if rule in BY_PHONE and not about.get("phone"):
        filled = filled.refuse("contact_rule", "untold_phone")
    if mail == "yes" and not about.get("email"):
        filled = filled.refuse("mail", "untold_address")
    if filled.value("words") == "yes" and (mail != "yes" or rule == "wait"):
        filled = filled.refuse("words", "unwanted_words")
    return filled


def wishes_of(filled: Filled) -> Wishes:
    """The wishes that were written down."""
    rule = filled.value("contact_rule")
    return Wishes(
        contact_rule=rule,
        hours=filled.value("hours"),
        name_desk=rule in BY_PHONE and filled.value("name_desk") == "yes",
        mail=filled.value("mail") == "yes",
        words=filled.value("words") == "yes",
        said=filled.value("said"),
    )


urlpatterns = [path("wishes/<uuid:case_id>/", wishes, name="case-wishes")]
