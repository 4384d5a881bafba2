"""The pages of a booking as they are drawn (予約の画面)."""

from django.http import Http404, HttpRequest, HttpResponse

from madoguchi.web.kit.form import Filled
from madoguchi.web.portal.book import dates as listing
from madoguchi.web.portal.book import steps
from madoguchi.web.portal.book.draft import Booker
from madoguchi.web.portal.consult.steps import Step
from madoguchi.web.portal.safety.visitor import draw
from madoguchi.work.clinic import public as clinics

EXPECTED = ("asked", "booked", "offered")
NEAR = 4  # so many days are shown at once, those after them on demand


def open_to_all(request: HttpRequest) -> bool:
    """Whether a person may ask for a place here.

    Raises:
        Http404: the municipality has no clinic.
    """
    clinic = request.programme.clinic  # type: ignore[attr-defined] # set on arrival
    if clinic is None:
        raise Http404
    return clinic.booking.online != "no" and not clinic.booking.only_if_needed


def by_desk(request: HttpRequest) -> HttpResponse:
    """How to book where it is not done here."""
    return draw(request, "portal/book/by_desk.html")


def closed(request: HttpRequest) -> HttpResponse:
    """The receipt closed meanwhile; what was typed waits."""
    return draw(request, "portal/book/closed.html", status=409)


def dates(request: HttpRequest, booker: Booker, grounds: tuple[str, ...] = ()) -> HttpResponse:
    """The list of dates, with why the last choice cannot be had."""
    now, draft = request.now, booker.draft or {}  # type: ignore[attr-defined] # set on arrival
    held = clinics.held(booker.own, now)
    days = listing.listed(request, held.place if held else None, draft.get("place", ""))
    cards = {
        **_way(booker, steps.DATES),
        "days": days,
        "near": days[:NEAR],
        "far": days[NEAR:],
        "far_open": not any(one.state == "free" for one in days[:NEAR])
        or any(choice.chosen for one in days[NEAR:] for choice in one.choices),
        "some_free": any(one.state == "free" for one in days),
        "several": bool(request.programme.clinic.venue),  # type: ignore[attr-defined]
        "grounds": grounds,
        "typed": any(any(told) for name, told in booker.answers.items() if name != "danger"),
        "booked": _booked(request, booker),
        "back": "back" in request.GET or "back" in request.POST,
    }
    return draw(request, "portal/book/dates.html", cards, 422 if grounds else 200)


def _booked(request: HttpRequest, booker: Booker) -> bool:
    """Whether the person has a place to come already: one at a time."""
    own = clinics.own(booker.held) if booker.held else ()
    names = {one.ref for one in listing.to_come(request)}
    return any(one.state in EXPECTED and one.place.day in names for one in own)


def step(request: HttpRequest, booker: Booker, asked: Step, filled: Filled) -> HttpResponse:
    """A page of questions."""
    cards = {
        **_way(booker, asked.number),
        **holding(request, booker),
        "step": asked,
        "lead": f"book.lead_{asked.number}",
        "form": filled,
        "back": "back" in request.GET or "back" in request.POST,
    }
    return draw(request, "portal/book/step.html", cards, filled.status)


def holding(request: HttpRequest, booker: Booker) -> dict[str, object]:
    """The place of the draft and until when it is held."""
    chosen = listing.chosen(request, booker.draft or {})
    held = clinics.held(booker.own, request.now) if chosen else None  # type: ignore[attr-defined] # set on arrival
    until = held.until if chosen and held and held.place == chosen.place else None
    return {"chosen": chosen, "until": until, "mark": booker.mark}


def _way(booker: Booker, number: int) -> dict[str, object]:
    """Where the page stands among the others."""
    before = booker.way.before(number)
    return {
        "number": booker.way.place(number),
        "last": booker.way.last,
        "before": before,
        "before_dates": before == steps.DATES,
        "mark": booker.mark,
    }
