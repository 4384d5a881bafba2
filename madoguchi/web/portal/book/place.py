"""The place that a visitor holds while the questions are answered (お待ちする枠)."""

from datetime import datetime

from django.http import HttpRequest

from madoguchi.rules.decision import Refused
from madoguchi.rules.slots import begins, day
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.book import dates
from madoguchi.web.portal.book.draft import Booker
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics

type Grounds = tuple[str, ...]


def take(request: HttpRequest, booker: Booker, sent: str) -> Grounds:
    """Hold the place that a form names; the keys of the words that say why it cannot be had."""
    read = dates.read(sent)
    if read is None:
        return ("book.choose",)
    place, at = read
    one = day(request.programme.clinic, place.day, changes(request))  # type: ignore[attr-defined] # set on arrival
    if one and one.slot(place.number) and f"{begins(one, place.number):{dates.MOMENT}}" != at:
        return ("book.moved",)
    return _hold(request, booker, place)


def retake(request: HttpRequest, booker: Booker) -> Grounds:
    """See that the draft's place is held: where its minutes are over it is taken once more.

    The keys say why it cannot be had any more; nothing where none was chosen yet.
    """
    draft = booker.draft or {}
    if chosen := dates.chosen(request, draft):
        return _hold(request, booker, chosen.place)
    return take(request, booker, draft["place"]) if draft.get("place") else ()


def _hold(request: HttpRequest, booker: Booker, place: clinics.Place) -> Grounds:
    office, programme = request.office, request.programme  # type: ignore[attr-defined] # set on arrival
    try:
        clinics.hold(
            booker.own,
            cases.AtOffice(office.id),
            programme.clinic,
            programme.desk,
            changes(request),
            place,
            now=request.now,  # type: ignore[attr-defined]
            network=network(request),
        )
    except Refused as refused:
        return keys(refused)
    return ()


def keys(refused: Refused) -> Grounds:
    """The text keys of the grounds."""
    return tuple(f"ground.{ground.code}" for ground in refused.grounds)


def let_go(request: HttpRequest, who: visit.Holder) -> None:
    """Give back the place that the visitor holds, if there is one; its network may hold another."""
    at, now = cases.AtOffice(who.office_id), request.now  # type: ignore[attr-defined] # set on arrival
    clinics.let_go(who.second, at, now=now, network=network(request))


def renewed(who: visit.Holder, now: datetime) -> visit.Holder:
    """The visitor under a new cookie; the place that they hold goes with them."""
    new = visit.renew(who, now)
    clinics.carry(who.second, new.second)
    return new
