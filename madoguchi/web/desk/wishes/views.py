"""Write down how contact is safe, as the person said it; nothing typed is lost."""

import hashlib
import json
import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.act.action import done_before
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.wishes.forms import WISHES, as_typed, check
from madoguchi.web.desk.wishes.forms import wishes as told
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reveal import said
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.queries import OpenedCase

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
        actions.record_wishes(request.actor, row, told(filled), now=request.now, once=once)
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
