"""A need or a situation explained: what can be done, what cannot, cost, time, what to prepare.

The page of danger begins with three numbers and says who answers each of seven persons now; that of
a situation (写真・住所をさらされた, いじめ・学校, 訴えられた) with who answers those it is for.
"""

from django.urls import path

from madoguchi.rules.programme.agency import NEEDS, Agency
from madoguchi.rules.programme.people import PEOPLE, PersonName
from madoguchi.rules.programme.programme import Programme
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import (
    Cards,
    helplines_for,
    information,
    reached,
    reception,
    shown_agencies,
)
from madoguchi.web.portal.pages import cards

SHOWN = 6
FOR: dict[str, tuple[PersonName, ...]] = {
    "danger": PEOPLE,
    "exposed": ("pictures", "threatened"),
    "school": ("child",),
    "posted": ("dying", "sued"),
}
BESIDE = {
    "delete": ("safeline",),
    "evidence": ("ihc",),
    "exposed": ("kodomo_sos", "safeline", "takeitdown", "stopncii", "ihc", "police_cyber"),
    "school": ("moj_kodomo", "moj_line", "childline", "takeitdown"),
    "posted": ("bengoshikai", "houterasu_multi", "kodomo_sos"),
}


@information("guide/{name}", "portal/guide/page.html")
def guide(request: OfficeRequest, name: str) -> Cards:
    """The page of one need or situation."""
    programme = request.programme
    people = [helplines_for(request, person) for person in FOR.get(name, ())]
    needed = () if people else (each for each in programme.directory if name in each.needs)
    own = reached(request, needed)[:SHOWN]
    shown = {each.agency.id for each in own}
    beside = shown_agencies(programme, (i for i in BESIDE.get(name, ()) if i not in shown))
    return {
        "name": name,
        "text": f"guide_{name}",
        "reception": reception(request),
        "agencies": (*own, *reached(request, beside)),
        "people": people,
        "voiceless": helplines_for(request, "silent") if people else None,
        "others": [card for card in cards() if card.name != name],
    }


def agencies_for(programme: Programme, name: str) -> tuple[Agency, ...]:
    """All agencies for a need; for a situation, those of the persons whom its page is for."""
    if name in NEEDS:
        return programme.agencies_for(name)
    people = [programme.person(each) for each in FOR[name]]
    named = [name for each in people for name in (*each.lines, *each.beside, *each.send)]
    return shown_agencies(programme, dict.fromkeys((*named, *BESIDE[name])))


urlpatterns = [path("guide/<guide:name>/", guide, name="guide")]
