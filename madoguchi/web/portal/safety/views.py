"""The page before the first question (はじめる前に): what leaving does, what the device keeps.

Whoever opens it in a browser that holds somebody's draft sees no word of that before they say that
they go on with it.
"""

from django.http import HttpResponse
from django.urls import path

from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DAY
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.book.places import renewed
from madoguchi.web.portal.consult.steps import ORDER, unfinished
from madoguchi.web.portal.safety.visitor import (
    draw,
    newcomer,
    see,
    unmarked,
    visitor,
    welcome,
    where_web_is_taken,
)

IN_LINE = " Line/"
BEGUN = "?begun"  # a browser that comes back with it and without the cookie keeps no cookies


@unmarked
@where_web_is_taken
def safety(request: OfficeRequest) -> HttpResponse:
    """Shows the page, or asks about a draft; its button gives a cookie and an empty draft."""
    now = request.now
    who = visitor(request)
    begun = visit.recall(who, "draft", now) if who else None
    if who and begun and "anew" in request.POST:
        visit.discard(who)
    elif begun and (request.method == "POST" or not begun["answers"]):
        return see("consult", unfinished(begun["answers"]) or ORDER[-1])
    elif begun:
        step = unfinished(begun["answers"]) or ORDER[-1]
        return draw(request, "portal/safety/begun.html", {"step": step})
    if request.method != "POST":
        in_line = IN_LINE in request.headers.get("User-Agent", "")
        return draw(request, "portal/safety/page.html", {"in_line": in_line})
    DAY.begin(request.office.id, network(request), now)
    who = renewed(who, now) if who else newcomer(request)
    visit.hold(who, lambda _draft: None, now)
    return welcome(see("consult", ORDER[0], mark=BEGUN), who)


urlpatterns = [path("s/", safety, name="safety")]
