"""Who is visiting (訪問者): the cookie of a visit, its files, and what every page of it obeys."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madoguchi.rules import limits
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DayFull
from madoguchi.tools.vault.upload import UNKEPT, SealedUpload
from madoguchi.web.kit import submitted
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.refusals import from_own_page, sender
from madoguchi.web.kit.request import OfficeRequest

OWN_WORDS = ("text", "urls", "subject")
MOST_FILES = {"files_many": limits.FILES_A_REQUEST, "files_case": limits.FILES_A_CASE}
"""How many files there may be, by the code with which more of them are refused."""


def visitor(request: OfficeRequest) -> visit.Holder | None:
    """Whoever the visit's cookie says; None without a cookie, or with one we never made."""
    cookie = request.COOKIES.get(settings.VISIT_COOKIE)
    return visit.holder(request.office.id, cookie) if cookie else None


def newcomer(request: OfficeRequest) -> visit.Holder:
    """The visitor of the cookie, or a new one; `welcome` gives them their cookie."""
    return visitor(request) or visit.new_holder(request.office.id)


def welcome(response: HttpResponse, who: visit.Holder) -> HttpResponse:
    """The response with the visit's cookie, which ends with the browser."""
    response.set_cookie(
        settings.VISIT_COOKIE,
        who.cookie,
        secure=not settings.DEMO,
        httponly=True,
        samesite="Lax",
    )
    return response


def uploads(request: OfficeRequest, name: str) -> list[SealedUpload]:
    """The files sent with a form, sealed already."""
    files: list[SealedUpload] = request.FILES.getlist(name)  # type: ignore[assignment] # our handler makes them
    return files


def unkept(request: OfficeRequest) -> tuple[str, ...]:
    """Why files of the request were not even read to their end (a code), if any were not."""
    code = request.META.get(UNKEPT)
    return (code,) if code else ()


def draw(
    request: OfficeRequest, template: str, cards: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """A page of a procedure."""
    return HttpResponse(render_to_string(template, cards or {}, request), status=status)


def see(name: str, *args: object, mark: str = "") -> SeeOther:
    """Send the browser on to a page, in the same column."""
    return SeeOther(reverse(name, args=args) + mark)


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view as a page of a procedure: never kept anywhere, posted to by our own pages only.

    The visit's cookie is SameSite and its page names its origin, so no second cookie is needed.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: OfficeRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not from_own_page(request):
            response = again(request)
        else:
            try:
                response = view(request, *args, **kwargs)
            except DayFull:
                response = tomorrow(request)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def again(request: OfficeRequest) -> HttpResponse:
    """A post that no page of ours sent, as far as the browser says.

    Another site's words are not shown, nor carried on: pressed once more, they would be ours, and
    replace how somebody can safely be reached. Where the browser hides who sent it, all of it is
    shown in the open, with a button that sends it.
    """
    if sender(request) == "foreign":
        return draw(request, "portal/safety/foreign.html", status=403)
    typed = submitted.fields(request)
    cards: dict[str, object] = {"typed": typed, "words": submitted.answers(typed)}
    return draw(request, "portal/safety/again.html", cards, status=403)


def tomorrow(request: OfficeRequest) -> HttpResponse:
    """No further request can begin from this network today: what was typed, and whom to ring."""
    own = tuple((name, text) for name, text in submitted.fields(request) if name in OWN_WORDS)
    cards: dict[str, object] = {"typed": submitted.answers(own)}
    return draw(request, "portal/safety/tomorrow.html", cards, status=429)
