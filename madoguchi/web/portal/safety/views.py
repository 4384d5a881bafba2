"""The page before the first question (はじめる前に): what leaving does, what the device keeps."""

from django.http import HttpResponse
from django.urls import path

from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DAY
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.book.places import renewed
from madoguchi.web.portal.consult.steps import LAST
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, visitor, welcome

IN_LINE = " Line/"
BEGUN = "?begun"  # a browser that comes back with it and without the cookie keeps no cookies


@private
def safety(request: OfficeRequest) -> HttpResponse:
    """Shows the page once; its button gives the visit a cookie and an empty draft."""
    now = request.now
    who = visitor(request)
    begun = visit.recall(who, "draft", now) if who else None
    if begun:
        return see("consult", min(begun.get("step", 0) + 1, LAST))
    if request.method != "POST":
        in_line = IN_LINE in request.headers.get("User-Agent", "")
        return draw(request, "portal/safety/page.html", {"in_line": in_line})
    DAY.begin(request.office.id, network(request), now)
    who = renewed(who, now) if who else newcomer(request)
    visit.hold(who, lambda _draft: None, now)
    return welcome(see("consult", 1, mark=BEGUN), who)


urlpatterns = [path("s/", safety, name="safety")]
