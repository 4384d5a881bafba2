"""A paper of a grant, made and kept as it is issued (書類の発行)."""

from dataclasses import replace
from typing import Literal, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.paper import find
from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.papers.engine import render
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import blank_forms, letters
from madoguchi.web.desk.grants.attempt import STALE, Attempt, once, reason
from madoguchi.web.desk.grants.draw import draw
from madoguchi.web.desk.grants.offers import HOWS, WORDS
from madoguchi.web.desk.grants.opened import Page, open_page
from madoguchi.web.kit import pdf
from madoguchi.work.issued.actions import Made, copy, issue
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.files import queries

FILE = "paper.pdf"  # no file names its person


def paper(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """The paper, kept as it is issued; pressed twice, what was kept the first time."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    key = once(request, grant_id, f"paper/{name}")
    if earlier := earlier_result(request.actor, "paper.issue", key):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return pdf.shown(content, FILE)
    page = open_page(request, grant_id)
    if name not in (*letters.KNOWN, *blank_forms.OF_VERB.values()):
        raise Absent
    if request.POST.get("revision") != str(page.card.revision):
        stale = Attempt(name, grounds=(reason(STALE, page.words),), stale=True)
        return draw(request, page, stale)
    if name not in (*letters.available(page), *blank_forms.available(page)):
        raise Absent
    if _goes_home(page, name, request.POST.get("how", "")):
        refused = Attempt(name, grounds=(reason("grant.home_closed", page.words),))
        return draw(request, page, refused)
    made = _made(request, page, name)
    issue(request.actor, row, made, now=request.now, once=key)
    return pdf.shown(made.pdf, FILE)


def _goes_home(page: Page, name: str, how: str) -> bool:
    """Whether it would go by post to a home to which nothing may go."""
    closed = name in letters.GOING and page.home_is_closed
    return closed and _delivered(page.applied, how).delivery.how == "post"


def _made(request: DeskRequest, page: Page, name: str) -> Made:
    template = find(request.office.slug, f"grant_{name}")
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    applied = _delivered(page.applied, request.POST.get("how", ""))
    writer = blank_forms if name in blank_forms.OF_VERB.values() else letters
    facts = writer.write(name, letters.Writing(request, page, names, applied))
    done = render(template, facts)
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
