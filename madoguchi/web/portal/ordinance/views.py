"""The city's ordinance: its name, its dates, where its text stands."""

from django.http import HttpRequest
from django.urls import path

from madoguchi.web.portal.page import Cards, information


@information("ordinance", "portal/ordinance/page.html")
def ordinance(request: HttpRequest) -> Cards:
    """The ordinance of the programme, or None."""
    return {"ordinance": request.programme.city.ordinance}  # type: ignore[attr-defined] # set on arrival


urlpatterns = [path("ordinance/", ordinance, name="ordinance")]
