"""The city's ordinance: its name, its dates, where its text stands."""

from django.urls import path

from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information


@information("ordinance", "portal/ordinance/page.html")
def ordinance(request: OfficeRequest) -> Cards:
    """The ordinance of the programme, or None."""
    return {"ordinance": request.programme.city.ordinance}


urlpatterns = [path("ordinance/", ordinance, name="ordinance")]
