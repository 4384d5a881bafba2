"""An act on a grant, pressed: done once, or the page again with all that was typed."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.paper import find
from madoguchi.rules.steps.grant import State
from madoguchi.rules.subsidy.year import counts_online
from madoguchi.tools.act.action import allowed, done_before, earlier_result, together
from madoguchi.tools.papers.engine import render as render_paper
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import checks, letters, typing
from madoguchi.web.desk.grants.acts import ACTS
from madoguchi.web.desk.grants.forms import NOT_YOURS, STALE, Attempt, Doing, once, reason, reasons
from madoguchi.web.desk.grants.letters import HOWS, WORDS
from madoguchi.web.desk.grants.opened import open_page, rules_today
from madoguchi.web.desk.grants.page import draw
from madoguchi.web.kit import reveal
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.reading import words_for
from madoguchi.work.issued.actions import Made, copy, issue
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import Found
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict

FILE = "paper.pdf"  # no file names its person


@require_safe
def grant(request: DeskRequest, grant_id: UUID) -> HttpResponse:
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


def _do(request: DeskRequest, page: GrantView, name: str, key: str) -> Attempt | None:
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


def _because(tried: Attempt, page: GrantView, code: str) -> Attempt:
    why = (reason(code, page.words),)
    return Attempt(tried.act, tried.filled, tried.checks, why, tried.post, stale=True)


def _moved_on(request: DeskRequest, page: GrantView) -> bool:
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


def _check(request: DeskRequest, page: GrantView, key: str) -> Attempt | None:
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
    request: DeskRequest, page: GrantView, tried: Attempt, found: Sequence[Verdict], key: str
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


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """Day and number of receipt; a post writes them down and goes back to the case."""
    row = queries.find(request.actor, grant_id)
    if not allowed(request.actor, "grant.receive", row):
        raise Absent
    if request.method != "POST":
        filled = typing.arrival_form(None, request.now.date())
        late = row.state != State.SENT
        why = (reason("grant.receive", words_for(request)),) if late else ()
        return _receive_page(request, row, Attempt("receive", filled, grounds=why, stale=late))
    attempt = _receive(request, row)
    return _receive_page(request, row, attempt) if attempt else _to_case(row)


def _to_case(row: Found) -> HttpResponse:
    return SeeOther(reverse("case", args=[row.case_id]))


def _receive(request: DeskRequest, row: Found) -> Attempt | None:
    """None where it is received, now or before."""
    key, words = once(request, row.id, "receive"), words_for(request)
    if done_before(request.actor, "grant.receive", key):
        return None
    filled = typing.arrival_form(request.POST, request.now.date())
    if not filled.ok:
        return Attempt("receive", filled)
    if request.POST.get("revision") != str(row.revision):
        return Attempt("receive", filled, grounds=(reason(STALE, words),), stale=True)
    act = Receive(
        received_on=filled.value("received_on"),
        received_number=filled.value("received_number"),
        online_counts=counts_online(rules_today(request)),
    )
    try:
        perform(request.actor, row, act, now=request.now, once=key)
    except Refused as refused:
        return Attempt("receive", filled, grounds=reasons(refused, words))
    return None


def _receive_page(request: DeskRequest, row: Found, attempt: Attempt) -> HttpResponse:
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


def paper(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """The paper, kept as it is issued; pressed twice, what was kept the first time."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    key = once(request, grant_id, f"paper/{name}")
    if earlier := earlier_result(request.actor, "paper.issue", key):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return reveal.pdf(content, FILE)
    page = open_page(request, grant_id)
    if name not in (*letters.KNOWN, *letters.FORM_OF_VERB.values()):
        raise Absent
    if request.POST.get("revision") != str(page.card.revision):
        stale = Attempt(name, grounds=(reason(STALE, page.words),), stale=True)
        return draw(request, page, stale)
    if name not in (*letters.available(page), *letters.forms_available(page)):
        raise Absent
    if _goes_home(page, name, request.POST.get("how", "")):
        refused = Attempt(name, grounds=(reason("grant.home_closed", page.words),))
        return draw(request, page, refused)
    made = _made(request, page, name)
    issue(request.actor, row, made, now=request.now, once=key)
    return reveal.pdf(made.pdf, FILE)


def _goes_home(page: GrantView, name: str, how: str) -> bool:
    """Whether it would go by post to a home to which nothing may go."""
    closed = name in letters.GOING and page.home_is_closed
    return closed and _delivered(page.applied, how).delivery.how == "post"


def _made(request: DeskRequest, page: GrantView, name: str) -> Made:
    template = find(request.office.slug, f"grant_{name}")
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    applied = _delivered(page.applied, request.POST.get("how", ""))
    is_form = name in letters.FORM_OF_VERB.values()
    write = letters.write_form if is_form else letters.write
    facts = write(name, letters.writing_of(request, page, names, applied))
    done = render_paper(template, facts)
    title = template.paper.title
    if name in letters.GOING:
        how = page.words.get(f"{WORDS}.delivery.{applied.delivery.how}").words
        title = page.words.get(f"{WORDS}.paper.going", "ja", title=title, how=how).words
    number, address = _number(facts), _says_address(facts)
    return Made(template.name, title, done.content, done.pages, done.missing, number, address)


def _delivered(applied: Applied, how: str) -> Applied:
    """The application with another way for this one letter, where one was chosen."""
    if how not in HOWS:
        return applied
    chosen = cast('Literal["counter", "post", "address"]', how)
    return replace(applied, delivery=replace(applied.delivery, how=chosen))


def _says_address(facts: object) -> bool:
    """Whether the paper says where the person lives or wants their letters."""
    to = getattr(getattr(facts, "head", facts), "to", None)
    who = to or getattr(getattr(facts, "top", None), "person", None)
    return bool(getattr(who, "postal_code", "") or getattr(who, "address", ""))


def _number(facts: object) -> str:
    """The number under which the paper is filed (文書番号), where it has one."""
    head = getattr(facts, "head", facts)
    return str(getattr(head, "document_number", ""))
