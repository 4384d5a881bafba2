"""An act on a grant, pressed (手続): done once, or the page again with all that was typed."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.act.action import done_before, together
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import checks
from madoguchi.web.desk.grants.act import Doing
from madoguchi.web.desk.grants.acts import ACTS
from madoguchi.web.desk.grants.attempt import (
    NOT_YOURS,
    STALE,
    Attempt,
    once,
    reason,
    reasons,
)
from madoguchi.web.desk.grants.draw import draw
from madoguchi.web.desk.grants.opened import Page, open_page
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict


@require_safe
def grant(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """The grant, opened."""
    return draw(request, open_page(request, grant_id), Attempt())


def act(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """Do a verb and go back to the page, or show it again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("grant", grant_id)
    key = once(request, grant_id, name)
    if done_before(request.actor, f"grant.{name}", key):
        return SeeOther(reverse("grant", args=[grant_id]))
    page = open_page(request, grant_id)
    attempt = _do(request, page, name, key)
    return draw(request, open_page(request, grant_id), attempt) if attempt else _back(grant_id)


def _back(grant_id: UUID) -> HttpResponse:
    return SeeOther(reverse("grant", args=[grant_id]))


def _do(request: DeskRequest, page: Page, name: str, key: str) -> Attempt | None:
    """None where it is done; else what was typed and why it is not."""
    todo = ACTS[name]
    filled = todo.check(todo.form.take(request.POST), request.now.date())
    tried = Attempt(name, filled, post=request.POST)
    if _moved_on(request, page):
        return _because(tried, page, STALE)
    if not filled.ok:
        return tried
    try:
        todo.do(Doing(request, page, filled, key))
    except Refused as refused:
        stale = any(one.code == STALE for one in refused.grounds)
        return Attempt(name, filled, {}, reasons(refused, page.words), request.POST, stale)
    except Absent:  # no longer theirs; who may not see it finds nothing on the page either
        return _because(tried, page, NOT_YOURS)
    return None


def _because(tried: Attempt, page: Page, code: str) -> Attempt:
    why = (reason(code, page.words),)
    return Attempt(tried.act, tried.filled, tried.checks, why, tried.post, stale=True)


def _moved_on(request: DeskRequest, page: Page) -> bool:
    return request.POST.get("revision") != str(page.card.revision)


def check(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """Write down the verdicts that were chosen; where asked, also what the machine found met."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    key = once(request, grant_id, f"check/{request.POST.get('do', '')}")
    if done_before(request.actor, "grant.check", key):
        return _back(grant_id)
    page = open_page(request, grant_id)
    attempt = _check(request, page, key)
    return draw(request, open_page(request, grant_id), attempt) if attempt else _back(grant_id)


def _check(request: DeskRequest, page: Page, key: str) -> Attempt | None:
    today = request.now.date()
    codes = [one.machine.code for one in page.findings.asked]
    taken = checks.check(checks.take(request.POST, codes), today)
    tried = Attempt("check", None, taken, post=request.POST)
    if _moved_on(request, page):
        return _because(tried, page, STALE)
    if any(not one.ok for one in taken.values()):
        return tried
    found = tuple(checks.verdict(code, one, today) for code, one in taken.items())
    if request.POST.get("do") == "as_found":
        found += checks.as_found(page.findings, today, but=taken)
    if not found:
        return Attempt("check", grounds=(reason("grant.check_nothing", page.words),))
    return _write(request, page, tried, tuple(found), key)


def _write(
    request: DeskRequest, page: Page, tried: Attempt, found: Sequence[Verdict], key: str
) -> Attempt | None:
    """All of them or none, each a verdict of its own with its own line."""
    row, now = page.row, request.now
    try:
        with together(request.actor, "grant.check", row, now=now):
            first, *others = found
            reviewing.check(request.actor, row, first, now=now, once=key)
            for verdict in others:
                reviewing.check(request.actor, row, verdict, now=now)
    except Refused as refused:
        stale = any(one.code == STALE for one in refused.grounds)
        why = reasons(refused, page.words)
        return Attempt("check", None, tried.checks, why, request.POST, stale)
    except Absent:
        return _because(tried, page, NOT_YOURS)
    return None
