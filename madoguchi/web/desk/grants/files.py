"""What lies in a grant's file: an attachment, and a paper as it was issued; one line each time."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit import pdf
from madoguchi.web.kit.attachment import attachment
from madoguchi.work.issued.actions import copy
from madoguchi.work.subsidy.files import queries


def file(request: DeskRequest, grant_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original, asked for by a button; asked for otherwise, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    card, pieces = queries.original(request.actor, row, file_id, now=request.now)
    try:
        return attachment(card.name, card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)


def issued(request: DeskRequest, grant_id: UUID, issued_id: UUID) -> HttpResponse:
    """The bytes that were issued; asked for otherwise than by the button, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    try:
        card, content = copy(request.actor, row, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    return pdf.shown(content, f"paper-{card.number}.pdf")
