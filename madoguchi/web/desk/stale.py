"""A form whose token is stale (古くなった画面): after signing in anew, without cookies, after days.

What one of our own pages sent is shown with a button that sends it again, under a fresh token. It
is shown to nobody else's page, and no password or code is.
"""

from django.http import HttpRequest, HttpResponse

from madoguchi.web.kit import refusals, sent
from madoguchi.web.kit.origin import from_own_page

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field


def again(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The page that asks to send it again (403); the plain refusal where it must not be shown."""
    fields = sent.fields(request)
    if not fields or not from_own_page(request):
        return refusals.csrf(request)
    typed = tuple((name, word) for name, word in fields if name != TOKEN)
    cards = {"typed": typed, "words": sent.words(fields), "fresh": True}
    return refusals.drawn(request, "desk/stale.html", cards, 403)
