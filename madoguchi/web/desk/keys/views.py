"""The list of keys (キーボードの操作), with the switch that turns them off for this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.display import SeeOther

COOKIE = "keys"
OFF = "off"
A_YEAR_S = 365 * 24 * 3600


def wanted(request: HttpRequest) -> bool:
    """Whether keys are on in this browser, as they are until they are turned off."""
    return request.COOKIES.get(COOKIE) != OFF


def keys(request: DeskRequest) -> HttpResponse:
    """The list; on POST keys are turned on or off."""
    if request.method != "POST":
        return render(request, "desk/keys/page.html")
    response = SeeOther(reverse("keys"))
    if request.POST.get("do") == OFF:
        response.set_cookie(
            COOKIE,
            OFF,
            max_age=A_YEAR_S,
            secure=not settings.DEMO,
            httponly=True,
            samesite="Strict",
        )
    else:
        response.delete_cookie(COOKIE, samesite="Strict")
    return response


urlpatterns = [path("keys/", keys, name="keys")]
