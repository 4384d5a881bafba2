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
from madoguchi.web.kit.formatting import key_of, texts_for
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
    """To the current month."""
    return redirect("report", period_of(request.now.date().replace(day=1)))


@require_safe
def sheet(request: DeskRequest, name: str) -> HttpResponse:
    return _page(request, _period(request, name))


@require_safe
def workbook(request: DeskRequest, name: str) -> HttpResponse:
    period = _period(request, name)
    try:
        read = _read(request, period)
    except Busy:
        return _page(request, period, busy=True)
    words = texts_for(request)
    title = words.get("desk.reports.of", period=period.name(words)).words
    made = book.workbook(title, _tables(request, period, read), words, request.now)
    answer = HttpResponse(made, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="shukei-{period}.xlsx"'
    return answer


@require_safe
def people(request: DeskRequest, name: str, table: str, row: str) -> HttpResponse:
    """The cases behind a number, as far as the colleague may know of them."""
    period = _period(request, name)
    if row not in OF_TIMES.get(table, TABLES.get(table, ())):
        raise Http404
    try:
        found = queries.people(
            request.actor,
            AtOffice(request.office.id),
            (table, row),
            frozenset(period.months),
            needs_of(request.programme.agencies),
            now=request.now,
        )
    except Busy:
        return _page(request, period, busy=True)
    values = {
        "page": "reports",
        "period": period,
        "name": period.name(texts_for(request)),
        "table": table_key(table),
        "row": row_key(table, row),
        "found": found,
        "rows": tuple((card, key_of("state.desk", card.state)) for card in found.cards),
        "most": queries.MOST_PEOPLE,
    }
    return render(request, "desk/reports/people.html", values)


@require_POST
def settle(request: DeskRequest, name: str) -> HttpResponse:
    """Settle a month: its numbers stay as they are."""
    period = _period(request, name)
    if period.month is None:
        raise Http404
    needs = needs_of(request.programme.agencies)
    idempotency_key = f"{request.actor.staff_id}/{request.POST.get('token', '')}"[:64]
    try:
        actions.settle(
            request.actor,
            request.office.id,
            period.month,
            needs,
            now=request.now,
            idempotency_key=idempotency_key,
        )
    except Refused as refused:
        return _page(request, period, refused)
    except Busy:
        return _page(request, period, busy=True)
    return SeeOther(reverse("report", args=[period]))


@require_POST
def publish(request: DeskRequest, name: str) -> HttpResponse:
    """Publish a copy of the period."""
    period, at = _period(request, name), AtOffice(request.office.id)
    try:
        if period.month is None:
            actions.publish_year(request.actor, at, period.year, now=request.now)
        else:
            actions.publish_month(request.actor, at, period.month, now=request.now)
    except Refused as refused:
        return _page(request, period, refused)
    return SeeOther(reverse("report", args=[period]))


def _period(request: DeskRequest, name: str) -> Period:
    """The period of the URL.

    Raises:
        Absent: the colleague may not count.
        Http404: there is none.
    """
    if not rights.may(request.actor.role, "report.read", "office"):
        raise Absent
    found = read_period(name, request.now.date())
    if found is None:
        raise Http404
    return found


def _read(request: DeskRequest, period: Period) -> Report:
    at, needs = AtOffice(request.office.id), needs_of(request.programme.agencies)
    if period.month is None:
        return queries.year(request.actor, at, period.year, needs, now=request.now)
    return queries.month(request.actor, at, period.month, needs, now=request.now)


def _tables(request: DeskRequest, period: Period, read: Report) -> tuple[Table, ...]:
    tables = month_tables if period.month else year_tables
    return tables(read, period, texts_for(request))


def _page(
    request: DeskRequest, period: Period, refused: Refused | None = None, *, busy: bool = False
) -> HttpResponse:
    words, today = texts_for(request), request.now.date()
    try:
        read = None if busy else _read(request, period)
    except Busy:
        read = None
    copies = public.copies(request.office.id)
    values = {
        "page": "reports",
        "period": period,
        "name": period.name(words),
        "read": read,
        "tables": _tables(request, period, read) if read else (),
        "before": period.before if read and period.before.months[-1] >= read.since else None,
        "after": period.after if period.after.begun(today) else None,
        "newest": period_of(today.replace(day=1)),
        "over": all(not actions.month_is_open(month, request.now) for month in period.months),
        "published": next(
            (c for c in copies if (c.fiscal_year, c.month) == (period.year, period.month)), None
        ),
        "may_settle": rights.may(request.actor.role, "report.settle", "office"),
        "may_publish": rights.may(request.actor.role, "report.publish", "office"),
        "grounds": tuple(f"ground.{reason.code}" for reason in refused.reasons) if refused else (),
        "how": tuple(f"desk.reports.rule.{name}" for name in HOW),
        "token": secrets.token_hex(8),
    }
    status = REFUSED if refused else 200 if read else BUSY
    return render(request, "desk/reports/page.html", values, status=status)


urlpatterns = [
    path("reports/", newest, name="reports"),
    path("reports/<str:name>/", sheet, name="report"),
    path("reports/<str:name>.xlsx", workbook, name="report-workbook"),
    path("reports/<str:name>/settle/", settle, name="report-settle"),
    path("reports/<str:name>/publish/", publish, name="report-publish"),
    path("reports/<str:name>/<str:table>/<str:row>/", people, name="report-people"),
]
