"""A person's file leaves the desk as an attachment that nothing here interprets; one line each."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.attachment import attachment
from madoguchi.work.cases import queries
from madoguchi.work.evidence.queries import original


def file(request: DeskRequest, case_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original, asked for by a button; asked for otherwise, back to the case."""
    if request.method != "POST":
        return redirect("case", case_id)
    row = queries.find(request.actor, case_id)
    card, pieces = original(request.actor, row, file_id, now=request.now)
    try:
        return attachment(card.name, card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
