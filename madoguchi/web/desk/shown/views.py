"""The page to show to the person (本人に見せる画面): a second screen or a sheet, one line for each.

A city once showed a resident what somebody else had sent in; it was photographed and posted. So
this page has only what desk and person already told each other, masked, and no way on.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.shown.cards import page
from madoguchi.work.cases import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The page on a screen; a post gives the one that may be printed."""
    paper = request.method == "POST"
    act = actions.print_shown if paper else actions.show
    act(request.actor, queries.find(request.actor, case_id), now=request.now)
    opened = queries.open_case(request.actor, case_id, now=request.now)
    cards = {"case": page(request, opened), "paper": paper, "id": case_id}
    return render(request, "desk/shown/page.html", cards)
