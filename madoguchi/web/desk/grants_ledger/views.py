"""The ledgers of the fiscal years, saved as workbook or CSV.

Names come by right; addresses and telephones take two people.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.steps.proposal import Outcome
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.grants_budget.views import way_back
from madoguchi.web.desk.grants_ledger import book
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.notices.proposals import ProposalCard
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import Ledger
from madoguchi.work.subsidy.releasing import actions
from madoguchi.work.subsidy.releasing.actions import KIND

BUSY, REFUSED, SHOWN = 503, 422, 20
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


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
    """A ledger with addresses that was asked for; `who` asked, `by` whom it was signed or not.

    `shown`: what is signed, as the page sends it back.
    """

    id: UUID
    year: int
    at: datetime
    who: str
    by: str
    code: str
    shown: str

    @property
    def name(self) -> str:
        return wareki_fiscal_year(self.year)

    @property
    def state(self) -> str:
        """The text key of how far it is."""
        return f"desk.ledger.asked.{self.code}"


@require_safe
def ledger(request: DeskRequest) -> HttpResponse:
    """The fiscal years, and the ledgers with addresses that were asked for."""
    _require_right(request)
    return _page(request)


@require_safe
def save(request: DeskRequest, year: int, kind: str) -> HttpResponse:
    """A fiscal year's ledger; `names`, `all` and `days` of the address say what of it, and how."""
    _require_year(request, year)
    names = "names" in request.GET
    try:
        found = queries.ledger(request.actor, _at(request), year, names=names, now=request.now)
    except Busy:
        return _page(request, busy=True)
    return _saved(request, found, kind)


@require_POST
def ask(request: DeskRequest, year: int) -> HttpResponse:
    """Ask for a ledger with addresses and telephones."""
    _require_year(request, year)
    try:
        actions.ask(request.actor, _at(request), year, now=request.now)
    except Refused as refused:
        return _page(request, refused)
    forget_proposed(request.office.id)
    return go_on(request, reverse("grants-ledger"), "desk.done.asked")


def take(request: DeskRequest, request_id: UUID) -> HttpResponse:
    """The ledger with addresses and telephones, for who asked for it, once."""
    if request.method != "POST":
        return redirect("grants-ledger")
    try:
        found = actions.take(request.actor, _at(request), request_id, now=request.now)
    except Refused as refused:
        return _page(request, refused)
    except Busy:
        return _page(request, busy=True)
    return _saved(request, found, "xlsx", whole=True)


def _saved(request: DeskRequest, found: Ledger, kind: str, *, whole: bool = False) -> HttpResponse:
    """The ledger, to be saved; its name says the year alone."""
    days: book.Days = "iso" if request.GET.get("days") == "iso" else "wareki"
    words, whole = texts_for(request), whole or "all" in request.GET
    if kind == "csv":
        made = book.table(found, words, days)
    else:
        made = book.workbook(found, words, request.now, whole=whole, days=days)
    response = HttpResponse(made, content_type=TYPES[kind])
    name = f"daicho-{found.fiscal_year}.{kind}"
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
    may_ask = rights.may(request.actor.role, "subsidy.names_ask", "office")
    asked = proposals.of_kinds(request.office.id, KIND)[:SHOWN] if may_ask else ()
    wishes = tuple(
        Wish(
            card.id,
            int(card.change["fiscal_year"]),
            card.at,
            names.get(card.staff_id, ""),
            names.get(card.ended_by, "") if card.ended_by else "",
            _state(request, card),
            card.mark,
        )
        for card in asked
    )
    years = queries.years(request.office.id)
    cards = {
        **way_back(request),
        "years": tuple(Year(year, *counts) for year, counts in years.items()),
        "wishes": wishes,
        "may_ask": may_ask,
        "may_name": rights.may(request.actor.role, "subsidy.ledger_names", "office"),
        "grounds": tuple(f"ground.{reason.code}" for reason in refused.reasons) if refused else (),
        "busy": busy,
    }
    status = REFUSED if refused else BUSY if busy else 200
    return render(request, "desk/grants_ledger/page.html", cards, status=status)


def _state(request: DeskRequest, card: ProposalCard) -> str:
    """How far a request is for this colleague."""
    if card.outcome == Outcome.OPEN:
        return "open" if card.staff_id == request.actor.staff_id else "waits"
    if card.outcome == Outcome.CONFIRMED:
        return "yours" if card.usable(request.actor, request.now) else "released"
    return "taken" if card.outcome == Outcome.USED else "dropped"
