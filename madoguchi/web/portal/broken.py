"""When a page of the portal breaks: a form comes back with its words and the way to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit import refusals

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def broken(request: HttpRequest) -> HttpResponse:
    """The page of `refusals.broken` in the frame of a procedure."""
    return refusals.broken(request, "portal/untaken.html")
