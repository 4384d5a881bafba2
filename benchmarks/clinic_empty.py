"""The portal whose every page is empty: the floor under the clinic's race. Run by granian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from madoguchi.config.wsgi import application

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["application", "urlpatterns"]


def empty(request: HttpRequest, anything: str = "") -> HttpResponse:  # noqa: ARG001 - the route's form
    """Nothing, after the whole body was read."""
    return HttpResponse(str(len(request.POST)))


urlpatterns = [path("", empty), path("<path:anything>", empty)]
settings.ROOT_URLCONF = __name__
