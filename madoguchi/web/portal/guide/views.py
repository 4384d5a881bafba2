"""A need explained: what can be done, what cannot, cost, time, what to prepare, what next."""

from django.http import HttpRequest
from django.urls import path

from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.page import Cards, information, reception
from madoguchi.web.portal.pages import IN_ADDRESS, need_cards

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


urlpatterns = [path(f"guide/{IN_ADDRESS}/", guide, name="guide")]
