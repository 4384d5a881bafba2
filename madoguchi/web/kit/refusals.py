"""Pages for when a page cannot be shown (400 to 503): what to do, whom to ring.

Posts that carry no identity need no token: it is asked whether one of our own pages sent them.
"""

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from madoguchi.tools.transaction import AWAY
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.web.kit import submitted

AGAIN = frozenset(
    {"full", "full_files", "too_large", "too_long"}
)  # the visitor comes back to these


def page(request: HttpRequest, kind: str, status: int, typed: tuple[str, ...] = ()) -> HttpResponse:
    """The page of one kind in the window's frame; a bare page where the office is not known."""
    context = {
        "kind": kind,
        "title": f"kit.{kind}_title",
        "lead": f"kit.{kind}_lead",
        "again": kind in AGAIN,
        "words": typed,
    }
    framed = hasattr(request, "office")
    template = f"{settings.WINDOW.name}/refusal.html" if framed else "kit/refusal_bare.html"
    return render_uncached(request, template, context, status)


def render_uncached(
    request: HttpRequest, template: str, context: Mapping[str, object], status: int
) -> HttpResponse:
    """A page that no browser keeps."""
    response = HttpResponse(render_to_string(template, context, request), status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page could not be understood (400), or its words are too many to be read (413)."""
    if isinstance(exception, RequestDataTooBig):
        return page(request, "too_long", 413)
    return page(request, "bad_request", 400)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The form came from another page or too late (403)."""
    return page(request, "refused", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """There is no such page (404)."""
    return page(request, "not_found", 404)


def not_found_with_text(request: HttpRequest, typed: tuple[str, ...]) -> HttpResponse:
    """There is no such thing (404), or none for this colleague: both look alike.

    What was typed for it is shown: somebody may have taken it, or the colleague off it, meanwhile.
    """
    return page(request, "not_found", 404, typed)


def body_refused(request: HttpRequest, why: str) -> HttpResponse:
    """A form that was not read: too large (413), or no place at this moment (503).

    `why`: `too_large`, `full` (come back in a minute, or ring), `full_files` (or send without).
    """
    response = page(request, why, 413 if why == "too_large" else 503)
    if response.status_code == 503:  # noqa: PLR2004 - as said above
        response["Retry-After"] = "60"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke here (500), a record is damaged (410), or disk or database are away (503).

    A form that was sent comes back in the window's `untaken.html`: not received, what was typed,
    a button to send it again under the same key. The answer is empty if even this page breaks.
    """
    error = sys.exception()
    away = isinstance(error, (*AWAY, OSError))
    status = 503 if away else 500
    try:
        if isinstance(error, (Tampered, Unreadable)):
            fields = submitted.fields(request) if request.method == "POST" else ()
            return page(request, "changed", 410, submitted.typed_texts(fields))
        if request.method == "POST" and hasattr(request, "office"):
            fields = submitted.fields(request)
            texts = submitted.typed_texts(fields)
            context = {"typed": fields, "words": texts, "files": bool(request.FILES)}
            template = f"{settings.WINDOW.name}/untaken.html"
            given = {"given": submitted.given(request, fields)}
            response = render_uncached(request, template, {**context, **given}, status)
        else:
            response = page(request, "broken", status)
    except Exception:  # noqa: BLE001 - the last page must appear whatever is broken
        return HttpResponse(status=status)
    if away:
        response["Retry-After"] = "60"
    return response


def sender(request: HttpRequest) -> Literal["own", "foreign", "hidden", "unnamed"]:
    """Who sent a form, as the browser names them: a page of ours, another site, or nobody.

    An `Origin` of `null` hides them; an old browser, or one behind a proxy that takes these headers
    away, says nothing at all. No page can set them.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site not in ("", "same-origin", "none"):
        return "foreign"
    named = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if named in ("", "null"):
        if site == "same-origin":
            return "own"
        return "hidden" if named else "unnamed"
    try:
        parts = urlsplit(named)
    except ValueError:
        return "foreign"
    own = (parts.scheme, parts.netloc) == (request.scheme, request.get_host())
    return "own" if own else "foreign"


def from_own_page(request: HttpRequest) -> bool:
    """Whether a page of ours sent the form; a browser that says nothing at all is believed."""
    return sender(request) in ("own", "unnamed")


def own_pages_only(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """The view, answering only posts from our own pages; no cookie is needed for it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not from_own_page(request):
            return csrf(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
