"""Pages for when a page cannot be shown (400, 403, 404, 500): what to do, whom to ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest


def page(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    """The page of one kind; an office that is not known gets the words without its name."""
    office = getattr(request, "office", None)
    words = {"kind": kind, "title": f"kit.{kind}_title", "lead": f"kit.{kind}_lead"}
    template = "kit/refusal.html" if office else "kit/refusal_bare.html"
    response = HttpResponse(render_to_string(template, words, request), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The page could not be understood (400)."""
    return page(request, "bad_request", 400)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The form came from another page or too late (403)."""
    return page(request, "refused", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """There is no such page (404)."""
    return page(request, "not_found", 404)


def full(request: HttpRequest) -> HttpResponse:
    """Too many forms at this moment (503): come back in a minute, or ring."""
    return page(request, "full", 503)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke here (500); made from a fixed text if even this page breaks."""
    try:
        return page(request, "broken", 500)
    except Exception:  # noqa: BLE001 - the last page must appear whatever is broken
        return HttpResponse(status=500)
