"""Publish and withdraw notices; the public pages follow at once."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.programme.written import decode
from madoguchi.rules.sound import unsound
from madoguchi.rules.steps.proposal import needs_two
from madoguchi.web.desk.notices.forms import CHANGES, NOTICE, check
from madoguchi.web.desk.reveal import said
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, public

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    if grounds := _unsound(request, filled.value("kind"), change):
        return _page(request, filled, grounds)
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


def _unsound(request: DeskRequest, kind: str, change: Mapping[str, object]) -> tuple[Ground, ...]:
    """Why the change that a notice tells of is not fit for the public; none where it may be."""
    return unsound(standing(request), decode(kind, change)) if change else ()


def _page(request: DeskRequest, filled: Filled, grounds: tuple[Ground, ...] = ()) -> HttpResponse:
    shown = {
        "page": "settings",
        "form": filled,
        "changes": filled.value("kind") not in ("", "news"),
        "grounds": tuple((ground.code, dict(ground.values)) for ground in grounds),
        "token": secrets.token_hex(16),
        "standing": tuple(
            (card, _kind(card.kind), said(card.title), said(card.body), _alone(card.kind))
            for card in public.news(request.office.id, SHOWN)
        ),
    }
    return render(
        request, "desk/notices/page.html", shown, status=422 if grounds else filled.status
    )
