"""Asking for a place (予約の申し込み): danger, a date, questions, the check page, the receipt.

It is sent once, whatever is pressed twice.
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.opening import opening
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DAY, Busy
from madoguchi.tools.vault.receipt import grouped
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest, clinic_of
from madoguchi.web.portal.book import booking, places
from madoguchi.web.portal.book.booking import Booker, new_request, wanted
from madoguchi.web.portal.book.places import Chosen
from madoguchi.web.portal.consult import steps as consult
from madoguchi.web.portal.consult.steps import Step, parts, phone_lines
from madoguchi.web.portal.consult.views import set_aside
from madoguchi.web.portal.follow.session import look_on
from madoguchi.web.portal.safety.views import BEGUN, IN_LINE
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, visitor, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics
from madoguchi.work.intake import public as intake

EXPECTED = ("asked", "booked", "offered")
NEAR = 4  # so many days are shown at once, those after them on demand


@private
def dates(request: OfficeRequest) -> HttpResponse:
    """Shows the dates, or holds the place that was chosen; where the desk alone books, says so."""
    if not open_to_all(request):
        return by_desk(request)
    if request.method == "POST":
        return _choose(request) if {"place", "case"} & request.POST.keys() else _begin(request)
    booker = booking.reader(request)
    if booker is None or (booker.draft is None and booker.held is None):
        return _before(request, booker)
    if booker.held is None and not booker.answers.get("danger"):
        return see("book-step", booking.FIRST)
    return dates_page(request, booker)


@private
def step(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows one page of questions, or saves what it sent and goes on."""
    if not open_to_all(request):
        return see("book")
    asked = booking.steps(clinic_of(request)).get(number)
    if asked is None:
        raise Http404
    if request.method == "POST":
        return _saved(request, asked)
    booker = booking.reader(request)
    if booker is None or number not in booker.way.numbers or not _begun(request, booker, number):
        return see("book")
    return step_page(request, booker, asked, consult.show(asked, booker.answers))


@private
def lines(request: OfficeRequest) -> HttpResponse:
    """Shows lines to ring before the booking goes on."""
    booker = booking.reader(request)
    if booker is None or booker.answers.get("danger") != ["yes"]:
        return see("book")
    cards: dict[str, object] = {
        "agencies": phone_lines(request.programme, danger=True, young=False),
        "danger": True,
        "number": booking.FIRST,
        "last": booker.way.last,
        "onward": "book",
    }
    return draw(request, "portal/book/lines.html", cards)


@private
def check(request: OfficeRequest) -> HttpResponse:
    """Shows all answers with ways to change them; its button asks for the place, once."""
    if not open_to_all(request):
        return see("book")
    post = request.method == "POST"
    booker = booking.sender(request) if post else booking.reader(request)
    if booker is None:
        return closed(request) if post else see("book")
    if booker.draft is None:
        return see("book-done" if there(request, booker) else "book")
    if places.chosen_place(request, booker.draft) is None:
        lost = places.retake(request, booker)
        return dates_page(request, booker, lost or ("book.choose",))
    return _send(request, booker) if post else _page(request, booker)


@private
def done(request: OfficeRequest) -> HttpResponse:
    """Shows the booking, and the receipt of a new case, for as long as the visit holds them."""
    now, who = request.now, visitor(request)
    told = visit.recall(who.second, "done", now) if who else None
    if told is None:
        return see("book")
    cards = {
        "chosen": places.chosen_place(request, told),
        "asked": clinic_of(request).booking.online == "ask",
        "aside": who is not None and visit.recall(who.beside, "draft", now) is not None,
        "clinic": clinic_of(request),
        **(_receipt(request, told) if "number" in told else {}),
    }
    return draw(request, "portal/book/done.html", cards)


def _before(request: OfficeRequest, booker: Booker | None) -> HttpResponse:
    """The page before the first question; once in a visit, for whatever is asked for."""
    now = request.now
    if booker is None and "begun" in request.GET:
        return draw(request, "portal/safety/cookies.html", {"again": "book"})
    if booker and visit.recall(booker.own, "done", now):
        return see("book-done")
    if booker and any(visit.recall(booker.who, kind, now) for kind in ("draft", "done")):
        return see("book-step", booking.FIRST)
    in_line = IN_LINE in request.headers.get("User-Agent", "")
    return draw(request, "portal/safety/page.html", {"in_line": in_line, "begin": "book"})


def _begin(request: OfficeRequest) -> HttpResponse:
    """The visit gets a cookie and an empty draft of this procedure."""
    now, known = request.now, visitor(request)
    DAY.begin(request.office.id, network(request), now)
    who = places.renewed(known, now) if known else newcomer(request)
    visit.hold(who.second, lambda _draft: None, now)
    return welcome(see("book", mark=BEGUN), who)


def _choose(request: OfficeRequest) -> HttpResponse:
    """Holds the chosen place for some minutes and goes on; says why where it cannot be had."""
    sent = str(request.POST.get("place", ""))
    who = newcomer(request)
    if not request.POST.get("case") and booking.sent_before(request, who):
        return see("book-done")
    booker = booking.sent_by(request, who)
    if booker and booker.draft is None:
        booker = booking.saved(request, who, {})
    return welcome(_chosen(request, booker, sent) if booker else closed(request), who)


def _chosen(request: OfficeRequest, booker: Booker, sent: str) -> HttpResponse:
    if reasons := places.take(request, booker, sent):
        return dates_page(request, booker, reasons)
    booking.choose(request, booker, sent)
    return onward(request, booker, booking.DATES)


def onward(request: OfficeRequest, booker: Booker, number: int) -> HttpResponse:
    """The page after one: the check page for who came from there, else the next."""
    if "back" in request.POST:
        return see("book-check")
    after = booker.way.after(number)
    if after is None:
        return see("book-check")
    return see("book") if after == booking.DATES else see("book-step", after)


def _begun(request: OfficeRequest, booker: Booker, number: int) -> bool:
    """Whether the page may be shown: there is a draft, or the visit has read what comes first."""
    if booker.draft is not None:
        return True
    now = request.now
    passed = any(visit.recall(booker.who, kind, now) for kind in ("draft", "done"))
    return number == booking.FIRST and passed


def _saved(request: OfficeRequest, asked: booking.Step) -> HttpResponse:
    who = newcomer(request)
    if booking.sent_before(request, who):
        set_aside(who, asked, request, who.second)
        return see("book-done")
    booker = booking.saved(request, who, asked.form.take(request.POST))
    answer = _judged(request, booker, asked) if booker else closed(request)
    return welcome(answer, who)


def _judged(request: OfficeRequest, booker: Booker, asked: booking.Step) -> HttpResponse:
    """The page after one that was saved, or the same one with what has to be changed."""
    clinic, desk = clinic_of(request), request.programme.desk
    if asked.number not in booker.way.numbers:
        return see("book")
    filled = booking.check(asked, booker.answers, clinic, desk)
    if not filled.ok:
        return step_page(request, booker, asked, filled)
    if reasons := places.retake(request, booker):
        return dates_page(request, booker, reasons)
    danger = filled.values.get("danger") == "yes" and "back" not in request.POST
    return see("book-lines") if danger else onward(request, booker, asked.number)


def _page(
    request: OfficeRequest, booker: Booker, note: str = "", status: int = 200
) -> HttpResponse:
    clinic = clinic_of(request)
    rule = cases.wishes(booker.held.drawer).contact_rule if booker.held else ""
    cards = {
        **holding(request, booker),
        "parts": parts(booker.answers, (), booking.pages(booker.way, clinic), "book-step"),
        "rule": f"consult.contact_rule.{rule}" if rule else "",
        "note": note,
        "asked": clinic.booking.online == "ask",
    }
    return draw(request, "portal/book/check.html", cards, status)


def _send(request: OfficeRequest, booker: Booker) -> HttpResponse:
    clinic, desk = clinic_of(request), request.programme.desk
    chosen = places.chosen_place(request, booker.draft or {})
    lacking = booking.unready(booker.way, booker.answers, clinic, desk)
    if lacking:
        return step_page(request, booker, *lacking)
    if chosen is None or request.POST.get("place") != chosen.value:
        return _page(request, booker, "book.other_time", 422)
    if reasons := places.retake(request, booker):
        return _refused(request, booker, chosen, reasons)
    return _filed(request, booker, chosen)


def _refused(
    request: OfficeRequest, booker: Booker, chosen: Chosen, reasons: tuple[str, ...]
) -> HttpResponse:
    """The dates with the reason; the done page where another press of the same form was quicker."""
    if there(request, booker, chosen):
        return see("book-done")
    return dates_page(request, booker, reasons)


def _filed(request: OfficeRequest, booker: Booker, chosen: Chosen) -> HttpResponse:
    """The page after the place was asked for."""
    try:
        filed = _file(request, booker)
    except Refused as refused:
        return _refused(request, booker, chosen, places.keys(refused))
    except Absent:
        return see("book")
    except Busy:
        return _page(request, booker, "consult.busy", 503)
    if filed:
        places.let_go(request, booker.who)
        remember(request, booker, chosen.value)
    return see("book-done" if filed or there(request, booker) else "book-check")


def _file(request: OfficeRequest, booker: Booker) -> bool:
    """Ask for the place, as a new case or for the one whose receipt is open."""
    office, programme, now = request.office, request.programme, request.now
    clinic, desk, standing = clinic_of(request), programme.desk, changes(request)
    said = wanted(booker.answers, clinic)
    if booker.held is None:
        asked = new_request(booker.answers, clinic, opening(desk, "web", now, standing).answer_by)
        return intake.ask_with_booking(
            booker.own, office, asked, said, clinic, desk, standing, network(request), now=now
        )
    clinics.ask(
        cases.consultee(office.id),
        booker.held,
        booker.own,
        clinic,
        desk,
        standing,
        said,
        look_on(request),
        now=now,
        idempotency_key=booker.own.bind((booker.draft or {})["token"]),
    )
    return True


def remember(request: OfficeRequest, booker: Booker, place: str) -> None:
    """Hold for the next page what was asked for, and forget the draft."""
    now = request.now
    if booker.held:
        told = {"mark": booker.mark, "answers": intake.marks(booker.own, booker.answers)}
    else:
        told = visit.recall(booker.own, "done", now) or {}
    visit.remember(booker.own, "done", {**told, "place": place}, now)
    visit.drop(booker.own, "draft")


def there(request: OfficeRequest, booker: Booker, chosen: Chosen | None = None) -> bool:
    """Whether a booking, or the booking of this place, was sent in this visit just now."""
    told = visit.recall(booker.own, "done", request.now)
    if chosen is None:
        return told is not None
    if told is not None and told.get("place", chosen.value) == chosen.value:
        return True
    own = clinics.own(booker.held) if booker.held else ()
    if all(one.place != chosen.place for one in own):
        return False
    remember(request, booker, chosen.value)
    return True


def _receipt(request: OfficeRequest, told: dict[str, Any]) -> dict[str, object]:
    read_at = datetime.fromisoformat(told["read_at"]).astimezone(TOKYO)
    sent_at = datetime.fromisoformat(told["at"]).astimezone(TOKYO)
    return {
        "receipt": grouped(told["number"]),
        "secret": grouped(told["secret"]),
        "urgent": told["urgent"],
        "rule": f"consult.done_{told['rule']}",
        "when": Formatter(words_for(request)).opening(read_at, request.now),
        "read_now": read_at <= sent_at,
        "sent_on": sent_at.date(),
    }


def open_to_all(request: OfficeRequest) -> bool:
    """Whether a person may ask for a place here.

    Raises:
        Http404: the municipality has no clinic.
    """
    clinic = clinic_of(request)
    return clinic.booking.online != "no" and not clinic.booking.only_if_needed


def by_desk(request: OfficeRequest) -> HttpResponse:
    """How to book where it is not done here."""
    return draw(request, "portal/book/by_desk.html")


def closed(request: OfficeRequest) -> HttpResponse:
    """The receipt closed meanwhile; what was typed waits."""
    return draw(request, "portal/book/closed.html", status=409)


def dates_page(
    request: OfficeRequest, booker: Booker, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    """The list of dates, with why the last choice cannot be had."""
    now, draft = request.now, booker.draft or {}
    held = clinics.held(booker.own, now)
    days = places.listed(request, held.place if held else None, draft.get("place", ""))
    cards = {
        **_way(booker, booking.DATES),
        "days": days,
        "near": days[:NEAR],
        "far": days[NEAR:],
        "far_open": not any(one.state == "free" for one in days[:NEAR])
        or any(choice.chosen for one in days[NEAR:] for choice in one.choices),
        "some_free": any(one.state == "free" for one in days),
        "several": bool(clinic_of(request).venue),
        "grounds": reasons,
        "typed": any(any(told) for name, told in booker.answers.items() if name != "danger"),
        "booked": _booked(request, booker),
        "back": "back" in request.GET or "back" in request.POST,
    }
    return draw(request, "portal/book/dates.html", cards, 422 if reasons else 200)


def _booked(request: OfficeRequest, booker: Booker) -> bool:
    """Whether the person has a place to come already: one at a time."""
    own = clinics.own(booker.held) if booker.held else ()
    names = {one.ref for one in places.to_come(request)}
    return any(one.state in EXPECTED and one.place.day in names for one in own)


def step_page(request: OfficeRequest, booker: Booker, asked: Step, filled: Filled) -> HttpResponse:
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


def holding(request: OfficeRequest, booker: Booker) -> dict[str, object]:
    """The place of the draft and until when it is held."""
    chosen = places.chosen_place(request, booker.draft or {})
    held = clinics.held(booker.own, request.now) if chosen else None
    until = held.until if chosen and held and held.place == chosen.place else None
    return {"chosen": chosen, "until": until, "mark": booker.mark}


def _way(booker: Booker, number: int) -> dict[str, object]:
    """Where the page stands among the others."""
    before = booker.way.before(number)
    return {
        "number": booker.way.place(number),
        "last": booker.way.last,
        "before": before,
        "before_dates": before == booking.DATES,
        "mark": booker.mark,
    }


urlpatterns = [
    path("s/l/", dates, name="book"),
    path("s/l/<int:number>/", step, name="book-step"),
    path("s/l/lines/", lines, name="book-lines"),
    path("s/l/check/", check, name="book-check"),
    path("s/l/done/", done, name="book-done"),
]
