"""A need explained: what can be done, what cannot, cost, time, what to prepare, what next."""

from django.http import HttpRequest

from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.needs import need_cards
from madoguchi.web.portal.page import Cards, information
from madoguchi.web.portal.reception import reception

SHOWN = 6


@information("guide/{need}", "portal/guide/page.html")
def guide(request: HttpRequest, need: str) -> Cards:
    """The page of one need."""
    return {
        "need": need,
        "text": f"guide_{need}",
        "reception": reception(request, "phone", changes(request)),
        "agencies": request.programme.agencies_for(need)[:SHOWN],  # type: ignore[attr-defined] # set on arrival
        "others": [card for card in need_cards() if card.need != need],
    }
