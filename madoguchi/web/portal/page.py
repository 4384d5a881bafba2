"""What every information page has in common (情報ページの枠): counted, finished, surrounded.

@information("clinic", "portal/clinic/page.html")
def clinic(request):
    return {"days": ...}          # the page's own cards

With it what several of them show: whether somebody is there now (受付の状態), who helps with
the cost, and the pages lately read (最近チェックしたページ): in a cookie, only when switched
on.
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
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.formatting import Formatter, words_for
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
    """What surrounds the text of a page: ways on and whom to ask."""

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
    page: str, template: str, mark: VersionSource | None = None
) -> Callable[[Callable[..., Cards]], Callable[..., HttpResponse]]:
    """A view that shows the cards of a function; `page` may name its argument: `guide/{need}`.

    `mark`: how the state is told of what it shows besides what was published.
    """

    def wrap(cards: Callable[..., Cards]) -> Callable[..., HttpResponse]:
        def draw(request: OfficeRequest, **named: str) -> HttpResponse:
            return show(request, page.format(**named), template, cards(request, **named))

        kept = finished(draw, mark)

        @require_safe
        @wraps(cards)
        def visit(request: OfficeRequest, **named: str) -> HttpResponse:
            name = page.format(**named)
            visits.count(request.office.id, name, came_from(request))
            if lately_read(request) is None:
                return kept(request, **named)
            return with_page(request, name, draw(request, **named))

        visit.draw = draw  # type: ignore[attr-defined] # neither counted nor kept: the desk's sample
        return visit

    return wrap


def show(request: OfficeRequest, page: str, template: str, cards: Cards) -> HttpResponse:
    """An information page with what surrounds it."""
    words = {"around": around(request, page), **cards}
    return HttpResponse(render_to_string(template, words, request))


def around(request: OfficeRequest, page: str) -> Around:
    """The surroundings of a page."""
    programme = request.programme
    office_id = request.office.id
    related = [to for to in programme.related_to(page) if to in pages.PAGES]
    read_next = [to for to in visits.read_next(office_id, page) if to not in related]
    seen = lately_read(request)
    return Around(
        page=page,
        title=pages.title_key(page),
        menu=links(pages.MENU),
        foot=links(pages.FOOT),
        related=links(related),
        read_next=links(read_next),
        recent=None if seen is None else links(seen),
        division=programme.city.division_on(request.now.date()),
        total=visits.total(office_id, page),
    )


def links(names: tuple[str, ...] | list[str]) -> tuple[pages.Link, ...]:
    """The links to several pages."""
    return tuple(pages.link(name) for name in names)


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
    request: OfficeRequest, channel: ChannelName, standing: Sequence[Change]
) -> Reception | None:
    """The state now; None where the desk has no such channel or does not open within a year."""
    now = request.now
    try:
        state = opening(request.programme.desk, channel, now, standing)
    except NeverOpenError:
        return None
    read = Formatter(words_for(request))
    return Reception(
        state.open,
        read.clock(state.closes_at) if state.closes_at else "",
        read.opening(state.next_opening, now),
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
    """Put the trail into a cookie that ends with the visit."""
    value = "~".join((ON, *names))
    response.set_cookie(COOKIE, value, secure=request.is_secure(), httponly=True, samesite="Lax")
