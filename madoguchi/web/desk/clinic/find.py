"""Whose place it becomes (枠に入れる相談): a case by the end of its number, or a new sheet."""

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.web.desk.clinic.day import there
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.fields import Line, Slip, Value
from madoguchi.web.kit.form import Form
from madoguchi.web.kit.typed import plain
from madoguchi.work.cases import queries

LEAST_DIGITS = 5


class Ending(Line):
    """A receipt's number, or how it ends; in any width and with any dashes."""

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The digits."""
        digits = re.sub(r"\D", "", plain(words))
        return (digits, None) if len(digits) >= LEAST_DIGITS else (None, self.slip("number_end"))


FIND = Form(
    "desk.clinic.find",
    (Ending("number", required=True, hint=True, limit=40, width="middle"),),
)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DeskRequest, ref: str, number: int) -> HttpResponse:
    """The form; on POST the cases whose number ends so, each with the way to book."""
    day = there(request, ref)
    slot = day.slot(number)
    if slot is None or not rights.may(request.actor.role, "case.list", "unit"):
        raise Absent
    asked = request.method == "POST"
    filled = FIND.check(FIND.take(request.POST)) if asked else FIND.show()
    found = queries.numbered(request.actor, filled.value("number")) if asked and filled.ok else None
    cards = {
        "page": "clinic-year",
        "day": day,
        "slot": slot,
        "at": f"{ref}/{number}",
        "form": filled,
        "found": found,
    }
    return render(request, "desk/clinic/find.html", cards, status=filled.status)
