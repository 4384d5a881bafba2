"""The desk's hours and whether it is open, for each channel, as JSON."""

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.opening import opening
from madoguchi.rules.programme.desk import CHANNELS, ChannelName
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest


@require_safe
@cached_page
def data(request: OfficeRequest) -> HttpResponse:
    """Every channel that the desk has."""
    desk = request.programme.desk
    channels = {name: channel(request, name) for name in CHANNELS if desk.hours_of(name)}
    return JsonResponse(channels, json_dumps_params={"ensure_ascii": False})


def channel(request: OfficeRequest, name: ChannelName) -> dict[str, object]:
    """One channel: its weekly hours and its state now, as `madoguchi hours --json` says it."""
    desk = request.programme.desk
    state = opening(desk, name, request.now, changes(request))
    week = desk.hours_of(name)
    return {"hours": week.text if week else "", **state.as_data()}


urlpatterns = [path("hours.json", data, name="hours-json")]
