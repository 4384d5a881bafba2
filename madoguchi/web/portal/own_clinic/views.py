"""A person's own booking with the lawyer (自分の予約): the page, and the file for a calendar."""

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.column import column
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.book.dates import listed
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.follow.pending import meant
from madoguchi.web.portal.own_clinic import places
from madoguchi.web.portal.own_clinic.appointment import appointment
from madoguchi.web.portal.own_clinic.cards import may_book, mine, waits
from madoguchi.web.portal.own_clinic.pressed import Press, new_token
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.sittings import public

SEEN_BY_OTHERS = "no"
DONE = "kept", "changed", "cancelled", "accepted", "declined", "waiting", "left"
NOTES = {f"clinic_{done}": f"own_clinic.note_{done}" for done in DONE}


@private
def own_clinic(request: HttpRequest) -> HttpResponse:
    """The person's bookings, what they wait for, and the places they may change to."""
    who = newcomer(request)
    held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
    return see("follow") if held is None else page(request, who, held)


def page(
    request: HttpRequest, who: Holder, held: cases.Holding, grounds: tuple[str, ...] = ()
) -> HttpResponse:
    """The page as things stand, after a refusal with its grounds."""
    clinic, now = request.programme.clinic, request.now  # type: ignore[attr-defined] # set on arrival
    if clinic is None:
        return see("follow")
    standing = changes(request)
    own, found = mine(request, held, standing), listed(request, None, "")
    waiting = waits(request, held, standing)
    free_to = not any(one.placed for one in own) and all(one.on for one in waiting)
    cards = {
        "own": own,
        "waits": waiting,
        "advice": public.advice(held),
        "may_wait": clinic.booking.waiting and free_to,
        "may_book": may_book(request, own, standing) and not any(one.stands for one in own),
        "full": places.full(found, words_for(request)),
        "times": places.offered(found, words_for(request)),
        "bring": clinic.booking.bring,
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "note": "" if grounds else NOTES.get(opened.take_note(who, now), ""),
        "mark": held.drawer.mark,
        "token": new_token(),
    }
    return draw(request, "portal/own_clinic/page.html", cards, 422 if grounds else 200)


@private
def calendar(request: HttpRequest) -> HttpResponse:
    """The appointment as .ics, for somebody who says that nobody else looks at the device."""
    who = newcomer(request)
    held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
    held = meant(request, held) if request.method == "POST" else None
    clinic = request.programme.clinic  # type: ignore[attr-defined]
    if held is None or clinic is None or request.POST.get("others") != SEEN_BY_OTHERS:
        return see("own-clinic")
    try:
        seen = Press(request, who, held, clinic).seen()
    except (Absent, Refused):  # moved or cancelled meanwhile: the page says how it is
        return see("own-clinic")
    found = [
        one for one in mine(request, held, changes(request)) if one.seen == seen and one.settled
    ]
    if not found:
        return see("own-clinic")
    title = words_for(request).get("own_clinic.event", column()).words
    answer = HttpResponse(
        appointment(found[0], title, request.now),  # type: ignore[attr-defined] # set on arrival
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="yotei.ics"'
    return answer
