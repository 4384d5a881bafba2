"""Leaving (`kit.exit`): the visit is forgotten, the browser goes where nothing is said."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from madoguchi.tools.vault import visit
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import page
from madoguchi.web.portal.safety.visitor import let_go, unmarked, visitor


@unmarked
def leave(request: OfficeRequest) -> HttpResponse:
    """Deletes the visit's rows and our cookies, by name, and gives back the place that it holds.

    Another site's page cannot cause it.
    """
    who = visitor(request)
    response = SeeOther(request.programme.city.exits_to)
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return response
    if who:
        visit.leave(who)
        let_go(request, who)
    for name in (settings.VISIT_COOKIE, page.COOKIE):
        response.set_cookie(
            name, "", max_age=0, secure=not settings.DEMO, httponly=True, samesite="Lax"
        )
    response["Clear-Site-Data"] = '"storage"'
    return response


urlpatterns = [path("s/leave/", leave, name="leave")]
