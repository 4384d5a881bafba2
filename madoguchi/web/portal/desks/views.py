"""The directory: the city's own desk first, then every agency that is confirmed."""

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.words import Words
from madoguchi.web.kit.column import column
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.guide.views import agencies_for
from madoguchi.web.portal.page import Cards, information, reached, reception
from madoguchi.web.portal.pages import cards


@information("desks", "portal/desks/page.html")
def desks(request: OfficeRequest, need: str = "") -> Cards:
    """The directory, or the part of it that helps with one need or in one situation."""
    programme = request.programme
    agencies = agencies_for(programme, need) if need else programme.directory
    return {
        "need": need,
        "needs": cards(),
        "agencies": reached(request, agencies),
        "reception": reception(request),
        "updated_on": max((agency.checked_on for agency in agencies), default=None),
    }


@require_safe
@cached_page
def data(request: OfficeRequest) -> HttpResponse:
    """The confirmed agencies as JSON, in the column of the address."""
    agencies = request.programme.directory
    return JsonResponse(
        [as_data(agency) for agency in agencies],
        safe=False,
        json_dumps_params={"ensure_ascii": False},
    )


def as_data(agency: Agency) -> dict[str, object]:
    """An agency as the page shows it, in the column of the page; a gap is filled in Japanese."""

    def text(words: Words) -> str:
        return words.get(column()).words

    return {
        "id": agency.id,
        "name": text(agency.name),
        "operator": text(agency.operator),
        "needs": list(agency.needs),
        "can": text(agency.can),
        "cannot": text(agency.cannot) if agency.cannot else None,
        "audience": text(agency.audience),
        "cost": text(agency.cost),
        "languages": list(agency.languages),
        "phones": [
            {"number": line.number.number, "hours": line.hours.text if line.hours else None}
            for line in agency.phone
        ],
        "links": [{"kind": link.kind, "address": link.address} for link in agency.link],
        "status": agency.status,
        "checked_on": agency.checked_on.isoformat(),
        "read_from": agency.read_from,
        "as_of": agency.as_of,
    }


urlpatterns = [
    path("desks/", desks, name="desks"),
    path("desks/<guide:need>/", desks, name="desks-for"),
    path("desks.json", data, name="desks-json"),
]
