"""Papers of the subsidy at the desk: the form filled from a case, and what is for everybody."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.paper import find
from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.papers.engine import render
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit import downloads
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.handouts import facts_of, handout
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.issued.actions import MadePaper, copy, issue
from madoguchi.work.subsidy import public, queries
from madoguchi.work.subsidy.papers import Application

GUIDE, FORM, FILE = "subsidy_guide", "subsidy_application", "paper.pdf"


def offered(request: DeskRequest, case: OpenedCase) -> bool:
    """Whether the case page offers the papers: there is a subsidy today, and they may be issued."""
    today = request.now.date()
    subsidy = public.published(request.programme, texts_for(request), today)
    return subsidy is not None and rights.may(request.actor.role, "paper.issue", case.situation)


def undecided(request: DeskRequest) -> tuple[str, ...]:
    """What the city has not decided or confirmed of the subsidy: to be asked within the city."""
    rules = public.published(request.programme, texts_for(request), request.now.date())
    return public.to_ask(rules) if rules else ()


def application(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The form, filled from the case and stored as it is issued; pressed twice, the first one.

    Raises:
        Absent: the city has no form.
    """
    if request.method != "POST":
        return redirect("case", case_id)
    row = cases.find(request.actor, case_id)
    key = submission_key(request, f"{case_id}/{FORM}", ())
    if earlier := earlier_result(request.actor, "paper.issue", key):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return downloads.pdf(content, FILE)
    case = cases.open_case(request.actor, case_id, now=request.now)
    template = find(request.office.slug, FORM)
    form = facts_of(request, template)
    if not isinstance(form, Application):
        raise Absent
    digits = case.card.short_name
    receipt = texts_for(request).get("desk.subsidy.receipt", digits=digits).words
    printed = render(template, queries.filled(form, case, receipt))
    title = template.paper.title
    made = MadePaper(FORM, title, printed.content, printed.pages, printed.missing)
    issue(request.actor, row, made, now=request.now, idempotency_key=key)
    return downloads.pdf(made.pdf, FILE)


@require_safe
def paper(request: OfficeRequest, name: str) -> HttpResponse:
    """The guide or the empty form, to be handed over; there is no person in it.

    Raises:
        Absent: the city has none.
    """
    made = handout(request, name) if name in (GUIDE, FORM) else None
    if made is None:
        raise Absent
    return downloads.pdf(made.content, FILE)


urlpatterns = [
    path("cases/<uuid:case_id>/subsidy/form/", application, name="subsidy-form"),
    path("handouts/<slug:name>.pdf", paper, name="handout"),
]
