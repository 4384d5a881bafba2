"""A fiscal year's budget (予算の控え): opened, changed, compared with the city's accounting."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import Choice, Line, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget import figures
from madoguchi.web.desk.grants_budget.figures import Compared
from madoguchi.web.desk.settings.kinds import DayLine
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions, queries
from madoguchi.work.subsidy.budget.actions import FARTHEST_YEARS, last_day
from madoguchi.work.subsidy.budget.queries import Books, ChangeCard, Pressing, YearCard

type Typed = dict[str, list[str]]
NUMBER = 100
DOCUMENT = (Line("number", required=True, hint=True, limit=NUMBER), DayLine("on", required=True))
WARN = Yen("warn_below", required=True, hint=True, width="middle")
OPEN = Form(
    "desk.budget.open",
    (
        Yen("budget", required=True, width="middle"),
        Line("section", hint=True),
        Choice("terms", required=True, hint=True, options=("new", "same")),
        *DOCUMENT,
        WARN,
    ),
)
CHANGE = Form(
    "desk.budget.change",
    (
        Choice("how", required=True, options=("supplement", "transfer", "correction")),
        Yen("budget", required=True, hint=True, width="middle"),
        *DOCUMENT,
        WARN,
    ),
)
FIGURES = ("voted", "committed", "paid", "repaid", "left")
FIRST_YEAR = 2020
BUSY = 503
VERB = "subsidy.budget"
NO_REVISION = -1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Tried:
    """A form that was sent and not done, or the comparison that was asked for."""

    form: str = ""
    filled: Filled | None = None
    grounds: tuple[Reason, ...] = ()
    compared: tuple[Compared, ...] = ()
    month: str = ""

    @property
    def status(self) -> int:
        """409 when another was first, 422 when something has to be changed."""
        codes = {reason.code for reason in self.grounds}
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
        "grounds": tried.grounds,
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
    reading = Formatter(words)
    return {
        "books": books,
        "standing": _standing(request, books),
        "terms": f"desk.budget.terms.{books.year.terms}" if books.year else "",
        "columns": tuple(f"desk.budget.column.{name}" for name in figures.COLUMNS),
        "rows": figures.months(books, words),
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
        "opening": opens
        and (
            _tried(tried, "open") or OPEN.show(as_opened(terms(request, books.fiscal_year), today))
        ),
        "changing": may
        and books.year
        and (_tried(tried, "change") or CHANGE.show(as_changed(books.year, today))),
        "comparing": books.year and (_tried(tried, "compare") or _comparing(books)),
        "months": tuple((f"{month:%Y-%m}", name) for month, name in _named(request, books)),
        "address": reverse("grants-budget-year", args=[books.fiscal_year]),
    }


def _tried(tried: Tried, form: str) -> Filled | None:
    return tried.filled if tried.form == form else None


def _comparing(books: Books) -> Filled:
    last = f"{max(books.months):%Y-%m}"
    return compare_form(f"{month:%Y-%m}" for month in books.months).show({"month": [last]})


def _named(request: DeskRequest, books: Books) -> tuple[tuple[date, str], ...]:
    words = words_for(request)
    return tuple((month, figures.month_name(month, words)) for month in books.months)


def open_(request: DeskRequest, year: int) -> HttpResponse:

    def do(filled: Filled, key: str) -> None:
        subsidy = request.programme.subsidy
        if subsidy is None:
            raise Http404
        opening = actions.Opening(
            year,
            filled.value("budget"),
            filled.value("section"),
            filled.value("warn_below"),
            filled.value("terms"),
        )
        at, now = AtOffice(request.office.id), request.now
        told = (opening, _document(filled), subsidy)
        actions.open_year(request.actor, at, *told, now=now, idempotency_key=key)

    return _press(request, year, "open", OPEN, do)


def change(request: DeskRequest, year: int) -> HttpResponse:

    def do(filled: Filled, key: str) -> None:
        budget, warn = filled.value("budget"), filled.value("warn_below")
        told = actions.Change(filled.value("how"), budget, warn)
        at, now = AtOffice(request.office.id), request.now
        revision = _revision(request.POST.get("revision", ""))
        document = _document(filled)
        actions.change_budget(
            request.actor, at, year, revision, told, document, now=now, idempotency_key=key
        )

    return _press(request, year, "change", CHANGE, do)


def _press(
    request: DeskRequest, year: int, name: str, form: Form, do: Callable[[Filled, str], None]
) -> HttpResponse:
    """What was typed is checked and done once; then the page, or the page with what to change."""
    address = reverse("grants-budget-year", args=[year])
    if request.method != "POST":
        return redirect(address)
    known(request, year)
    typed = form.take(request.POST)
    key = submission_key(request, f"budget/{year}/{name}", typed)
    if done_before(request.actor, VERB, key):
        return SeeOther(address)
    filled = form.check(typed)
    if not filled.ok:
        return page(request, year, Tried(name, filled))
    try:
        do(filled, key)
    except Refused as refused:
        return page(request, year, Tried(name, filled, refused.reasons))
    return SeeOther(address)


def _document(filled: Filled) -> actions.Document:
    return actions.Document(filled.value("number"), date.fromisoformat(filled.value("on")))


def _revision(said: str) -> int:
    """The revision that the page was drawn with; none of a budget where it says nothing."""
    return int(said) if said.isascii() and said.isdecimal() else NO_REVISION


def compare(request: DeskRequest, year: int) -> HttpResponse:
    """The page with both figures, or both as a workbook; nothing of what was typed is kept."""
    if request.method != "POST":
        return redirect(reverse("grants-budget-year", args=[year]))
    known(request, year)
    try:
        books = read(request, year)
    except Busy:
        return page(request, year)
    if books.year is None:
        return redirect(reverse("grants-budget-year", args=[year]))
    return _compared(request, books)


def _compared(request: DeskRequest, books: Books) -> HttpResponse:
    form = compare_form(f"{month:%Y-%m}" for month in books.months)
    filled = form.check(form.take(request.POST))
    if not filled.ok:
        return page(request, books.fiscal_year, Tried("compare", filled), books)
    month = date.fromisoformat(f"{filled.value('month')}-01")
    theirs = {name: filled.value(name) for name in FIGURES}
    typed = {name: None if yen == "" else yen for name, yen in theirs.items()}
    found = figures.compared(figures.ours(books, month), typed)
    name = figures.month_name(month, words_for(request))
    if request.POST.get("do") != "save":
        tried = Tried("compare", filled, compared=found, month=name)
        return page(request, books.fiscal_year, tried, books)
    return _saved(request, books, found, name)


def _saved(
    request: DeskRequest, books: Books, found: tuple[figures.Compared, ...], month: str
) -> HttpResponse:
    words, year = words_for(request), wareki_fiscal_year(books.fiscal_year)
    title = words.get("desk.budget.sheet", period=year).words
    content = figures.workbook(
        title, figures.months(books, words), found, month, words, request.now
    )
    answer = HttpResponse(content, content_type=XLSX)
    name = f"yosan-{books.fiscal_year}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def way_back(request: DeskRequest) -> dict[str, str]:
    """Where the page belongs: to the list of grants, or for an auditor to the audit."""
    if rights.may(request.actor.role, "grant.list", "office"):
        return {"page": "grants", "to_list": "grants", "to_list_key": "desk.menu.grants"}
    audit = {"page": "grants-audit", "to_list": "grants-audit"}
    return {**audit, "to_list_key": "desk.menu.grants_audit"}


def compare_form(months: Iterable[str]) -> Form:
    """The accounting's totals at the end of a month; any of them may be left out."""
    month = Choice("month", required=True, options=tuple(months))
    return Form("desk.budget.compare", (month, *(Yen(name, width="middle") for name in FIGURES)))


def as_opened(terms: Terms, today: date) -> Typed:
    """The form of a new year, as far as it is known: the threshold is the cap of one grant.

    That last year's terms still hold, somebody says who has looked: it is never chosen before.
    """
    cap = getattr(terms.version.amount.cap, "cap_yen", 0) if terms.version else 0
    return {
        "terms": ["new"] if terms.state == "known" else [],
        "on": [wareki(today)],
        "warn_below": [f"{cap:,}"],
    }


def as_changed(year: YearCard, today: date) -> Typed:
    """The form of a change, with what stands now."""
    return {
        "budget": [f"{year.budget_yen:,}"],
        "on": [wareki(today)],
        "warn_below": [f"{year.warn_below_yen:,}"],
    }


urlpatterns = [
    path("grants/budget/", newest, name="grants-budget"),
    path("grants/budget/<int:year>/", budget, name="grants-budget-year"),
    path("grants/budget/<int:year>/open/", open_, name="grants-budget-open"),
    path("grants/budget/<int:year>/change/", change, name="grants-budget-change"),
    path("grants/budget/<int:year>/compare/", compare, name="grants-budget-compare"),
]
