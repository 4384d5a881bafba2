"""The books beside the city's own accounting (突合): typed figures, what differs, as a workbook."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.tools.vault.lane import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget import book, cards, forms, views
from madoguchi.web.desk.grants_budget.views import Tried
from madoguchi.web.kit.reading import words_for
from madoguchi.work.subsidy.budget.queries import Books

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def compare(request: DeskRequest, year: int) -> HttpResponse:
    """The page with both figures, or both as a workbook; nothing of what was typed is kept."""
    if request.method != "POST":
        return redirect(reverse("grants-budget-year", args=[year]))
    views.known(request, year)
    try:
        books = views.read(request, year)
    except Busy:
        return views.page(request, year)
    if books.year is None:
        return redirect(reverse("grants-budget-year", args=[year]))
    return _compared(request, books)


def _compared(request: DeskRequest, books: Books) -> HttpResponse:
    form = forms.compare(f"{month:%Y-%m}" for month in books.months)
    filled = form.check(form.take(request.POST))
    if not filled.ok:
        return views.page(request, books.fiscal_year, Tried("compare", filled), books)
    month = date.fromisoformat(f"{filled.value('month')}-01")
    theirs = {name: filled.value(name) for name in forms.FIGURES}
    typed = {name: None if yen == "" else yen for name, yen in theirs.items()}
    found = cards.compared(cards.ours(books, month), typed)
    name = cards.month_name(month, words_for(request))
    if request.POST.get("do") != "save":
        tried = Tried("compare", filled, compared=found, month=name)
        return views.page(request, books.fiscal_year, tried, books)
    return _saved(request, books, found, name)


def _saved(
    request: DeskRequest, books: Books, found: tuple[cards.Compared, ...], month: str
) -> HttpResponse:
    words, year = words_for(request), wareki_fiscal_year(books.fiscal_year)
    title = words.get("desk.budget.sheet", period=year).words
    content = book.workbook(title, cards.months(books, words), found, month, words, request.now)
    answer = HttpResponse(content, content_type=XLSX)
    name = f"yosan-{books.fiscal_year}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
