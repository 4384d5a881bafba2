"""What comes on paper, typed in on a page of its own (紙で届いた書類の入力)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.act.action import done_before
from madoguchi.web.desk.grants.acts import Doing
from madoguchi.web.desk.grants.afterwards import PAPERS
from madoguchi.web.desk.grants.attempt import STALE, Attempt, once, reason, reasons
from madoguchi.web.desk.grants.head import name as named
from madoguchi.web.desk.grants.opened import open_page
from madoguchi.web.kit.display import SeeOther

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from madoguchi.web.desk.frame import DeskRequest
    from madoguchi.web.desk.grants.opened import Page


def later(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """The form for a paper that came after the decision; a post writes it down."""
    if name not in PAPERS:
        raise Absent
    here = SeeOther(reverse("grant", args=[grant_id]))
    key = once(request, grant_id, f"type/{name}")
    if request.method == "POST" and done_before(request.actor, f"grant.{name}", key):
        return here
    page = open_page(request, grant_id)
    if name not in page.opened.verbs:
        return _page(request, page, name, _not_now(page, name))
    if request.method != "POST":
        return _page(request, page, name, Attempt(filled=PAPERS[name].show(page)))
    attempt = _do(request, page, name, key)
    return _page(request, page, name, attempt) if attempt else here


def _not_now(page: Page, name: str) -> Attempt:
    """Somebody skipped a step, or another came first: the state says no."""
    why = (reason(f"grant.{name}", page.words),)
    return Attempt(name, PAPERS[name].show(page), grounds=why, stale=True)


def _do(request: DeskRequest, page: Page, name: str, key: str) -> Attempt | None:
    paper = PAPERS[name]
    filled = paper.check(paper.form.take(request.POST), request.now.date())
    if request.POST.get("revision") != str(page.card.revision):
        return Attempt(name, filled, grounds=(reason(STALE, page.words),), stale=True)
    if not filled.ok:
        return Attempt(name, filled)
    try:
        paper.do(Doing(request, page, filled, key))
    except Refused as refused:
        return Attempt(name, filled, grounds=reasons(refused, page.words))
    return None


def _page(request: DeskRequest, page: Page, name: str, attempt: Attempt) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": page.card,
        "name": named(page.card, page.words),
        "what": f"desk.grant.typing.{name}",
        "to": name,
        "form": attempt.filled,
        "attempt": attempt,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/typing.html", cards, status=attempt.status)
