"""A month's or a fiscal year's sheet, the list behind each number, settling and publishing."""

import secrets

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.figures.tally import TABLES
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.reports import book
from madoguchi.web.desk.reports.tables import (
    OF_TIMES,
    Period,
    Table,
    month_tables,
    period_of,
    read_period,
    year_tables,
)
from madoguchi.web.kit.answers import row_key, table_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions, public, queries
from madoguchi.work.reports.counting.queries import needs_of
from madoguchi.work.reports.queries import Report

BUSY, REFUSED = 503, 422
HOW = (
    "person",
    "contact",
    "not_counted",
    "kind",
    "referral",
    "clinic",
    "grant",
    "settled",
    "published",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def newest(request: DeskRequest) -> HttpResponse:
    """The way to the month that is running."""
    return redirect("report", period_of(request.now.date().replace(day=1)))


@require_safe
def sheet(request: DeskRequest, said: str) -> HttpResponse:
    return _page(request, _period(request, said))


@require_safe
def workbook(request: DeskRequest, said: str) -> HttpResponse:
    of = _period(request, said)
    try:
        read = _read(request, of)
    except Busy:
        return _page(request, of, busy=True)
    words = words_for(request)
    title = words.get("desk.reports.of", period=of.name(words)).words
    made = book.workbook(title, _tables(request, of, read), words, request.now)
    answer = HttpResponse(made, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="shukei-{of}.xlsx"'
    return answer


@require_safe
def people(request: DeskRequest, said: str, table: str, row: str) -> HttpResponse:
    """The cases behind a number, as far as the colleague may know of them."""
    of = _period(request, said)
    if row not in OF_TIMES.get(table, TABLES.get(table, ())):
        raise Http404
    try:
        found = queries.people(
            request.actor,
            AtOffice(request.office.id),
            (table, row),
            frozenset(of.months),
            needs_of(request.programme.agencies),
            now=request.now,
        )
    except Busy:
        return _page(request, of, busy=True)
    shown = {
        "page": "reports",
        "period": of,
        "name": of.name(words_for(request)),
        "table": table_key(table),
        "row": row_key(table, row),
        "found": found,
        "rows": tuple((card, f"state.desk.{card.state}") for card in found.cards),
        "most": queries.MOST_PEOPLE,
    }
    return render(request, "desk/reports/people.html", shown)


@require_POST
def settle(request: DeskRequest, said: str) -> HttpResponse:
    """Make a month's numbers stand."""
    of = _period(request, said)
    if of.month is None:
        raise Http404
    needs = needs_of(request.programme.agencies)
    idempotency_key = f"{request.actor.staff_id}/{request.POST.get('token', '')}"[:64]
    try:
        actions.settle(
            request.actor,
            request.office.id,
            of.month,
            needs,
            now=request.now,
            idempotency_key=idempotency_key,
        )
    except Refused as refused:
        return _page(request, of, refused)
    except Busy:
        return _page(request, of, busy=True)
    return SeeOther(reverse("report", args=[of]))


@require_POST
def publish(request: DeskRequest, said: str) -> HttpResponse:
    """Show the public a copy of the period."""
    of, at = _period(request, said), AtOffice(request.office.id)
    try:
        if of.month is None:
            actions.publish_year(request.actor, at, of.year, now=request.now)
        else:
            actions.publish_month(request.actor, at, of.month, now=request.now)
    except Refused as refused:
        return _page(request, of, refused)
    return SeeOther(reverse("report", args=[of]))


def _period(request: DeskRequest, said: str) -> Period:
    """The period of the address; for who may not count, nothing is there."""
    if not rights.may(request.actor.role, "report.read", "office"):
        raise Absent
    found = read_period(said, request.now.date())
    if found is None:
        raise Http404
    return found


def _read(request: DeskRequest, of: Period) -> Report:
    at, needs = AtOffice(request.office.id), needs_of(request.programme.agencies)
    if of.month is None:
        return queries.year(request.actor, at, of.year, needs, now=request.now)
    return queries.month(request.actor, at, of.month, needs, now=request.now)


def _tables(request: DeskRequest, of: Period, read: Report) -> tuple[Table, ...]:
    tables = month_tables if of.month else year_tables
    return tables(read, of, words_for(request))


def _page(
    request: DeskRequest, of: Period, refused: Refused | None = None, *, busy: bool = False
) -> HttpResponse:
    words, today = words_for(request), request.now.date()
    try:
        read = None if busy else _read(request, of)
    except Busy:
        read = None
    copies = public.copies(request.office.id)
    shown = {
        "page": "reports",
        "period": of,
        "name": of.name(words),
        "read": read,
        "tables": _tables(request, of, read) if read else (),
        "before": of.before if read and of.before.months[-1] >= read.since else None,
        "after": of.after if of.after.begun(today) else None,
        "newest": period_of(today.replace(day=1)),
        "over": all(not actions.month_is_open(month, request.now) for month in of.months),
        "published": next(
            (one for one in copies if (one.fiscal_year, one.month) == (of.year, of.month)), None
        ),
        "may_settle": rights.may(request.actor.role, "report.settle", "office"),
        "may_publish": rights.may(request.actor.role, "report.publish", "office"),
        "grounds": tuple(f"ground.{reason.code}" for reason in refused.reasons) if refused else (),
        "how": tuple(f"desk.reports.rule.{name}" for name in HOW),
        "token": secrets.token_hex(8),
    }
    status = REFUSED if refused else 200 if read else BUSY
    return render(request, "desk/reports/page.html", shown, status=status)


urlpatterns = [
    path("reports/", newest, name="reports"),
    path("reports/<str:said>/", sheet, name="report"),
    path("reports/<str:said>.xlsx", workbook, name="report-workbook"),
    path("reports/<str:said>/settle/", settle, name="report-settle"),
    path("reports/<str:said>/publish/", publish, name="report-publish"),
    path("reports/<str:said>/<str:table>/<str:row>/", people, name="report-people"),
]
