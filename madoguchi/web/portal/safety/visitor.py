"""Who is visiting (訪問者): the cookie of a visit, its files, and what every page of it obeys."""

import hmac
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madoguchi.rules import limits
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DayFull
from madoguchi.tools.vault.upload import UNKEPT, SealedUpload
from madoguchi.web.kit import submitted
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.refusals import from_own_page, sender
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics

STEP_BYTES, FILLING = 8 * 1024, "<!--{}-->"
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


def let_go(request: OfficeRequest, who: visit.Holder) -> None:
    """Give back the place that the visitor holds, if there is one; its network may hold another."""
    at, now = cases.AtOffice(who.office_id), request.now
    clinics.let_go(who.second, at, now=now, network=network(request))


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
    """A page of a procedure; its forms carry the visit's mark (`portal/mark.html`)."""
    who = visitor(request)
    values = {"visit_mark": who.mark if who else "", **(cards or {})}
    return HttpResponse(render_to_string(template, values, request), status=status)


def see(name: str, *args: object, mark: str = "") -> SeeOther:
    """Send the browser on to a page, in the same column."""
    return SeeOther(reverse(name, args=args) + mark)


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view as a page of a procedure, kept nowhere; the visit's own forms alone change it."""
    return _guarded(view, of_the_visit)


def unmarked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view as a page of a procedure, kept nowhere, whose form changes no words of a visit.

    It begins an empty draft, opens a receipt, asks what is no consultation, or leaves.
    """
    return _guarded(view, from_own_page)


def _guarded(
    view: Callable[..., HttpResponse], taken: Callable[[OfficeRequest], bool]
) -> Callable[..., HttpResponse]:
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: OfficeRequest, *args: object, **kwargs: object) -> HttpResponse:
        posted = request.method == "POST"
        if posted and not taken(request):
            response = not_taken(request)
        elif posted and of_ended_visit(request):
            response = see("safety")
        else:
            try:
                response = view(request, *args, **kwargs)
            except DayFull:
                response = tomorrow(request)
        response["Cache-Control"] = "no-store"
        return of_even_length(response)

    return guarded


def of_the_visit(request: OfficeRequest) -> bool:
    """Whether the browser says that a page of ours sent the form, or the form carries the mark."""
    who = sender(request)
    return who == "own" or (who != "foreign" and carries_mark(request))


def carries_mark(request: OfficeRequest) -> bool:
    """Whether the form has the mark of the visit whose cookie came with it."""
    who, mark = visitor(request), request.POST.get("mark", "")
    return bool(who and who.mark and hmac.compare_digest(who.mark.encode(), mark.encode()))


def of_ended_visit(request: OfficeRequest) -> bool:
    """Whether the form has the mark of a visit that this browser no longer has.

    After leaving, a browser still sends a refused page's form again when it is gone back to and
    loaded anew; nothing of it is kept or shown.
    """
    return bool(request.POST.get("mark")) and not carries_mark(request)


def where_web_is_taken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view where the city takes requests on this site; elsewhere its own ways, and the words.

    What was typed is shown back: it was not received, and must not be lost.
    """

    @wraps(view)
    def guarded(request: OfficeRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.programme.desk.web is not None:
            return view(request, *args, **kwargs)
        return draw(request, "portal/safety/no_web.html", {"typed": own_words(request)})

    return guarded


def own_words(request: OfficeRequest) -> tuple[str, ...]:
    """What the person typed, to be shown back."""
    own = tuple((name, text) for name, text in submitted.fields(request) if name in OWN_WORDS)
    return submitted.answers(own)


def of_even_length(response: HttpResponse) -> HttpResponse:
    """The page filled to steps of 8 KiB: whoever sees how much comes does not see what is new.

    The comment stands after the document, where no browser shows or reads it. Compressed by a
    proxy, the page would be as long as its words again; one that has an encoding is left alone.
    """
    if response.content and response["Content-Type"].startswith("text/html"):
        short = -(len(response.content) + len(FILLING.format(""))) % STEP_BYTES
        response.content += FILLING.format(" " * short).encode()
        response["Content-Encoding"] = "identity"
    return response


def not_taken(request: OfficeRequest) -> HttpResponse:
    """A post that no page of this visit sent, as far as browser and mark say.

    Where another site is named, or a visit could be changed, nothing of it is shown nor carried on:
    pressed once more, a stranger's words would be the person's, and replace how they can safely be
    reached. Otherwise the words are shown in the open, to be entered in a visit that is begun anew,
    unless the form is of a visit that has ended.
    """
    if sender(request) == "foreign" or visitor(request):
        return draw(request, "portal/safety/foreign.html", status=403)
    if of_ended_visit(request):
        return see("safety")
    words = submitted.answers(submitted.fields(request))
    return draw(request, "portal/safety/again.html", {"words": words}, 403)


def tomorrow(request: OfficeRequest) -> HttpResponse:
    """No further request can begin from this network today: what was typed, and whom to ring."""
    cards: dict[str, object] = {"typed": own_words(request)}
    return draw(request, "portal/safety/tomorrow.html", cards, status=429)
