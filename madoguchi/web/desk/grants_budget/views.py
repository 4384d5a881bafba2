"""A fiscal year's budget (予算の控え): opened, changed, compared with the city's accounting."""

import secrets
from collections.abc import Callable
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
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import Choice, Line, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget import figures, law
from madoguchi.web.desk.grants_budget.figures import Compared
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions, queries
from madoguchi.work.subsidy.budget.actions import FARTHEST_YEARS, last_day
from madoguchi.work.subsidy.budget.law import ask_law
from madoguchi.work.subsidy.budget.queries import Books, ChangeCard, Pressing

NUMBER = 100
DOCUMENT = (
    Line("number", required=True, hint=True, limit=NUMBER),
    DayLine("on", required=True, when="near"),
)
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
class Attempt:
    """A form that was submitted and not done, or the comparison that was asked for."""

    form: str = ""
    filled: Filled | None = None
    reasons: tuple[Reason, ...] = ()
    compared: tuple[Compared, ...] = ()
    month: str = ""

    @property
    def status(self) -> int:
        """409 when another was first, 422 when something has to be changed."""
        codes = {reason.code for reason in self.reasons}
        if codes & {"budget.stale", "budget.opened"}:
            return 409
        return 422 if codes else self.filled.status if self.filled else 200

    def filled_as(self, form: str) -> Filled | None:
        """What was typed, where it was in this form."""
        return self.filled if self.form == form else None


@dataclass(frozen=True)
class Changed:
    """A change of the budget; `who` made it."""

    card: ChangeCard
    who: str

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.budget.kind.{self.card.kind}"


@dataclass(frozen=True)
class Ending:
    """A grant for which something is due as the year ends; `by`: until when, in words."""

    card: Pressing
    by: str

    @property
    def state(self) -> str:
        """The text key of its state."""
        return f"desk.grant.state.{self.card.state}"


@require_safe
def newest(request: DeskRequest) -> HttpResponse:
    """The way to the current year."""
    _require_right(request)
    return redirect("grants-budget-year", fiscal_year(request.now.date()))


@require_safe
def budget(request: DeskRequest, year: int) -> HttpResponse:
    _require_year(request, year)
    return _page(request, year)


def _require_right(request: DeskRequest) -> None:
    """Raise Absent for who may not read the books."""
    if not rights.may(request.actor.role, "subsidy.books", "office"):
        raise Absent


def _require_year(request: DeskRequest, year: int) -> None:
    """Raise Http404 for a year of before the office or far ahead."""
    _require_right(request)
    if not FIRST_YEAR <= year <= fiscal_year(request.now.date()) + FARTHEST_YEARS:
        raise Http404


def _read(request: DeskRequest, year: int) -> Books:
    """The year's books.

    Raises:
        Busy: too many others are calculating books.
        Http404: the city has no subsidy.
    """
    version = _terms(request, year).version
    at = AtOffice(request.office.id)
    if version is None:
        return queries.books(request.actor, at, year, now=request.now)
    return queries.books(request.actor, at, year, version.life.stages, now=request.now)


def _terms(request: DeskRequest, year: int) -> Terms:
    """The rules of a fiscal year, as the programme has them.

    Raises:
        Http404: the city has no subsidy.
    """
    if request.programme.subsidy is None:
        raise Http404
    return request.programme.subsidy.terms_on(last_day(year))


def _page(
    request: DeskRequest, year: int, attempt: Attempt | None = None, books: Books | None = None
) -> HttpResponse:
    """The whole page; what was typed stays in its form."""
    attempt, current = attempt or Attempt(), fiscal_year(request.now.date())
    cards: dict[str, object] = {
        **way_back(request),
        "year": year,
        "name": wareki_fiscal_year(year),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year <= current else None,
        "this": current if year != current else None,
        "attempt": attempt,
        "grounds": attempt.reasons,
        "token": secrets.token_hex(16),
    }
    try:
        books = books or _read(request, year)
    except Busy:
        return render(request, "desk/grants_budget/page.html", cards, status=BUSY)
    cards |= _figures(request, books) | _forms(request, books, attempt)
    return render(request, "desk/grants_budget/page.html", cards, status=attempt.status)


def _figures(request: DeskRequest, books: Books) -> dict[str, object]:
    words = texts_for(request)
    names = {staff.id: staff.name for staff in colleagues(request.office.id, request.now)}
    is_current = books.fiscal_year == fiscal_year(request.now.date())  # the public reads no other
    public = f"desk.budget.standing.{books.year.standing}" if books.year and is_current else ""
    return {
        "books": books,
        "standing": public,
        "terms": f"desk.budget.terms.{books.year.terms}" if books.year else "",
        "columns": tuple(f"desk.budget.column.{name}" for name in figures.COLUMNS),
        "rows": figures.months(books, words),
        "changes": tuple(Changed(card, names.get(card.staff_id, "")) for card in books.changes),
        "endings": tuple(
            Ending(card, Formatter(words).day(card.clock.by)) for card in books.pressing
        ),
    }


def _forms(request: DeskRequest, books: Books, attempt: Attempt) -> dict[str, object]:
    """The forms that this colleague may use on this year.

    Of a new year the threshold is offered as the cap of one grant. That last year's terms still
    hold is for somebody to say who has looked: it is never chosen before.
    """
    may, today = rights.may(request.actor.role, "subsidy.budget", "office"), request.now.date()
    near = abs(books.fiscal_year - fiscal_year(today)) <= FARTHEST_YEARS
    year, words = books.year, texts_for(request)
    opening: object = may and near and year is None
    if opening:
        terms = _terms(request, books.fiscal_year)
        cap = getattr(terms.version.amount.cap, "cap_yen", 0) if terms.version else 0
        known = {
            "terms": ["new"] if terms.state == "known" else [],
            "on": [wareki(today)],
            "warn_below": [f"{cap:,}"],
        }
        opening = attempt.filled_as("open") or OPEN.show(known)
    typed = attempt.filled_as("law")
    of_law = law.card(
        request, books.fiscal_year, _terms(request, books.fiscal_year).version, typed, may=may
    )
    changing, comparing = None, None
    if year and may:
        known = {
            "budget": [f"{year.budget_yen:,}"],
            "on": [wareki(today)],
            "warn_below": [f"{year.warn_below_yen:,}"],
        }
        changing = attempt.filled_as("change") or CHANGE.show(known)
    if year:
        last = f"{max(books.months):%Y-%m}"
        comparing = attempt.filled_as("compare") or _compare_form(books).show({"month": [last]})
    return {
        "opening": opening,
        "changing": changing,
        "comparing": comparing,
        "law": of_law,
        "months": tuple(
            (f"{month:%Y-%m}", figures.month_name(month, words)) for month in books.months
        ),
    }


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
        actions.open_year(
            request.actor,
            AtOffice(request.office.id),
            opening,
            _document(filled),
            subsidy,
            now=request.now,
            idempotency_key=key,
        )

    return _press(request, year, "open", OPEN, do)


def change(request: DeskRequest, year: int) -> HttpResponse:

    def do(filled: Filled, key: str) -> None:
        typed = request.POST.get("revision", "")
        actions.change_budget(
            request.actor,
            AtOffice(request.office.id),
            year,
            int(typed) if typed.isascii() and typed.isdecimal() else NO_REVISION,
            actions.Change(filled.value("how"), filled.value("budget"), filled.value("warn_below")),
            _document(filled),
            now=request.now,
            idempotency_key=key,
        )

    return _press(request, year, "change", CHANGE, do)


def law_(request: DeskRequest, year: int) -> HttpResponse:
    version = _terms(request, year).version
    if version is None:
        raise Http404

    def do(filled: Filled, key: str) -> None:
        typed = law.typed(year, version, filled)
        at = AtOffice(request.office.id)
        ask_law(request.actor, at, typed, now=request.now, idempotency_key=key)
        forget_proposed(request.office.id)

    return _press(request, year, "law", law.form(version), do)


def _press(
    request: DeskRequest, year: int, name: str, form: Form, do: Callable[[Filled, str], None]
) -> HttpResponse:
    """Check the form and do it once; then the page, or the page with what has to be changed."""
    address = reverse("grants-budget-year", args=[year])
    if request.method != "POST":
        return redirect(address)
    _require_year(request, year)
    typed = form.take(request.POST)
    key = submission_key(request, f"budget/{year}/{name}", typed)
    if done_before(request.actor, VERB, key):
        return SeeOther(address)
    filled = dated(form.check(typed), request.now.date())
    if not filled.ok:
        return _page(request, year, Attempt(name, filled))
    try:
        do(filled, key)
    except Refused as refused:
        return _page(request, year, Attempt(name, filled, refused.reasons))
    return SeeOther(address)


def _document(filled: Filled) -> actions.Document:
    return actions.Document(filled.value("number"), filled.value("on"))


def compare(request: DeskRequest, year: int) -> HttpResponse:
    """The page with both figures, or both as a workbook; nothing of what was typed is kept."""
    address = reverse("grants-budget-year", args=[year])
    if request.method != "POST":
        return redirect(address)
    _require_year(request, year)
    try:
        books = _read(request, year)
    except Busy:
        return _page(request, year)
    if books.year is None:
        return redirect(address)
    form = _compare_form(books)
    filled = form.check(form.take(request.POST))
    if not filled.ok:
        return _page(request, year, Attempt("compare", filled), books)
    month = date.fromisoformat(f"{filled.value('month')}-01")
    typed = {name: filled.value(name) for name in FIGURES}
    theirs = {name: None if yen == "" else yen for name, yen in typed.items()}
    compared = figures.compared(figures.ours(books, month), theirs)
    words = texts_for(request)
    month_name = figures.month_name(month, words)
    if request.POST.get("do") != "save":
        attempt = Attempt("compare", filled, compared=compared, month=month_name)
        return _page(request, year, attempt, books)
    title = words.get("desk.budget.sheet", period=wareki_fiscal_year(year)).words
    rows = figures.months(books, words)
    content = figures.workbook(title, rows, compared, month_name, words, request.now)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="yosan-{year}.xlsx"'
    return response


def way_back(request: DeskRequest) -> dict[str, str]:
    """Where the page belongs: to the list of grants, or for an auditor to the audit."""
    if rights.may(request.actor.role, "grant.list", "office"):
        return {"page": "grants", "to_list": "grants", "to_list_key": "desk.menu.grants"}
    audit = {"page": "grants-audit", "to_list": "grants-audit"}
    return {**audit, "to_list_key": "desk.menu.grants_audit"}


def _compare_form(books: Books) -> Form:
    """The accounting's totals at the end of a month; any of them may be left out."""
    months = tuple(f"{month:%Y-%m}" for month in books.months)
    month = Choice("month", required=True, options=months)
    return Form("desk.budget.compare", (month, *(Yen(name, width="middle") for name in FIGURES)))


urlpatterns = [
    path("grants/budget/", newest, name="grants-budget"),
    path("grants/budget/<int:year>/", budget, name="grants-budget-year"),
    path("grants/budget/<int:year>/open/", open_, name="grants-budget-open"),
    path("grants/budget/<int:year>/change/", change, name="grants-budget-change"),
    path("grants/budget/<int:year>/law/", law_, name="grants-budget-law"),
    path("grants/budget/<int:year>/compare/", compare, name="grants-budget-compare"),
]
