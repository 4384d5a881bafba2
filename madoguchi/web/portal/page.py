"""What every information page has in common (情報ページの枠): counted, finished, surrounded.

@information("clinic", "portal/clinic/page.html")
def clinic(request):
    return {"days": ...}          # the page's own cards

With it what several of them show: whether somebody is there now (受付の状態), who helps with
the cost, and the pages read lately (最近チェックしたページ), which are kept in a cookie and only
while that is switched on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.rules.asked import understood
from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.changes import ParagraphFrom, WordsFrom
from madoguchi.rules.programme.city import Division
from madoguchi.rules.programme.desk import ChannelName
from madoguchi.rules.programme.meaning import Meaning
from madoguchi.rules.programme.people import PersonName
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.referral import Helplines, Reached, helplines, open_first
from madoguchi.web.kit.column import column, split_path
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import VersionSource, changes, recent_changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import pages, visits
from madoguchi.web.portal.pages import PAGES

COOKIE = "recent"
ON = "on"
KEPT = 5
AGENCIES = 4
IN_ENGLISH = ("yorisoi", "tell")
AT_ONCE = ("fire_119", "police_110")
type Cards = dict[str, Any]


@dataclass(frozen=True)
class Reception:
    """Whether somebody answers now at the desk: open until `until`, or next open `opens`.

    ``by``: the telephone, or the counter where there is no telephone.
    """

    by: ChannelName
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
    published_on: date
    updated_on: date
    total: int


def information(
    page: str, template: str, source: VersionSource | None = None
) -> Callable[[Callable[..., Cards]], Callable[..., HttpResponse]]:
    """A view that shows the cards of a function; `page` may name its argument: `guide/{need}`.

    `source`: gives the version of what it shows besides what was published.
    """

    def wrap(cards: Callable[..., Cards]) -> Callable[..., HttpResponse]:
        def draw(request: OfficeRequest, **named: str) -> HttpResponse:
            name = page.format(**named)
            if not request.programme.has_page(name):
                raise Http404
            return show(request, name, template, cards(request, **named))

        cached = cached_page(draw, source)

        @require_safe
        @wraps(cards)
        def visit(request: OfficeRequest, **named: str) -> HttpResponse:
            name = page.format(**named)
            if "madoguchi.our_own" not in request.META:
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
    here = [name for name in pages.PAGES if programme.has_page(name)]
    related = [name for name in programme.related_to(page) if name in here]
    others = (name for name in visits.read_next(office_id, page) if name in here)
    read_next = [name for name in others if name not in related]
    recent = lately_read(request)
    dates = programme.date_of(page)
    published_on = dates.published_on or programme.city.published_on
    updated_on = (dates.changed_on, *reworded_on(request, page))
    around = Around(
        page=page,
        title=pages.title_key(page),
        menu=pages.links(name for name in pages.MENU if name in here),
        foot=pages.links(pages.FOOT),
        related=pages.links(related),
        read_next=pages.links(read_next),
        recent=None if recent is None else pages.links(recent),
        division=programme.city.division_on(request.now.date()),
        published_on=published_on,
        updated_on=max(*updated_on, cards.get("updated_on") or published_on),
        total=visits.total(office_id, page),
    )
    return HttpResponse(render_to_string(template, {"around": around, **cards}, request))


def reworded_on(request: OfficeRequest, page: str) -> tuple[date, ...]:
    """The days on which the desk put other words on a page."""
    name, today = page.replace("/", "_"), request.now.date()
    return tuple(
        each.from_on
        for each in recent_changes(request)
        if isinstance(each, WordsFrom | ParagraphFrom)
        and each.from_on <= today
        and name in (each.page if isinstance(each, ParagraphFrom) else each.key).split(".")
    )


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


def reception(request: OfficeRequest) -> Reception | None:
    """The state now; None where nobody answers at once, or a citizen may not read when."""
    desk, now = request.programme.desk, request.now
    if not desk.spoken:
        return None
    channel = desk.spoken[0]
    try:
        state = opening(desk, channel, now, changes(request))
    except NeverOpenError:
        return None
    formatter = Formatter(texts_for(request))
    return Reception(
        channel,
        state.open,
        formatter.until(state.closes_at, now) if state.closes_at else "",
        formatter.opening(state.next_opening, now),
    )


def reached(request: OfficeRequest, agencies: Iterable[Agency]) -> tuple[Reached, ...]:
    """The agencies with their state now: who answers first, then who speaks as the page does."""
    return open_first(agencies, request.now, "en" if column() == "en" else "ja")


def helplines_for(request: OfficeRequest, name: PersonName) -> Helplines:
    """Who answers one of the seven persons now; on an English page first who does so in English."""
    programme = request.programme
    person = programme.person(name)
    if column() != "en":
        return helplines(programme, person, request.now)
    found = helplines(programme, person.reading("en"), request.now)
    if name != "dying":
        return found
    first = reached(request, shown_agencies(programme, IN_ENGLISH))
    agencies = {each.agency for each in first}
    others = (each for each in (*found.first, *found.others) if each.agency not in agencies)
    return replace(found, first=first, others=tuple(others))


@dataclass(frozen=True)
class Calm:
    """Who answers somebody whose words or ticks mean danger (ことばに危険): a hint, no judgment.

    ``firsts``: the first line of each danger, by file name. ``others``: who else answers the first
    of the persons; ``voiceless``: who answers without a voice, and ``unvoiced``: whether the words
    tell that this comes first. ``pictures``: whether intimate
    pictures are meant. ``reads``: when the desk will read what is sent; empty while it reads, or
    where nobody knows.
    ``english``: whether to say that 110 and 119 are asked for in English. ``chat``: whether one of
    the lines is a chat that is open now, in the page's language.
    """

    lines: tuple[Reached, ...]
    firsts: tuple[str, ...]
    others: tuple[Reached, ...]
    voiceless: Helplines
    unvoiced: bool
    pictures: bool
    reads: str
    english: bool
    chat: bool


def heard(request: OfficeRequest, *typed: str) -> tuple[Meaning, ...]:
    """What somebody's words mean to this city, in the order of its list."""
    return understood(request.programme.meanings, *typed)


def calm(
    request: OfficeRequest, meant: Iterable[Meaning], ticked: Iterable[PersonName] = ()
) -> Calm | None:
    """The lines for whoever meant or ticked this; None where nothing of it is a danger.

    The first line of every danger found, 119 and 110 before all, then the others of each. Nothing
    is kept.
    """
    programme, now = request.programme, request.now
    meant = tuple(meant)
    dangers = [each for each in meant if each.danger]
    people = tuple(dict.fromkeys((*persons(dangers), *ticked)))
    if not people:
        return None
    named = [
        reached(request, shown_agencies(programme, danger.leads))
        for danger in sorted(dangers, key=lambda each: each.leads[0] not in AT_ONCE)
    ]
    helplines = {name: helplines_for(request, name) for name in people}
    only_ticked = [each for each in people if each not in persons(dangers)]
    named += [helplines[name].first for name in only_ticked]
    person = people[0]
    own = helplines[person].first
    english = [each.agency for each in own if each.agency.id in IN_ENGLISH and column() == "en"]
    begin = [lines[0].agency for lines in named if lines]
    first = dict.fromkeys(sorted((*english, *begin), key=lambda agency: agency.id not in AT_ONCE))
    others = dict.fromkeys(each.agency for lines in (*named, own) for each in lines)
    lines = with_chat(
        request,
        person,
        (
            *reached(request, first),
            *reached(request, (agency for agency in others if agency not in first)),
        ),
    )
    shown = {each.agency.id for each in lines}
    further = tuple(each for each in helplines[person].others if each.agency.id not in shown)
    try:
        read_at = opening(programme.desk, "web", now, changes(request)).answer_by
    except NeverOpenError:
        read_at = now
    reads = Formatter(texts_for(request)).opening(read_at, now) if read_at > now else ""
    chat = any(map(_chats, lines))
    return Calm(
        lines,
        tuple(dict.fromkeys(agency.id for agency in begin)),
        further,
        helplines_for(request, "silent"),
        any(each.voiceless for each in meant),
        "pictures" in people,
        reads,
        english=column() != "ja",
        chat=chat,
    )


def persons(dangers: Iterable[Meaning]) -> tuple[PersonName, ...]:
    """For whom of the seven persons the words mean danger, each once."""
    return tuple(dict.fromkeys(each.danger for each in dangers if each.danger))


def with_chat(
    request: OfficeRequest, name: PersonName, found: tuple[Reached, ...]
) -> tuple[Reached, ...]:
    """What was found and, where no chat of it is open, one for who cannot speak or is overheard.

    The person's own, else whoever listens to those that want to die: they listen to anybody.
    """
    if any(map(_chats, found)):
        return found
    programme = request.programme
    own, anybody = programme.person(name), programme.person("dying")
    names = dict.fromkeys((*own.lines, *own.beside, *anybody.lines))
    chats = (
        Reached(each.agency, (reach,))
        for each in reached(request, shown_agencies(programme, names))
        for reach in each.lines
    )
    return (*found, *[each for each in chats if _chats(each)][:1])


def _chats(found: Reached) -> bool:
    """Whether the line named first is a chat, open now, in the language of the page."""
    return found.chats and ("en" if column() == "en" else "ja") in found.languages


def shown_agencies(programme: Programme, names: Iterable[str]) -> tuple[Agency, ...]:
    """Those of the agencies that a citizen may see, in the order named."""
    shown = {agency.id: agency for agency in programme.directory}
    return tuple(shown[name] for name in names if name in shown)


def help_with_cost(request: OfficeRequest) -> Cards:
    """Who else helps with the cost, and whom to ask here."""
    programme = request.programme
    return {
        "agencies": reached(request, programme.agencies_for("cost"))[:AGENCIES],
        "reception": reception(request),
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
    set_list(response, (page, *before)[:KEPT])
    response["Cache-Control"] = "no-store"
    return response


def set_list(response: HttpResponse, names: tuple[str, ...] = ()) -> None:
    """Put the list into a cookie that ends with the visit."""
    value = "~".join((ON, *names))
    response.set_cookie(COOKIE, value, secure=not settings.DEMO, httponly=True, samesite="Lax")
