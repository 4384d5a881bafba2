"""Privacy, accessibility, how to use the site: prose, with whom to ask put in."""

from django.urls import path

from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information

PAGE = "portal/about/page.html"


def whom_to_ask(request: OfficeRequest) -> Cards:
    """The names that the prose may use: `{division}`, `{phone}`, `{fax}`."""
    city = request.programme.city
    none = texts_for(request).get("kit.no_number", column()).words
    return {
        "division": city.division_on(request.now.date()).name,
        "phone": city.contact.phone or none,
        "fax": city.contact.fax or none,
    }


@information("privacy", PAGE)
def privacy(request: OfficeRequest) -> Cards:
    """What is kept of a visitor and of a person who asks for help."""
    return {"text": "privacy", "names": whom_to_ask(request)}


@information("accessibility", PAGE)
def accessibility(request: OfficeRequest) -> Cards:
    """Which standard is aimed at, and whom to tell about a barrier."""
    return {"text": "accessibility", "names": whom_to_ask(request)}


@information("site", PAGE)
def site(request: OfficeRequest) -> Cards:
    """How to leave quickly, change the display, search and print."""
    return {"text": "site", "names": whom_to_ask(request)}


urlpatterns = [
    path("privacy/", privacy, name="privacy"),
    path("accessibility/", accessibility, name="accessibility"),
    path("site/", site, name="site"),
]
