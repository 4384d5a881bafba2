"""A form whose token is stale (古くなった画面): after signing in anew, without cookies, after days.

What one of our own pages sent is shown with a button that sends it again, under a fresh token. It
is shown to nobody else's page, and no password or code is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

from madoguchi.web.kit import refusals
from madoguchi.web.kit.form import BESIDE
from madoguchi.web.kit.origin import from_own_page
from madoguchi.web.kit.typed import showable

if TYPE_CHECKING:
    from django.http import HttpRequest

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field
SIGNING_IN = ("/sign-in/", "/me/")


def again(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The page that asks to send it again (403); the plain refusal where it must not be shown."""
    if request.path_info.startswith(SIGNING_IN) or not from_own_page(request):
        return refusals.csrf(request)
    typed = tuple(
        (name, showable(word))
        for name, words in request.POST.lists()
        if name != TOKEN
        for word in words
    )
    words = tuple(word for name, word in typed if name not in BESIDE and word.strip())
    page = render_to_string("kit/stale.html", {"typed": typed, "words": words}, request)
    response = HttpResponse(page, status=403)
    response["Cache-Control"] = "no-store"
    return response
