"""Asking for a place (予約の申し込み): first the danger, then a date, then the questions."""

from django.http import Http404, HttpRequest, HttpResponse

from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.shares import DAY
from madoguchi.web.portal.book import draft, pages, place, steps
from madoguchi.web.portal.book.draft import Booker
from madoguchi.web.portal.consult import lines as wanted
from madoguchi.web.portal.consult import steps as consult
from madoguchi.web.portal.consult.draft import set_aside
from madoguchi.web.portal.safety.views import BEGUN, IN_LINE
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, visitor, welcome


@private
def dates(request: HttpRequest) -> HttpResponse:
    """Shows the dates, or holds the place that was chosen; where the desk alone books, says so."""
    if not pages.open_to_all(request):
        return pages.by_desk(request)
    if request.method == "POST":
        return _choose(request) if {"place", "case"} & request.POST.keys() else _begin(request)
    booker = draft.reader(request)
    if booker is None or (booker.draft is None and booker.held is None):
        return _before(request, booker)
    if booker.held is None and not booker.answers.get("danger"):
        return see("book-step", steps.FIRST)
    return pages.dates(request, booker)


def _before(request: HttpRequest, booker: Booker | None) -> HttpResponse:
    """The page before the first question; once in a visit, for whatever is asked for."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    if booker is None and "begun" in request.GET:
        return draw(request, "portal/safety/cookies.html", {"again": "book"})
    if booker and visit.recall(booker.own, "done", now):
        return see("book-done")
    if booker and any(visit.recall(booker.who, kind, now) for kind in ("draft", "done")):
        return see("book-step", steps.FIRST)
    in_line = IN_LINE in request.headers.get("User-Agent", "")
    return draw(request, "portal/safety/page.html", {"in_line": in_line, "begin": "book"})


def _begin(request: HttpRequest) -> HttpResponse:
    """The visit gets a cookie and an empty draft of this procedure."""
    now, known = request.now, visitor(request)  # type: ignore[attr-defined] # set on arrival
    DAY.begin(request.office.id, network(request), now)  # type: ignore[attr-defined]
    who = place.renewed(known, now) if known else newcomer(request)
    visit.hold(who.second, lambda _draft: None, now)
    return welcome(see("book", mark=BEGUN), who)


def _choose(request: HttpRequest) -> HttpResponse:
    """Holds the chosen place for some minutes and goes on; says why where it cannot be had."""
    sent = str(request.POST.get("place", ""))
    who = newcomer(request)
    if not request.POST.get("case") and draft.sent_before(request, who):
        return see("book-done")
    booker = draft.sent_by(request, who)
    if booker and booker.draft is None:
        booker = draft.saved(request, who, {})
    return welcome(_chosen(request, booker, sent) if booker else pages.closed(request), who)


def _chosen(request: HttpRequest, booker: Booker, sent: str) -> HttpResponse:
    if grounds := place.take(request, booker, sent):
        return pages.dates(request, booker, grounds)
    draft.choose(request, booker, sent)
    return onward(request, booker, steps.DATES)


def onward(request: HttpRequest, booker: Booker, number: int) -> HttpResponse:
    """The page after one: the check page for who came from there, else the next."""
    if "back" in request.POST:
        return see("book-check")
    after = booker.way.after(number)
    if after is None:
        return see("book-check")
    return see("book") if after == steps.DATES else see("book-step", after)


@private
def step(request: HttpRequest, number: int) -> HttpResponse:
    """Shows one page of questions, or saves what it sent and goes on."""
    if not pages.open_to_all(request):
        return see("book")
    asked = steps.steps(request.programme.clinic).get(number)  # type: ignore[attr-defined] # set on arrival
    if asked is None:
        raise Http404
    if request.method == "POST":
        return _saved(request, asked)
    booker = draft.reader(request)
    if booker is None or number not in booker.way.numbers or not _begun(request, booker, number):
        return see("book")
    return pages.step(request, booker, asked, consult.show(asked, booker.answers))


def _begun(request: HttpRequest, booker: Booker, number: int) -> bool:
    """Whether the page may be shown: there is a draft, or the visit has read what comes first."""
    if booker.draft is not None:
        return True
    now = request.now  # type: ignore[attr-defined] # set on arrival
    passed = any(visit.recall(booker.who, kind, now) for kind in ("draft", "done"))
    return number == steps.FIRST and passed


def _saved(request: HttpRequest, asked: steps.Step) -> HttpResponse:
    who = newcomer(request)
    if draft.sent_before(request, who):
        set_aside(who, asked, request, who.second)
        return see("book-done")
    booker = draft.saved(request, who, asked.form.take(request.POST))
    answer = _judged(request, booker, asked) if booker else pages.closed(request)
    return welcome(answer, who)


def _judged(request: HttpRequest, booker: Booker, asked: steps.Step) -> HttpResponse:
    """The page after one that was saved, or the same one with what has to be changed."""
    clinic, desk = request.programme.clinic, request.programme.desk  # type: ignore[attr-defined] # set on arrival
    if asked.number not in booker.way.numbers:
        return see("book")
    filled = steps.check(asked, booker.answers, clinic, desk)
    if not filled.ok:
        return pages.step(request, booker, asked, filled)
    if grounds := place.retake(request, booker):
        return pages.dates(request, booker, grounds)
    danger = filled.values.get("danger") == "yes" and "back" not in request.POST
    return see("book-lines") if danger else onward(request, booker, asked.number)


@private
def lines(request: HttpRequest) -> HttpResponse:
    """Shows lines to ring before the booking goes on."""
    booker = draft.reader(request)
    if booker is None or booker.answers.get("danger") != ["yes"]:
        return see("book")
    cards: dict[str, object] = {
        "agencies": wanted.lines(request.programme, danger=True, young=False),  # type: ignore[attr-defined] # set on arrival
        "danger": True,
        "number": steps.FIRST,
        "last": booker.way.last,
        "onward": "book",
    }
    return draw(request, "portal/book/lines.html", cards)
