"""A need explained: what can be done, what cannot, cost, time, what to prepare, what next."""

from django.urls import path

from madoguchi.rules.programme.agency import Need
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information, reception
from madoguchi.web.portal.pages import IN_ADDRESS, need_cards

SHOWN = 6


@information("guide/{need}", "portal/guide/page.html")
def guide(request: OfficeRequest, need: Need) -> Cards:
    """The page of one need."""
    return {
        "need": need,
        "text": f"guide_{need}",
        "reception": reception(request, "phone", changes(request)),
        "agencies": request.programme.agencies_for(need)[:SHOWN],
        "others": [card for card in need_cards() if card.need != need],
    }


urlpatterns = [path(f"guide/{IN_ADDRESS}/", guide, name="guide")]
