"""Publish and withdraw notices; the public pages follow at once."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.proposal import needs_two
from madoguchi.web.desk.notices.forms import CHANGES, NOTICE, check
from madoguchi.web.desk.reveal import said
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, public

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from madoguchi.web.desk.frame import DeskRequest
    from madoguchi.web.kit.form import Filled

SHOWN = 100


def notices(request: DeskRequest) -> HttpResponse:
    """The notices that stand and the form of a new one; a post publishes it."""
    if not rights.may(request.actor.role, "notice.publish", "office"):
        raise Absent
    if request.method != "POST":
        return _page(request, NOTICE.show({"kind": ["news"]}))
    filled, change = check(NOTICE.check(NOTICE.take(request.POST)))
    if not filled.ok:
        return _page(request, filled)
    said = f"{request.actor.staff_id}/{request.POST.get('token') or secrets.token_hex(16)}"
    actions.publish(
        request.actor,
        AtOffice(request.office.id),
        filled.value("kind"),
        filled.words("title").strip(),
        filled.value("body"),
        request.now.date(),
        change,
        now=request.now,
        once=hashlib.sha256(said.encode()).hexdigest(),
    )
    return SeeOther(reverse("notices"))


@require_POST
def withdraw(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Take a notice back; what needs two is proposed in the settings."""
    try:
        actions.withdraw(request.actor, AtOffice(request.office.id), notice_id, now=request.now)
    except Refused:
        return SeeOther(reverse("settings"))
    return SeeOther(reverse("notices"))


def _kind(kind: str) -> str:
    """The text key of a kind, decided here or in the settings."""
    return f"desk.notice.kind.{kind}" if kind in CHANGES else f"desk.settings.kind.{kind}"


def _alone(kind: str) -> bool:
    """Whether one colleague may take it back."""
    return not needs_two(kind, taken_back=True)


def _page(request: DeskRequest, filled: Filled) -> HttpResponse:
    shown = {
        "page": "settings",
        "form": filled,
        "changes": filled.value("kind") not in ("", "news"),
        "token": secrets.token_hex(16),
        "standing": tuple(
            (card, _kind(card.kind), said(card.title), said(card.body), _alone(card.kind))
            for card in public.news(request.office.id, SHOWN)
        ),
    }
    return render(request, "desk/notices/page.html", shown, status=filled.status)
