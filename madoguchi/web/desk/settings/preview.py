"""The public page as a decision would make it (見本): the portal's own page, with dead links.

The portal's view of that address draws it: the same code, style and texts as the public page. The
visit is not counted and the page is not cached.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix, set_urlconf

from madoguchi.rules.opening import day_spans
from madoguchi.rules.programme.as_of import as_of
from madoguchi.rules.programme.changes import (
    Change,
    DeskClosed,
    DeskClosedSpan,
    DeskHours,
    HoursFrom,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.words import COLUMNS, Column
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.in_force import current
from madoguchi.web.kit.column import column, speak
from madoguchi.web.kit.display import SCHEMES, Display
from madoguchi.work.cases import queries as cases
from madoguchi.work.interviews import queries as interviews
from madoguchi.work.notices.public import NewsCard

LINK = re.compile(r'(<a\b[^>]*?\shref=")[^#"][^"]*(")')
CONTROL = re.compile(r"<(button|input|textarea|select)\b")
LEAVES = re.compile(r"(<a\b[^>]*?)\sdata-exit\b(=\"[^\"]*\")?")


@dataclass(frozen=True)
class Draft:
    """What would be published on a day: the decisions and, where one is new, the notices.

    `stands`: how many promises and interviews would then be on a closed day.
    """

    changes: tuple[Change, ...]
    on: date
    news: tuple[NewsCard, ...] | None = None
    stands: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Back:
    """Where a sample leads back to; with `typed`, by sending it all once more."""

    href: str
    typed: tuple[tuple[str, str], ...] = ()


def stands(request: DeskRequest, decided: Change) -> dict[str, int]:
    """How many promises and interviews, of cases that the colleague may list, its days lose."""
    match decided:
        case DeskClosed(on=on) | DeskHours(on=on):
            days = {on}
        case DeskClosedSpan(first_on=first, last_on=last):
            days = {first + timedelta(number) for number in range((last - first).days + 1)}
        case HoursFrom(from_on=from_on):
            return _stands_from(request, decided, max(from_on, request.now.date()))
        case _:
            return {}
    desk, changes = request.programme.desk, (*current(request).changes, decided)
    closed = [on for on in days if not day_spans(desk, desk.hours, on, changes)]
    lost = interviews.stranded(request.actor, desk, min(days), changes)
    return {
        "promises": cases.promised_on(request.actor, closed),
        "interviews": sum(each.on in days for each in lost),
    }


def _stands_from(request: DeskRequest, decided: Change, since: date) -> dict[str, int]:
    """The same of other weekly hours: what is on days and at times that are given until then."""
    in_force = current(request)
    later = (*in_force.changes, decided)
    then = as_of(in_force.programme, later, in_force.today).desk
    before = request.programme.desk
    closed = [
        on
        for on in cases.promised_days(request.actor, since)
        if day_spans(before, before.hours, on, in_force.changes)
        and not day_spans(then, then.hours, on, later)
    ]
    known = interviews.stranded(request.actor, before, since, in_force.changes)
    lost = interviews.stranded(request.actor, then, since, later)
    return {
        "promises": cases.promised_on(request.actor, closed),
        "interviews": len({each.id for each in lost} - {each.id for each in known}),
    }


def public_page(request: DeskRequest, draft: Draft, path: str, back: Back) -> HttpResponse:
    """The page of a path, in the column and the colours that the request asks for.

    Raises:
        Http404: no information page has that path.
    """
    query = request.POST if request.method == "POST" else request.GET
    name: Column = next((each for each in COLUMNS if each == query.get("column_shown")), "ja")
    scheme = next((each for each in SCHEMES if each == query.get("scheme")), SCHEMES[0])
    try:
        found = resolve(path, settings.PUBLIC_URLCONF)
    except Resolver404:
        raise Http404 from None
    draw: Callable[..., HttpResponse] | None = getattr(found.func, "draw", None)
    if draw is None:
        raise Http404
    visit = _visit(request, draft, path, scheme)
    before, prefix = column(), get_script_prefix()
    try:
        speak(name)
        set_urlconf(settings.PUBLIC_URLCONF)
        set_script_prefix(prefix if name == "ja" else f"{prefix}{name}/")
        page = draw(visit, **found.kwargs).content.decode()
    finally:
        set_script_prefix(prefix)
        set_urlconf(None)
        speak(before)
    noted = {"on": draft.on, "back": back, "stands": draft.stands}
    note = render_to_string("desk/settings/sample.html", noted, request)
    response = HttpResponse(dead(page).replace("<header>", f"{note}<header>", 1))
    response["Cache-Control"] = "no-store"
    return response


def dead(page: str) -> str:
    """The page with links that lead to its own text and controls that do nothing.

    >>> dead('<a class="x" href="/y/">z</a><button>b</button>')
    '<a class="x" href="#main">z</a><button disabled>b</button>'
    """
    stays = LINK.sub(r"\g<1>#main\g<2>", LEAVES.sub(r"\g<1>", page))
    return CONTROL.sub(r"<\g<1> disabled", stays)


def _visit(request: DeskRequest, draft: Draft, path: str, scheme: str) -> HttpRequest:
    """A request to the portal on that day, without a visitor."""
    visit = HttpRequest()
    visit.method = "GET"
    visit.path = visit.path_info = path
    visit.META = {"HTTP_HOST": request.get_host(), "SERVER_NAME": "", "SERVER_PORT": "443"}
    morning = datetime.combine(draft.on, time(10), tzinfo=request.now.tzinfo)
    visit.now = max(request.now, morning)  # type: ignore[attr-defined] # as on arrival
    visit.office = request.office  # type: ignore[attr-defined]
    visit.display = Display(scheme, chosen=True)  # type: ignore[attr-defined]
    visit.__dict__["_changes"] = draft.changes
    if draft.news is not None:
        visit.__dict__["_news"] = draft.news
    filed = programme(request.office.slug)
    visit.programme = as_of(filed, draft.changes, visit.now.date())  # type: ignore[attr-defined]
    return visit
