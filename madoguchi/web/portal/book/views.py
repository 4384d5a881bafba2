"""Asking for a place (予約の申し込み): danger, a date, questions, the check page, the receipt.

It is sent once, whatever is pressed twice.
"""

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.opening import opening
from madoguchi.rules.steps.case import NO_CONTACT
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DAY, Busy
from madoguchi.web.kit.display import as_pressed, stays
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest, clinic_of
from madoguchi.web.portal.book import booking, places
from madoguchi.web.portal.book.booking import Booker, new_request, wanted
from madoguchi.web.portal.book.places import ChosenPlace
from madoguchi.web.portal.consult import steps as consult
from madoguchi.web.portal.consult.steps import parts
from madoguchi.web.portal.consult.views import (
    FROM_CHECK,
    for_its_time,
    receipt_cards,
    set_aside,
    to_ring,
)
from madoguchi.web.portal.follow.session import look_on
from madoguchi.web.portal.page import calm, heard, helplines_for
from madoguchi.web.portal.safety.views import BEGUN, IN_LINE
from madoguchi.web.portal.safety.visitor import (
    draw,
    let_go,
    newcomer,
    not_taken,
    of_the_visit,
    private,
    see,
    unmarked,
    visitor,
    welcome,
)
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics
from madoguchi.work.intake import public as intake

EXPECTED = ("asked", "booked", "offered")
NEAR = 4  # so many days are shown at once, those after them on demand


@unmarked
def dates(request: OfficeRequest) -> HttpResponse:
    """Shows the dates, or holds the place that was chosen; where the desk alone books, says so."""
    if not open_to_all(request):
        return draw(request, "portal/book/by_desk.html")
    if request.method == "POST":
        if not {"place", "case"} & request.POST.keys():
            return _begin(request)
        return _choose(request) if of_the_visit(request) else not_taken(request)
    booker = booking.reader(request)
    if booker is None or (booker.draft is None and booker.held is None):
        return _before(request, booker)
    if booker.held is None and not booker.answers.get("danger"):
        return see("book-step", booking.FIRST)
    return dates_page(request, booker)


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
    place, who = str(request.POST.get("place", "")), newcomer(request)
    if not request.POST.get("case") and booking.sent_before(request, who):
        return see("book-done")
    booker = booking.sender(request, who)
    if booker and booker.draft is None:
        booker = booking.saved(request, who, {})
    if booker is None:
        return welcome(closed(request), who)
    if reasons := places.take(request, booker, place):
        return welcome(dates_page(request, booker, reasons), who)
    visit.hold(booker.own, lambda draft: draft.update(place=place), request.now)
    return welcome(onward(request, booker, booking.DATES), who)


@private
def step(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows one page of questions, or saves what it sent and goes on."""
    if not open_to_all(request):
        return see("book")
    step = booking.steps(clinic_of(request)).get(number)
    if step is None:
        raise Http404
    if request.method == "POST":
        return _save(request, step)
    booker, now = booking.reader(request), request.now
    if booker is None or number not in booker.route.numbers:
        return see("book")
    if booker.draft is None:  # the first page is shown where the visit has read what comes before
        begun = any(visit.recall(booker.who, kind, now) for kind in ("draft", "done"))
        if number != booking.FIRST or not begun:
            return see("book")
    return step_page(
        request, booker, step, consult.show(step, booker.answers, request.programme.desk)
    )


def _save(request: OfficeRequest, step: booking.Step) -> HttpResponse:
    """Save first; then the next page, or the same one with what has to be changed."""
    who = newcomer(request)
    if booking.sent_before(request, who):
        set_aside(who, step, request, who.second)
        return see("book-done")
    booker = booking.saved(request, who, step.form.take(request.POST))
    answer = _after(request, booker, step) if booker else closed(request)
    return as_pressed(request, welcome(answer, who))


def _after(request: OfficeRequest, booker: Booker, step: booking.Step) -> HttpResponse:
    if step.number not in booker.route.numbers:
        return see("book")
    mark = FROM_CHECK if "back" in request.POST else ""
    if stays(request):
        return see("book-step", step.number, mark=mark)
    if request.POST.get("to") == "book":
        return see("book", mark=mark)
    if "before" in request.POST:  # kept, and judged another time
        return _page_of(None if "back" in request.POST else booker.route.before(step.number))
    filled = booking.check(step, booker.answers, clinic_of(request), request.programme.desk)
    if not filled.ok:
        return step_page(request, booker, step, filled)
    if reasons := places.retake(request, booker):
        return dates_page(request, booker, reasons)
    danger = filled.values.get("danger") == "yes" and "back" not in request.POST
    return see("book-lines") if danger else onward(request, booker, step.number)


def onward(request: OfficeRequest, booker: Booker, number: int) -> HttpResponse:
    """The page after one: the check page for who came from there, else the next."""
    return _page_of(None if "back" in request.POST else booker.route.after(number))


def _page_of(number: int | None) -> HttpResponse:
    """Where a page of the route is: the check page has no number."""
    if number is None:
        return see("book-check")
    return see("book") if number == booking.DATES else see("book-step", number)


@private
def lines(request: OfficeRequest) -> HttpResponse:
    """Shows lines to ring before the booking goes on."""
    booker = booking.reader(request)
    if booker is None or booker.answers.get("danger") != ["yes"]:
        return see("book")
    cards: dict[str, object] = {
        "agencies": to_ring(request, danger=True, young=False),
        "danger": True,
        "voiceless": helplines_for(request, "silent"),
        "number": booking.FIRST,
        "last": booker.route.last,
        "onward": "book",
    }
    return draw(request, "portal/book/lines.html", cards)


@private
def check(request: OfficeRequest) -> HttpResponse:
    """Shows all answers with ways to change them; its button asks for the place, once."""
    if not open_to_all(request):
        return see("book")
    posted = request.method == "POST"
    booker = booking.sender(request, newcomer(request)) if posted else booking.reader(request)
    if booker is None:
        return closed(request) if posted else see("book")
    if booker.draft is None:
        return see("book-done" if was_sent(request, booker) else "book")
    if places.chosen_place(request, booker.draft) is None:
        lost = places.retake(request, booker)
        return dates_page(request, booker, lost or ("book.choose",))
    return _send(request, booker) if posted else _check_page(request, booker)


def _check_page(
    request: OfficeRequest, booker: Booker, note: str = "", status: int = 200
) -> HttpResponse:
    clinic = clinic_of(request)
    rule = cases.wishes(booker.held.drawer).contact_rule if booker.held else ""
    answered = parts(booker.answers, (), booking.pages(booker.route, clinic), "book-step")
    own = (each.words for part in answered for each in part.answers if not each.chosen)
    cards = {
        **holding(request, booker),
        "parts": answered,
        "calm": calm(request, heard(request, *own)),
        "rule": f"consult.contact_rule.{rule}" if rule else "",
        "note": note,
        "asked": clinic.booking.online == "ask",
    }
    return draw(request, "portal/book/check.html", cards, status)


def _send(request: OfficeRequest, booker: Booker) -> HttpResponse:
    """Ask for the place, or say why it cannot be asked for."""
    chosen = places.chosen_place(request, booker.draft or {})
    unready = booking.unready(
        booker.route, booker.answers, clinic_of(request), request.programme.desk
    )
    if unready:
        return step_page(request, booker, *unready)
    if chosen is None or request.POST.get("place") != chosen.value:
        return _check_page(request, booker, "book.other_time", 422)
    reasons, filed = places.retake(request, booker), False
    if not reasons:
        try:
            filed = _file(request, booker)
        except Refused as refused:
            reasons = places.reason_keys(refused)
        except Absent:
            return see("book")
        except Busy:
            return _check_page(request, booker, "consult.busy", 503)
    if reasons:  # unless another press of the same form was quicker
        if was_sent(request, booker, chosen):
            return see("book-done")
        return dates_page(request, booker, reasons)
    if filed:
        let_go(request, booker.who)
        remember(request, booker, chosen.value)
    return see("book-done" if filed or was_sent(request, booker) else "book-check")


def _file(request: OfficeRequest, booker: Booker) -> bool:
    """Ask for the place, as a new case or for the one whose receipt is open."""
    office, programme, now = request.office, request.programme, request.now
    clinic, desk, decided = clinic_of(request), programme.desk, changes(request)
    matter = wanted(booker.answers, clinic)
    if booker.held is None:
        read_at = opening(desk, "web", now, decided).answer_by
        return intake.ask_with_booking(
            booker.own,
            office,
            new_request(booker.answers, clinic, read_at),
            matter,
            clinic,
            desk,
            decided,
            network(request),
            now=now,
        )
    clinics.ask(
        cases.consultee(office.id),
        booker.held,
        booker.own,
        clinic,
        desk,
        decided,
        matter,
        look_on(request),
        now=now,
        idempotency_key=booker.own.bind((booker.draft or {})["token"]),
    )
    return True


def remember(request: OfficeRequest, booker: Booker, place: str) -> None:
    """Hold for the next page what was asked for, and forget the draft."""
    now = request.now
    if booker.held:
        done = {
            "mark": booker.mark,
            "answers": intake.marks(booker.own, booker.answers),
            "silent": cases.wishes(booker.held.drawer).effective_rule == NO_CONTACT,
        }
    else:
        done = visit.recall(booker.own, "done", now) or {}
    visit.remember(booker.own, "done", {**done, "place": place}, now)
    visit.drop(booker.own, "draft")


def was_sent(request: OfficeRequest, booker: Booker, chosen: ChosenPlace | None = None) -> bool:
    """Whether a booking, or the booking of this place, was sent in this visit just now."""
    done = visit.recall(booker.own, "done", request.now)
    if chosen is None:
        return done is not None
    if done is not None and done.get("place", chosen.value) == chosen.value:
        return True
    own = clinics.own(booker.held) if booker.held else ()
    if all(row.place != chosen.place for row in own):
        return False
    remember(request, booker, chosen.value)
    return True


@private
def done(request: OfficeRequest) -> HttpResponse:
    """Shows the booking, and the receipt of a new case, for as long as the visit holds them."""
    now, who = request.now, visitor(request)
    done = visit.recall(who.second, "done", now) if who else None
    if done is None:
        return see("book")
    cards = {
        "chosen": places.chosen_place(request, done),
        "asked": clinic_of(request).booking.online == "ask",
        "aside": who is not None and visit.recall(who.beside, "draft", now) is not None,
        "clinic": clinic_of(request),
        "silent": done.get("silent"),
        **(receipt_cards(request, done) if "number" in done else {}),
    }
    page = draw(request, "portal/book/done.html", cards)
    return for_its_time(page, done, now) if "number" in done else page


def open_to_all(request: OfficeRequest) -> bool:
    """Whether a person may ask for a place here.

    Raises:
        Http404: the municipality has no clinic.
    """
    clinic = clinic_of(request)
    return clinic.booking.online != "no" and not clinic.booking.only_if_needed


def closed(request: OfficeRequest) -> HttpResponse:
    """The receipt closed meanwhile; what was typed waits."""
    return draw(request, "portal/book/closed.html", status=409)


def dates_page(
    request: OfficeRequest, booker: Booker, reasons: places.ReasonKeys = ()
) -> HttpResponse:
    """The list of dates, with why the last choice cannot be had."""
    now, draft = request.now, booker.draft or {}
    held = clinics.held(booker.own, now)
    days = places.listed(request, held.place if held else None, draft.get("place", ""))
    near, far = days[:NEAR], days[NEAR:]
    own = clinics.own(booker.held) if booker.held else ()
    coming = {clinic_day.ref for clinic_day in places.to_come(request)}
    cards = {
        **_progress(booker, booking.DATES),
        "days": days,
        "near": near,
        "far": far,
        "far_open": not any(day.state == "free" for day in near)
        or any(choice.chosen for day in far for choice in day.choices),
        "some_free": any(day.state == "free" for day in days),
        "some_full": any(day.state == "full" for day in days),
        "several": bool(clinic_of(request).venue),
        "grounds": reasons,
        "typed": any(any(typed) for name, typed in booker.answers.items() if name != "danger"),
        "booked": any(row.state in EXPECTED and row.place.day in coming for row in own),
        "back": "back" in request.GET or "back" in request.POST,
    }
    return draw(request, "portal/book/dates.html", cards, 422 if reasons else 200)


def step_page(
    request: OfficeRequest, booker: Booker, step: consult.Step, filled: Filled
) -> HttpResponse:
    """A page of questions."""
    cards = {
        **_progress(booker, step.number),
        **holding(request, booker),
        "step": step,
        "lead": f"book.lead_{step.number}",
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


def _progress(booker: Booker, number: int) -> dict[str, object]:
    """Where the page stands among the others."""
    before = booker.route.before(number)
    return {
        "number": booker.route.place(number),
        "last": booker.route.last,
        "before": before,
        "mark": booker.mark,
    }


urlpatterns = [
    path("s/l/", dates, name="book"),
    path("s/l/<int:number>/", step, name="book-step"),
    path("s/l/lines/", lines, name="book-lines"),
    path("s/l/check/", check, name="book-check"),
    path("s/l/done/", done, name="book-done"),
]
