"""The desk's hours and whether it is open, for each channel, as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.opening import opening
from madoguchi.rules.programme.desk import CHANNELS, ChannelName
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.standing import changes


@require_safe
@finished
def data(request: HttpRequest) -> HttpResponse:
    """Every channel that the desk has."""
    desk = request.programme.desk  # type: ignore[attr-defined] # set on arrival
    channels = {name: channel(request, name) for name in CHANNELS if desk.hours_of(name)}
    return JsonResponse(channels, json_dumps_params={"ensure_ascii": False})


def channel(request: HttpRequest, name: ChannelName) -> dict[str, object]:
    """One channel: its weekly hours and its state now, as `madoguchi hours --json` says it."""
    desk = request.programme.desk  # type: ignore[attr-defined] # set on arrival
    state = opening(desk, name, request.now, changes(request))  # type: ignore[attr-defined]
    return {"hours": desk.hours_of(name).text, **state.as_data()}


urlpatterns = [path("hours.json", data, name="hours-json")]
