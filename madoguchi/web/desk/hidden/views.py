"""A page that shows nothing, for when somebody comes to the counter."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.web.desk.frame import DeskRequest


@require_safe
def hidden(request: DeskRequest) -> HttpResponse:
    """An empty page with the way back."""
    return render(request, "desk/hidden/page.html")


urlpatterns = [path("hidden/", hidden, name="hidden")]
