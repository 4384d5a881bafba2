"""A year is opened, its budget changed (年度の登録・予算の変更): the page again where it is not."""

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi.rules.decision import Refused
from madoguchi.tools.act.action import done_before
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_budget import forms, views
from madoguchi.web.desk.grants_budget.views import Tried
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions

VERB = "subsidy.budget"
NO_REVISION = -1


def open_(request: DeskRequest, year: int) -> HttpResponse:
    """Open the year."""

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
        actions.open_year(request.actor, at, *told, now=now, once=key)

    return _press(request, year, "open", forms.OPEN, do)


def change(request: DeskRequest, year: int) -> HttpResponse:
    """Change the year's budget."""

    def do(filled: Filled, key: str) -> None:
        budget, warn = filled.value("budget"), filled.value("warn_below")
        told = actions.Change(filled.value("how"), budget, warn)
        at, now = AtOffice(request.office.id), request.now
        revision = _revision(request.POST.get("revision", ""))
        document = _document(filled)
        actions.change_budget(request.actor, at, year, revision, told, document, now=now, once=key)

    return _press(request, year, "change", forms.CHANGE, do)


def _press(
    request: DeskRequest, year: int, name: str, form: Form, do: Callable[[Filled, str], None]
) -> HttpResponse:
    """What was typed is checked and done once; then the page, or the page with what to change."""
    address = reverse("grants-budget-year", args=[year])
    if request.method != "POST":
        return redirect(address)
    views.known(request, year)
    typed = form.take(request.POST)
    key = once(request, f"budget/{year}/{name}", typed)
    if done_before(request.actor, VERB, key):
        return SeeOther(address)
    filled = form.check(typed)
    if not filled.ok:
        return views.page(request, year, Tried(name, filled))
    try:
        do(filled, key)
    except Refused as refused:
        return views.page(request, year, Tried(name, filled, refused.grounds))
    return SeeOther(address)


def _document(filled: Filled) -> actions.Document:
    return actions.Document(filled.value("number"), date.fromisoformat(filled.value("on")))


def _revision(said: str) -> int:
    """The revision that the page was drawn with; none of a budget where it says nothing."""
    return int(said) if said.isascii() and said.isdecimal() else NO_REVISION
