"""The page after a place was asked for (受け付けた内容): when, where, what to bring, receipt."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.tools.vault import visit
from madoguchi.tools.vault.receipt import grouped
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.portal.book import dates as listing
from madoguchi.web.portal.book.dates import Chosen
from madoguchi.web.portal.book.draft import Booker
from madoguchi.web.portal.safety.visitor import draw, private, see, visitor
from madoguchi.work.clinic import public as clinics
from madoguchi.work.intake import public as intake


def remember(request: HttpRequest, booker: Booker, place: str) -> None:
    """Hold for the next page what was asked for, and forget the draft."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    if booker.held:
        told = {"mark": booker.mark, "answers": intake.marks(booker.own, booker.answers)}
    else:
        told = visit.recall(booker.own, "done", now) or {}
    visit.remember(booker.own, "done", {**told, "place": place}, now)
    visit.drop(booker.own, "draft")


def there(request: HttpRequest, booker: Booker, chosen: Chosen | None = None) -> bool:
    """Whether a booking, or the booking of this place, was sent in this visit just now."""
    told = visit.recall(booker.own, "done", request.now)  # type: ignore[attr-defined] # set on arrival
    if chosen is None:
        return told is not None
    if told is not None and told.get("place", chosen.value) == chosen.value:
        return True
    own = clinics.own(booker.held) if booker.held else ()
    if all(one.place != chosen.place for one in own):
        return False
    remember(request, booker, chosen.value)
    return True


@private
def done(request: HttpRequest) -> HttpResponse:
    """Shows the booking, and the receipt of a new case, for as long as the visit holds them."""
    now, who = request.now, visitor(request)  # type: ignore[attr-defined] # set on arrival
    told = visit.recall(who.second, "done", now) if who else None
    if told is None:
        return see("book")
    cards = {
        "chosen": listing.chosen(request, told),
        "asked": request.programme.clinic.booking.online == "ask",  # type: ignore[attr-defined]
        "aside": who is not None and visit.recall(who.beside, "draft", now) is not None,
        "clinic": request.programme.clinic,  # type: ignore[attr-defined]
        **(_receipt(request, told) if "number" in told else {}),
    }
    return draw(request, "portal/book/done.html", cards)


def _receipt(request: HttpRequest, told: dict[str, Any]) -> dict[str, object]:
    read_at = datetime.fromisoformat(told["read_at"]).astimezone(TOKYO)
    sent_at = datetime.fromisoformat(told["at"]).astimezone(TOKYO)
    return {
        "receipt": grouped(told["number"]),
        "secret": grouped(told["secret"]),
        "urgent": told["urgent"],
        "rule": f"consult.done_{told['rule']}",
        "when": Reading(words_for(request)).opening(read_at, request.now),  # type: ignore[attr-defined] # set on arrival
        "read_now": read_at <= sent_at,
        "sent_on": sent_at.date(),
    }
