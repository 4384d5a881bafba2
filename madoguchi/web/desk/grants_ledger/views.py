"""The ledgers of the fiscal years: one press saves a workbook; with names it takes two people."""

from collections.abc import Mapping
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
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import Ledger
from madoguchi.work.subsidy.releasing import actions
from madoguchi.work.subsidy.releasing import queries as releasing
from madoguchi.work.subsidy.releasing.queries import Asked

BUSY, REFUSED = 503, 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Year:
    """A fiscal year that has grants."""

    year: int
    count: int
    lacking: int = 0

    @property
    def name(self) -> str:
        """令和8年度."""
        return wareki_fiscal_year(self.year)


@dataclass(frozen=True)
class Wish:
    """A ledger with names that was asked for, in words."""

    asked: Asked
    who: str
    by: str

    @property
    def name(self) -> str:
        return wareki_fiscal_year(self.asked.fiscal_year)

    @property
    def state(self) -> str:
        """The text key of how far it is."""
        return f"desk.ledger.asked.{self._state}"

    @property
    def _state(self) -> str:
        if self.asked.used_at:
            return "taken"
        if self.asked.may_use:
            return "yours"
        if self.asked.may_release:
            return "waits"
        return "released" if self.asked.released_by else "open"


@require_safe
def ledger(request: DeskRequest) -> HttpResponse:
    """The fiscal years, and the ledgers with names that were asked for."""
    _must(request)
    return _page(request)


@require_safe
def workbook(request: DeskRequest, year: int) -> HttpResponse:
    """A fiscal year's ledger without names."""
    _known(request, year)
    try:
        found = queries.ledger(request.actor, _at(request), year, now=request.now)
    except Busy:
        return _page(request, busy=True)
    return saved(request, found)


@require_POST
def ask(request: DeskRequest, year: int) -> HttpResponse:
    """Ask for a ledger with names."""
    _known(request, year)
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
    return saved(request, found)


def saved(request: DeskRequest, found: Ledger) -> HttpResponse:
    """The workbook, to be saved; its name says the year alone."""
    made = book.workbook(found, words_for(request), request.now)
    answer = HttpResponse(made, content_type=XLSX)
    name = f"daicho-{found.fiscal_year}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _at(request: DeskRequest) -> AtOffice:
    return AtOffice(request.office.id)


def _must(request: DeskRequest) -> None:
    """For who reads no ledger, nothing is there."""
    if not rights.may(request.actor.role, "subsidy.ledger", "office"):
        raise Absent


def _known(request: DeskRequest, year: int) -> None:
    _must(request)
    if year not in queries.years(request.office.id):
        raise Http404


def _page(
    request: DeskRequest, refused: Refused | None = None, *, busy: bool = False
) -> HttpResponse:
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    asked = releasing.asked(request.actor, _at(request), request.now)
    shown = {
        "years": tuple(Year(year, *of) for year, of in queries.years(request.office.id).items()),
        "wishes": tuple(_wish(one, names) for one in asked),
        "may_ask": rights.may(request.actor.role, "subsidy.names_ask", "office"),
        "grounds": tuple(f"ground.{reason.code}" for reason in refused.reasons) if refused else (),
        "busy": busy,
    }
    status = REFUSED if refused else BUSY if busy else 200
    shown |= way_back(request)
    return render(request, "desk/grants_ledger/page.html", shown, status=status)


def _wish(one: Asked, names: Mapping[UUID, str]) -> Wish:
    by = names.get(one.released_by, "") if one.released_by else ""
    return Wish(one, names.get(one.asked_by, ""), by)
