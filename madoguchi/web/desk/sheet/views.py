"""The record sheet (相談記録票): asked for by a button, one line with who prints."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from madoguchi.web.desk.case.cards import cards
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.printed import printed
from madoguchi.web.desk.sheet.filled import Filling
from madoguchi.web.kit.reading import words_for
from madoguchi.work.cases import queries


def sheet(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The sheet as a PDF; asked for otherwise than by its button, back to the case.

    Internal notes are on it only where the officer ticked that.
    """
    if request.method != "POST":
        return redirect("case", case_id)
    opened = cards(request, queries.print_case(request.actor, case_id, now=request.now))
    circulated = request.programme.desk.circulated
    facts = Filling(words_for(request)).sheet(
        request.office.name,
        opened,
        circulated.titles if circulated else (),
        notes="notes" in request.POST,
    )
    return printed(request, "record_sheet", facts, "sheet.pdf")
