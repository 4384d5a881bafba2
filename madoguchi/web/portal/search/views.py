"""Search (目的別検索): finds the page for what a worried person types; keeps nothing of it."""

from django.http import HttpRequest, HttpResponse

from madoguchi.web.kit.arrival import in_force
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.origin import own_pages_only
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.typed import showable
from madoguchi.web.portal import pages
from madoguchi.web.portal.needs import need_cards
from madoguchi.web.portal.page import Cards, show
from madoguchi.web.portal.search.index import index
from madoguchi.web.portal.search.index import search as find

LONGEST = 200
FIRST_SEEN = 3


@own_pages_only
def search(request: HttpRequest) -> HttpResponse:
    """The pages for the words; a visit without words goes to the first page."""
    if request.method != "POST":
        return SeeOther(pages.link(pages.FIRST).href)
    words = showable(request.POST.get("words", ""))[:LONGEST].strip()
    known = index(words_for(request), in_force(request, request.office.slug))  # type: ignore[attr-defined] # set on arrival
    found = find(known, words) if words else ()
    cards: Cards = {
        "words": words,
        "pages": [pages.link(entry.page) for entry in found if entry.agency is None],
        "agencies": [entry.agency.shown for entry in found if entry.agency],
        "urgent": any(entry.page == "guide/danger" for entry in found[:FIRST_SEEN]),
        "needs": need_cards(),
    }
    response = show(request, "search", "portal/search/page.html", cards)
    response["Cache-Control"] = "no-store"
    return response
