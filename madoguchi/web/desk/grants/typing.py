"""What comes on paper, typed in on a page of its own (紙で届いた書類の入力)."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.tools.act.action import allowed, done_before, earlier_result
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import forms, written
from madoguchi.web.desk.grants.act import Doing
from madoguchi.web.desk.grants.afterwards import PAPERS
from madoguchi.web.desk.grants.attempt import STALE, Attempt, Why, once, reason, reasons
from madoguchi.web.desk.grants.head import name as named
from madoguchi.web.desk.grants.opened import Page, open_page, rules_today
from madoguchi.web.desk.grants.written import Written
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reading import words_for
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.typing.actions import Applicant, numbered

TYPES = ("unit", "applied")  # situations in which somebody types applications in
COMPLETE = "complete"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Whose paper it is, by its number; then the whole form; then the application, received."""
    if not any(rights.may(request.actor.role, "grant.type_in", at) for at in TYPES):
        raise Absent
    if request.method != "POST":
        return _ask(request, forms.NUMBER.show())
    asked = forms.NUMBER.check(forms.NUMBER.take(request.POST))
    of = numbered(request.actor, asked.words("number")) if asked.ok else None
    if of is None:
        return _ask(request, asked.refuse("number", "grant_number") if asked.ok else asked)
    version = rules_today(request)
    if "received_on" not in request.POST:
        empty = written.arrival(None, request.now.date()), written.shown(version, None)
        return _form(request, of, asked, *empty)
    return _type_in(request, of, asked, version)


def _type_in(
    request: DeskRequest, of: Applicant, asked: Filled, version: SubsidyVersion
) -> HttpResponse:
    key = once(request, of.case_id, "type_in")
    if earlier := earlier_result(request.actor, "grant.type_in", key):
        return _to(request, earlier)
    arrived = written.arrival(request.POST, request.now.date())
    told = written.sent(version, request.POST, None)
    if not arrived.ok or told.wrong:
        return _form(request, of, asked, arrived, told)
    on = forms.day_of(arrived, "received_on", request.now.date()) or request.now.date()
    paper = typing.OnPaper(told.applied, on, str(arrived.value("received_number") or ""))
    try:
        made = typing.type_in(request.actor, of, paper, now=request.now, once=key)
    except Refused as refused:
        return _form(request, of, asked, arrived, told, reasons(refused, words_for(request)))
    return _to(request, made)


def _to(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """To the grant; who may not read its file goes back to the case."""
    row = queries.find(request.actor, grant_id)
    if allowed(request.actor, "grant.read", row):
        return SeeOther(reverse("grant", args=[grant_id]))
    return SeeOther(reverse("case", args=[row.case_id]))


def _ask(request: DeskRequest, asked: Filled) -> HttpResponse:
    cards = {"page": "grants", "lists": _lists(request), "form": asked}
    return render(request, "desk/grants/number.html", cards, status=asked.status)


def _lists(request: DeskRequest) -> bool:
    return rights.may(request.actor.role, "grant.list", "office")


def _form(
    request: DeskRequest,
    of: Applicant,
    asked: Filled,
    arrived: Filled,
    told: Written,
    grounds: tuple[Why, ...] = (),
) -> HttpResponse:
    wrong = tuple(written.wrong(arrived, told))
    cards = {
        "page": "grants",
        "lists": _lists(request),
        "to": reverse("grant-new"),
        "what": "desk.grant.new.title",
        "digits": of.case.short_name,
        "number": asked.words("number"),
        "arrived": arrived,
        "parts": told.parts,
        "wrong": wrong,
        "grounds": grounds,
        "token": secrets.token_hex(16),
    }
    status = 422 if wrong or grounds else 200
    return render(request, "desk/grants/new.html", cards, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def later(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """The form for a paper that came afterwards; a post writes it down."""
    if name != COMPLETE and name not in PAPERS:
        raise Absent
    key = once(request, grant_id, f"type/{name}")
    if request.method == "POST" and done_before(request.actor, f"grant.{name}", key):
        return SeeOther(reverse("grant", args=[grant_id]))
    page = open_page(request, grant_id)
    if name == COMPLETE:
        return _complete(request, page, key)
    if request.method != "POST":
        late = () if name in page.verbs else (reason(f"grant.{name}", page.words),)
        first = Attempt(name, PAPERS[name].show(page), grounds=late, stale=bool(late))
        return _page(request, page, name, first)
    attempt = _do(request, page, name, key)
    if attempt is None:
        return SeeOther(reverse("grant", args=[grant_id]))
    return _page(request, page, name, attempt)


def _do(request: DeskRequest, page: Page, name: str, key: str) -> Attempt | None:
    paper = PAPERS[name]
    filled = paper.check(paper.form.take(request.POST), request.now.date())
    if _moved_on(request, page):
        return Attempt(name, filled, grounds=(reason(STALE, page.words),), stale=True)
    if not filled.ok:
        return Attempt(name, filled)
    try:
        paper.do(Doing(request, page, filled, key))
    except Refused as refused:
        return Attempt(name, filled, grounds=reasons(refused, page.words))
    return None


def _moved_on(request: DeskRequest, page: Page) -> bool:
    return request.POST.get("revision") != str(page.card.revision)


def _page(request: DeskRequest, page: Page, name: str, attempt: Attempt) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": page.card,
        "name": named(page.card, page.words),
        "action": reverse("grant-type", args=[page.card.id, name]),
        "back": reverse("grant", args=[page.card.id]),
        "back_key": "desk.grant.file",
        "do": "desk.grant.typing.save",
        "leads": True,
        "what": f"desk.grant.typing.{name}",
        "form": attempt.filled,
        "attempt": attempt,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/typing.html", cards, status=attempt.status)


def _complete(request: DeskRequest, page: Page, key: str) -> HttpResponse:
    """The application as it stands, to be changed by what came in (補正)."""
    version = page.version
    if version is None:
        raise Absent
    if request.method != "POST":
        late = () if COMPLETE in page.verbs else (reason("grant.complete", page.words),)
        return _anew(request, page, written.shown(version, page.applied), late)
    told = written.sent(version, request.POST, page.applied)
    if told.wrong:
        return _anew(request, page, told)
    try:
        _stale(request, page)
        typing.complete(request.actor, page.row, told.applied, now=request.now, once=key)
    except Refused as refused:
        return _anew(request, page, told, reasons(refused, page.words))
    return SeeOther(reverse("grant", args=[page.card.id]))


def _stale(request: DeskRequest, page: Page) -> None:
    """Refuse what was typed on a page of before; a correction that came meanwhile says so itself.

    Raises:
        Refused: the grant moved on.
    """
    if _moved_on(request, page) and COMPLETE in page.verbs:
        raise Refused(STALE)


def _anew(
    request: DeskRequest, page: Page, told: Written, grounds: tuple[Why, ...] = ()
) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": page.card,
        "name": named(page.card, page.words),
        "to": reverse("grant-type", args=[page.card.id, COMPLETE]),
        "what": "desk.grant.typing.complete",
        "parts": told.parts,
        "wrong": told.wrong,
        "grounds": grounds,
        "token": secrets.token_hex(16),
    }
    status = 409 if grounds else 422 if told.wrong else 200
    return render(request, "desk/grants/new.html", cards, status=status)
