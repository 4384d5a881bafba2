"""The ledgers of the fiscal years, saved as workbooks; one with names takes two people."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget.views import way_back
from madoguchi.web.desk.grants_ledger import book
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import Ledger
from madoguchi.work.subsidy.releasing import actions
from madoguchi.work.subsidy.releasing import queries as releasing
from madoguchi.work.subsidy.releasing.queries import ReleaseRequest

BUSY, REFUSED = 503, 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Year:
    """A fiscal year that has grants; `lacking`: how many numbers between them nobody has."""

    year: int
    count: int
    lacking: int = 0

    @property
    def name(self) -> str:
        """令和8年度."""
        return wareki_fiscal_year(self.year)


@dataclass(frozen=True)
class Wish:
    """A ledger with names that was asked for; `who` asked, `by` whom it was released."""

    asked: ReleaseRequest
    who: str
    by: str

    @property
    def name(self) -> str:
        return wareki_fiscal_year(self.asked.fiscal_year)

    @property
    def state(self) -> str:
        """The text key of how far it is."""
        if self.asked.used_at:
            code = "taken"
        elif self.asked.may_use:
            code = "yours"
        elif self.asked.may_release:
            code = "waits"
        else:
            code = "released" if self.asked.released_by else "open"
        return f"desk.ledger.asked.{code}"


@require_safe
def ledger(request: DeskRequest) -> HttpResponse:
    """The fiscal years, and the ledgers with names that were asked for."""
    _require_right(request)
    return _page(request)


@require_safe
def workbook(request: DeskRequest, year: int) -> HttpResponse:
    """A fiscal year's ledger without names."""
    _require_year(request, year)
    try:
        found = queries.ledger(request.actor, _at(request), year, now=request.now)
    except Busy:
        return _page(request, busy=True)
    return _saved(request, found)


@require_POST
def ask(request: DeskRequest, year: int) -> HttpResponse:
    """Ask for a ledger with names."""
    _require_year(request, year)
    actions.ask(request.actor, _at(request), year, now=request.now)
    return SeeOther(reverse("grants-ledger"))


def release(request: DeskRequest, release_id: UUID) -> HttpResponse:
    """Release a ledger with names that a colleague asked for."""
    if request.method != "POST":
        return redirect("grants-ledger")
    try:
        actions.release(request.actor, _at(request), release_id, now=request.now)
    except Refused as refused:
        return _page(request, refused)
    return SeeOther(reverse("grants-ledger"))


def take(request: DeskRequest, release_id: UUID) -> HttpResponse:
    """The ledger with names, for who asked for it, once."""
    if request.method != "POST":
        return redirect("grants-ledger")
    try:
        found = actions.take(request.actor, _at(request), release_id, now=request.now)
    except Refused as refused:
        return _page(request, refused)
    except Busy:
        return _page(request, busy=True)
    return _saved(request, found)


def _saved(request: DeskRequest, found: Ledger) -> HttpResponse:
    """The workbook, to be saved; its name says the year alone."""
    made = book.workbook(found, texts_for(request), request.now)
    response = HttpResponse(made, content_type=XLSX)
    name = f"daicho-{found.fiscal_year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _at(request: DeskRequest) -> AtOffice:
    return AtOffice(request.office.id)


def _require_right(request: DeskRequest) -> None:
    """Raise Absent for who may read no ledger."""
    if not rights.may(request.actor.role, "subsidy.ledger", "office"):
        raise Absent


def _require_year(request: DeskRequest, year: int) -> None:
    _require_right(request)
    if year not in queries.years(request.office.id):
        raise Http404


def _page(
    request: DeskRequest, refused: Refused | None = None, *, busy: bool = False
) -> HttpResponse:
    names = {staff.id: staff.name for staff in colleagues(request.office.id, request.now)}
    wishes = tuple(
        Wish(
            asked,
            names.get(asked.asked_by, ""),
            names.get(asked.released_by, "") if asked.released_by else "",
        )
        for asked in releasing.asked(request.actor, _at(request), request.now)
    )
    years = queries.years(request.office.id)
    cards = {
        **way_back(request),
        "years": tuple(Year(year, *counts) for year, counts in years.items()),
        "wishes": wishes,
        "may_ask": rights.may(request.actor.role, "subsidy.names_ask", "office"),
        "grounds": tuple(f"ground.{reason.code}" for reason in refused.reasons) if refused else (),
        "busy": busy,
    }
    status = REFUSED if refused else BUSY if busy else 200
    return render(request, "desk/grants_ledger/page.html", cards, status=status)
