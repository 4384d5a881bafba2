"""An issued paper, opened as it was issued: asked for by a button, one line each time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit import pdf
from madoguchi.work.cases import queries
from madoguchi.work.issued.actions import copy


def paper(request: DeskRequest, case_id: UUID, issued_id: UUID) -> HttpResponse:
    """The bytes that were issued; asked for otherwise than by its button, back to the case."""
    if request.method != "POST":
        return redirect("case", case_id)
    case = queries.find(request.actor, case_id)
    try:
        card, content = copy(request.actor, case, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    return pdf.shown(content, f"paper-{card.number}.pdf")
