"""The portal whose list of clinic dates is an empty view: the race's floor. Run by granian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from madoguchi.config import wsgi
from madoguchi.config.urls.portal import urlpatterns

if TYPE_CHECKING:
    from django.http import HttpRequest

application = wsgi.application


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, after the whole body was read."""
    return HttpResponse(str(len(request.POST)))


urlpatterns.insert(0, path("s/l/", empty))
