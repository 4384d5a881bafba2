"""The record sheet (相談記録票): asked for by a button, one line with who prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from madoguchi.web.desk.case.cards import cards
from madoguchi.work.cases import queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from madoguchi.web.desk.frame import DeskRequest

BLANKS = 4  # boxes without a title, where the programme names nobody


def sheet(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The sheet, oldest entry first; asked for otherwise than by its button, back to the case.

    Internal notes are on it only where the officer ticked that.
    """
    if request.method != "POST":
        return redirect("case", case_id)
    opened = cards(request, queries.print_case(request.actor, case_id, now=request.now))
    entries = opened.entries[::-1]
    notes = tuple(one for one in entries if one.card.internal)
    circulated = request.programme.desk.circulated
    shown = {
        "page": "inbox",
        "case": opened.case.card,
        "opened": opened,
        "contacts": tuple(one for one in entries if not one.card.internal),
        "notes": notes if "notes" in request.POST else (),
        "left_out": 0 if "notes" in request.POST else len(notes),
        "titles": circulated.titles if circulated else ("",) * BLANKS,
    }
    return render(request, "desk/sheet/page.html", shown)
