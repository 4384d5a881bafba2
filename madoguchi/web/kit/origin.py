"""Did one of our own pages send this? For posts that carry no identity and so need no token."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from madoguchi.web.kit import refusals


def from_own_page(request: HttpRequest) -> bool:
    """Does the browser name this site as the sender? One that names nobody is believed."""
    sender = request.headers.get("Origin") or request.headers.get("Referer")
    if not sender:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    try:
        parts = urlsplit(sender)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def own_pages_only(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """The view, answering only posts from our own pages; no cookie is needed for it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not from_own_page(request):
            return refusals.csrf(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
