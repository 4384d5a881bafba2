"""What every information page has in common (情報ページの枠): counted, finished, surrounded.

@information("clinic", "portal/clinic/page.html")
def clinic(request):
    return {"days": ...}          # the page's own cards
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.city import Division
from madoguchi.web.kit.column import told
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.version import Mark
from madoguchi.web.portal import pages, visits
from madoguchi.web.portal.recent import trail

type Cards = dict[str, object]


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


def around(request: HttpRequest, page: str) -> Around:
    """The surroundings of a page."""
    programme = request.programme  # type: ignore[attr-defined] # set on arrival
    office_id = request.office.id  # type: ignore[attr-defined]
    related = [to for to in programme.related_to(page) if to in pages.PAGES]
    read_next = [to for to in visits.read_next(office_id, page) if to not in related]
    seen = trail.seen(request)
    return Around(
        page=page,
        title=pages.title_key(page),
        menu=links(pages.MENU),
        foot=links(pages.FOOT),
        related=links(related),
        read_next=links(read_next),
        recent=None if seen is None else links(seen),
        division=programme.city.division_on(request.now.date()),  # type: ignore[attr-defined]
        total=visits.total(office_id, page),
    )


def links(names: tuple[str, ...] | list[str]) -> tuple[pages.Link, ...]:
    """The links to several pages."""
    return tuple(pages.link(name) for name in names)


def show(request: HttpRequest, page: str, template: str, cards: Cards) -> HttpResponse:
    """An information page with what surrounds it."""
    words = {"around": around(request, page), **cards}
    return HttpResponse(render_to_string(template, words, request))


def information(
    page: str, template: str, mark: Mark | None = None
) -> Callable[[Callable[..., Cards]], Callable[..., HttpResponse]]:
    """A view that shows the cards of a function; `page` may name its argument: `guide/{need}`.

    `mark`: how the state is told of what it shows besides what was published.
    """

    def wrap(cards: Callable[..., Cards]) -> Callable[..., HttpResponse]:
        def draw(request: HttpRequest, **named: str) -> HttpResponse:
            return show(request, page.format(**named), template, cards(request, **named))

        kept = finished(draw, mark)

        @require_safe
        @wraps(cards)
        def visit(request: HttpRequest, **named: str) -> HttpResponse:
            name = page.format(**named)
            visits.count(request.office.id, name, came_from(request))  # type: ignore[attr-defined]
            if trail.seen(request) is None:
                return kept(request, **named)
            return trail.add(request, name, draw(request, **named))

        visit.draw = draw  # type: ignore[attr-defined] # neither counted nor kept: the desk's sample
        return visit

    return wrap


def came_from(request: HttpRequest) -> str | None:
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
    return pages.page_at(told(parts.path)[1])
