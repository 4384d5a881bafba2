"""What every information page has in common (情報ページの枠): counted, finished, surrounded.

@information("clinic", "portal/clinic/page.html")
def clinic(request):
    return {"days": ...}          # the page's own cards

With it what several of them show: whether somebody is there now (受付の状態), who helps with
the cost, and the pages read lately (最近チェックしたページ), which are kept in a cookie and only
while that is switched on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.city import Division
from madoguchi.rules.programme.desk import ChannelName
from madoguchi.web.kit.column import split_path
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import VersionSource, changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import pages, visits
from madoguchi.web.portal.pages import PAGES

COOKIE = "recent"
ON = "on"
KEPT = 5
AGENCIES = 4
type Cards = dict[str, object]


@dataclass(frozen=True)
class Reception:
    """One channel's state: open until `until`, or next open `opens`."""

    open: bool
    until: str
    opens: str


@dataclass(frozen=True)
class Around:
    """What surrounds the text of a page: links, the pages read lately, whom to ask."""

    page: str
    title: str
    menu: tuple[pages.Link, ...]
    foot: tuple[pages.Link, ...]
    related: tuple[pages.Link, ...]
    read_next: tuple[pages.Link, ...]
    recent: tuple[pages.Link, ...] | None
    division: Division
    total: int


def information(
    page: str, template: str, source: VersionSource | None = None
) -> Callable[[Callable[..., Cards]], Callable[..., HttpResponse]]:
    """A view that shows the cards of a function; `page` may name its argument: `guide/{need}`.

    `source`: gives the version of what it shows besides what was published.
    """

    def wrap(cards: Callable[..., Cards]) -> Callable[..., HttpResponse]:
        def draw(request: OfficeRequest, **named: str) -> HttpResponse:
            return show(request, page.format(**named), template, cards(request, **named))

        cached = cached_page(draw, source)

        @require_safe
        @wraps(cards)
        def visit(request: OfficeRequest, **named: str) -> HttpResponse:
            name = page.format(**named)
            visits.count(request.office.id, name, came_from(request))
            if lately_read(request) is None:
                return cached(request, **named)
            return with_page(request, name, draw(request, **named))

        visit.draw = draw  # type: ignore[attr-defined] # not counted, not cached: the desk's sample
        return visit

    return wrap


def show(request: OfficeRequest, page: str, template: str, cards: Cards) -> HttpResponse:
    """An information page with what surrounds it."""
    programme, office_id = request.programme, request.office.id
    related = [name for name in programme.related_to(page) if name in pages.PAGES]
    read_next = [name for name in visits.read_next(office_id, page) if name not in related]
    recent = lately_read(request)
    around = Around(
        page=page,
        title=pages.title_key(page),
        menu=pages.links(pages.MENU),
        foot=pages.links(pages.FOOT),
        related=pages.links(related),
        read_next=pages.links(read_next),
        recent=None if recent is None else pages.links(recent),
        division=programme.city.division_on(request.now.date()),
        total=visits.total(office_id, page),
    )
    return HttpResponse(render_to_string(template, {"around": around, **cards}, request))


def came_from(request: OfficeRequest) -> str | None:
    """Which of our pages led here, by the same-site referer; None for any other way."""
    referer = request.META.get("HTTP_REFERER")
    if not referer:
        return None
    try:
        parts = urlsplit(referer)
    except ValueError:
        return None
    if parts.netloc != request.get_host():
        return None
    return pages.page_at(split_path(parts.path)[1])


def reception(
    request: OfficeRequest, channel: ChannelName, decided: Sequence[Change]
) -> Reception | None:
    """The state now; None where the desk has no such channel or does not open within a year."""
    now = request.now
    try:
        state = opening(request.programme.desk, channel, now, decided)
    except NeverOpenError:
        return None
    formatter = Formatter(texts_for(request))
    return Reception(
        state.open,
        formatter.clock(state.closes_at) if state.closes_at else "",
        formatter.opening(state.next_opening, now),
    )


def help_with_cost(request: OfficeRequest) -> Cards:
    """Who else helps with the cost, and whom to ask here."""
    programme = request.programme
    return {
        "agencies": programme.agencies_for("cost")[:AGENCIES],
        "reception": reception(request, "phone", changes(request)),
    }


def lately_read(request: OfficeRequest) -> tuple[str, ...] | None:
    """The pages of this visit, newest first; None while it is off."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return None
    return tuple(page for page in cookie.split("~") if page in PAGES)[:KEPT]


def with_page(request: OfficeRequest, page: str, response: HttpResponse) -> HttpResponse:
    """The response, remembering one more page."""
    before = [name for name in lately_read(request) or () if name != page]
    set_list(request, response, (page, *before)[:KEPT])
    response["Cache-Control"] = "no-store"
    return response


def set_list(request: OfficeRequest, response: HttpResponse, names: tuple[str, ...] = ()) -> None:
    """Put the list into a cookie that ends with the visit."""
    value = "~".join((ON, *names))
    response.set_cookie(COOKIE, value, secure=request.is_secure(), httponly=True, samesite="Lax")
