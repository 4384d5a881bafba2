"""The check page of a booking and its button (内容の確認): sent once, whatever is pressed twice."""

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.opening import opening
from madoguchi.tools.office.network import network
from madoguchi.tools.vault.lane import Busy
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.book import dates as listing
from madoguchi.web.portal.book import done, draft, pages, place, steps
from madoguchi.web.portal.book.dates import Chosen
from madoguchi.web.portal.book.draft import Booker
from madoguchi.web.portal.book.request import new_request, wanted
from madoguchi.web.portal.consult.answers import parts
from madoguchi.web.portal.follow.pending import look_on
from madoguchi.web.portal.safety.visitor import draw, private, see
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics
from madoguchi.work.intake import public


@private
def check(request: HttpRequest) -> HttpResponse:
    """Shows all answers with ways to change them; its button asks for the place, once."""
    if not pages.open_to_all(request):
        return see("book")
    post = request.method == "POST"
    booker = draft.sender(request) if post else draft.reader(request)
    if booker is None:
        return pages.closed(request) if post else see("book")
    if booker.draft is None:
        return see("book-done" if done.there(request, booker) else "book")
    if listing.chosen(request, booker.draft) is None:
        lost = place.retake(request, booker)
        return pages.dates(request, booker, lost or ("book.choose",))
    return _send(request, booker) if post else _page(request, booker)


def _page(request: HttpRequest, booker: Booker, note: str = "", status: int = 200) -> HttpResponse:
    clinic = request.programme.clinic  # type: ignore[attr-defined] # set on arrival
    rule = cases.wishes(booker.held.drawer).contact_rule if booker.held else ""
    cards = {
        **pages.holding(request, booker),
        "parts": parts(booker.answers, (), steps.pages(booker.way, clinic), "book-step"),
        "rule": f"consult.contact_rule.{rule}" if rule else "",
        "note": note,
        "asked": clinic.booking.online == "ask",
    }
    return draw(request, "portal/book/check.html", cards, status)


def _send(request: HttpRequest, booker: Booker) -> HttpResponse:
    clinic, desk = request.programme.clinic, request.programme.desk  # type: ignore[attr-defined] # set on arrival
    chosen = listing.chosen(request, booker.draft or {})
    lacking = steps.unready(booker.way, booker.answers, clinic, desk)
    if lacking:
        return pages.step(request, booker, *lacking)
    if chosen is None or request.POST.get("place") != chosen.value:
        return _page(request, booker, "book.other_time", 422)
    if grounds := place.retake(request, booker):
        return _refused(request, booker, chosen, grounds)
    return _filed(request, booker, chosen)


def _refused(
    request: HttpRequest, booker: Booker, chosen: Chosen, grounds: tuple[str, ...]
) -> HttpResponse:
    """The dates with the reason; the done page where another press of the same form was quicker."""
    if done.there(request, booker, chosen):
        return see("book-done")
    return pages.dates(request, booker, grounds)


def _filed(request: HttpRequest, booker: Booker, chosen: Chosen) -> HttpResponse:
    """The page after the place was asked for."""
    try:
        filed = _file(request, booker)
    except Refused as refused:
        return _refused(request, booker, chosen, place.keys(refused))
    except Absent:
        return see("book")
    except Busy:
        return _page(request, booker, "consult.busy", 503)
    if filed:
        place.let_go(request, booker.who)
        done.remember(request, booker, chosen.value)
    return see("book-done" if filed or done.there(request, booker) else "book-check")


def _file(request: HttpRequest, booker: Booker) -> bool:
    """Ask for the place, as a new case or for the one whose receipt is open."""
    office, programme, now = request.office, request.programme, request.now  # type: ignore[attr-defined] # set on arrival
    clinic, desk, standing = programme.clinic, programme.desk, changes(request)
    said = wanted(booker.answers, clinic)
    if booker.held is None:
        asked = new_request(booker.answers, clinic, opening(desk, "web", now, standing).answer_by)
        return public.ask_with_booking(
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
        once=booker.own.bind((booker.draft or {})["token"]),
    )
    return True
