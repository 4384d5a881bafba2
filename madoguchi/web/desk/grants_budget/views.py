"""A fiscal year's budget at the desk (予算の控え): figures, changes, months, the year's end."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Ground
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.lane import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget import cards, forms
from madoguchi.web.desk.grants_budget.back import way_back
from madoguchi.web.desk.grants_budget.cards import Compared
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import queries
from madoguchi.work.subsidy.budget.actions import FARTHEST_YEARS, last_day
from madoguchi.work.subsidy.budget.queries import Books, ChangeCard, Pressing

FIRST_YEAR = 2020
BUSY = 503


@dataclass(frozen=True)
class Tried:
    """A form that was sent and not done, or the comparison that was asked for."""

    form: str = ""
    filled: Filled | None = None
    grounds: tuple[Ground, ...] = ()
    compared: tuple[Compared, ...] = ()
    month: str = ""

    @property
    def status(self) -> int:
        """409 when another was first, 422 when something has to be changed."""
        codes = {ground.code for ground in self.grounds}
        if codes & {"budget.stale", "budget.opened"}:
            return 409
        return 422 if codes else self.filled.status if self.filled else 200


@dataclass(frozen=True)
class Changed:
    """A change of the budget in words."""

    card: ChangeCard
    key: str
    who: str


@dataclass(frozen=True)
class Ending:
    """A grant at which the year's end presses, in words."""

    card: Pressing
    state: str
    by: str


@require_safe
def newest(request: DeskRequest) -> HttpResponse:
    """The way to the year that is running."""
    must(request)
    return redirect("grants-budget-year", fiscal_year(request.now.date()))


@require_safe
def budget(request: DeskRequest, year: int) -> HttpResponse:
    """One year."""
    known(request, year)
    return page(request, year)


def must(request: DeskRequest) -> None:
    """For who may not read the books, nothing is there."""
    if not rights.may(request.actor.role, "subsidy.books", "office"):
        raise Absent


def known(request: DeskRequest, year: int) -> None:
    """A year of the office's life, for who may read the books."""
    must(request)
    if not FIRST_YEAR <= year <= fiscal_year(request.now.date()) + FARTHEST_YEARS:
        raise Http404


def read(request: DeskRequest, year: int) -> Books:
    """The year's books.

    Raises:
        Busy: others reckon.
    """
    version = terms(request, year).version
    at = AtOffice(request.office.id)
    if version is None:
        return queries.books(request.actor, at, year, now=request.now)
    return queries.books(request.actor, at, year, version.life.stages, now=request.now)


def terms(request: DeskRequest, year: int) -> Terms:
    """The rules of a fiscal year, as the programme has them.

    Raises:
        Http404: the city has no subsidy.
    """
    if request.programme.subsidy is None:
        raise Http404
    return request.programme.subsidy.terms_on(last_day(year))


def page(
    request: DeskRequest, year: int, tried: Tried | None = None, books: Books | None = None
) -> HttpResponse:
    """The whole page; what was typed stays in its form."""
    tried, today = tried or Tried(), request.now.date()
    shown: dict[str, object] = {
        **way_back(request),
        "year": year,
        "name": wareki_fiscal_year(year),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year <= fiscal_year(today) else None,
        "this": fiscal_year(today) if year != fiscal_year(today) else None,
        "tried": tried,
        "grounds": tuple((ground.code, dict(ground.values)) for ground in tried.grounds),
        "token": secrets.token_hex(16),
    }
    try:
        books = books or read(request, year)
    except Busy:
        return render(request, "desk/grants_budget/page.html", shown, status=BUSY)
    shown |= _books(request, books) | _forms(request, books, tried)
    return render(request, "desk/grants_budget/page.html", shown, status=tried.status)


def _books(request: DeskRequest, books: Books) -> dict[str, object]:
    words = words_for(request)
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    reading = Reading(words)
    return {
        "books": books,
        "standing": _standing(request, books),
        "terms": f"desk.budget.terms.{books.year.terms}" if books.year else "",
        "columns": tuple(f"desk.budget.column.{name}" for name in cards.COLUMNS),
        "rows": cards.months(books, words),
        "changes": tuple(
            Changed(card, f"desk.budget.kind.{card.kind}", names.get(card.staff_id, ""))
            for card in books.changes
        ),
        "endings": tuple(
            Ending(card, f"desk.grant.state.{card.state}", reading.day(card.clock.by))
            for card in books.pressing
        ),
    }


def _standing(request: DeskRequest, books: Books) -> str:
    """The key of what the public reads; of another year than today's it reads nothing."""
    now = books.fiscal_year == fiscal_year(request.now.date())
    return f"desk.budget.standing.{books.year.standing}" if books.year and now else ""


def _forms(request: DeskRequest, books: Books, tried: Tried) -> dict[str, object]:
    """The forms that this colleague may use on this year."""
    may, today = rights.may(request.actor.role, "subsidy.budget", "office"), request.now.date()
    near = abs(books.fiscal_year - fiscal_year(today)) <= FARTHEST_YEARS
    opens = may and near and books.year is None
    return {
        "opening": opens and (_tried(tried, "open") or _opening(request, books.fiscal_year)),
        "changing": may
        and books.year
        and (_tried(tried, "change") or forms.CHANGE.show(forms.as_changed(books.year, today))),
        "comparing": books.year and (_tried(tried, "compare") or _comparing(books)),
        "months": tuple((f"{month:%Y-%m}", name) for month, name in _named(request, books)),
        "address": reverse("grants-budget-year", args=[books.fiscal_year]),
    }


def _tried(tried: Tried, form: str) -> Filled | None:
    return tried.filled if tried.form == form else None


def _opening(request: DeskRequest, year: int) -> Filled:
    return forms.OPEN.show(forms.as_opened(terms(request, year), request.now.date()))


def _comparing(books: Books) -> Filled:
    last = f"{max(books.months):%Y-%m}"
    return forms.compare(f"{month:%Y-%m}" for month in books.months).show({"month": [last]})


def _named(request: DeskRequest, books: Books) -> tuple[tuple[date, str], ...]:
    words = words_for(request)
    return tuple((month, cards.month_name(month, words)) for month in books.months)
