"""The desk's door: who is let in, which uploads are taken, what happens to a form sent too late."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.papers.wrong import TooLong
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.unseal import Forgotten
from madoguchi.tools.vault.upload import UNKEPT, SealingHandler
from madoguchi.web.desk import alarms
from madoguchi.web.desk.frame import CONFIRMATION, frame
from madoguchi.web.desk.keys.views import wanted
from madoguchi.web.kit import refusals, submitted
from madoguchi.web.kit.refusals import from_own_page

MARK = "takes_files"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of the field
OPEN = ("/sign-in/", "/sign-out/", "/display/")
OWN = ("/me/", "/hidden/")
LONGEST = timedelta(hours=10)
DEPUTY = "deputy"  # sees nothing of the house, its alarms neither
LAWYER, LONGEST_OF_A_LAWYER = "lawyer", timedelta(hours=4)  # one clinic, and its papers
SIGNED_IN_AT = "signed_in_at"


class Door:
    """Middleware: lets colleagues of the host's office in for ten hours; sets `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response; no browser may keep it."""
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: Any, *_: object, **__: object) -> HttpResponse | None:  # noqa: ANN401 - sets what DeskRequest has
        """The way to signing in, to a password or to a second factor; None for those let in."""
        if request.path_info.startswith(OPEN):
            return None
        if not _welcome(request):
            if request.user.is_authenticated:
                logout(request)
            return _turned_away(request)
        staff = request.user
        one_factor = not is_mfa_enabled(staff)
        request.actor = Actor(staff.office_id, staff.role, staff.id)
        raised: tuple[alarms.Alarm, ...] = ()
        if staff.role not in (LAWYER, DEPUTY):
            raised = alarms.recent(request.now)
            if rights.may(staff.role, "clinic.list", "office"):
                raised = (*raised, *alarms.of_clinic(request.actor, request.now))
        keys, waits = wanted(request), 0
        if rights.may(staff.role, "proposal.list", "office"):
            waits = alarms.proposed(request.actor)
        confirmation = request.session.pop(CONFIRMATION, "") if request.method == "GET" else ""
        request.frame = frame(
            staff.name,
            staff.role,
            raised,
            one_factor=one_factor,
            keys=keys,
            proposed=waits,
            confirmation=confirmation,
        )
        if request.path_info.startswith(OWN):
            return None
        if staff.temporary_password:
            return redirect("account_change_password")
        if one_factor and not settings.DEMO:
            return redirect("mfa_index")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A 404 for what may not be seen; for what cannot be opened, a page that says why."""
        if isinstance(error, Absent):
            return refusals.not_found_with_text(
                request, submitted.typed_texts(submitted.fields(request))
            )
        if isinstance(error, Forgotten):
            return render(request, "desk/unopened.html", {"kind": "forgotten"}, status=410)
        if isinstance(error, (Tampered, Unreadable)):
            values = {"kind": "tampered", "words": submitted.typed_texts(submitted.fields(request))}
            return render(request, "desk/unopened.html", values, status=410)
        if isinstance(error, TooLong):
            return render(request, "desk/unopened.html", {"kind": "too_long"}, status=422)
        return None


def _welcome(request: Any) -> bool:  # noqa: ANN401 - as above
    staff = request.user
    if not (staff.is_authenticated and staff.works_at(request.now)):
        return False
    since = request.session.get(SIGNED_IN_AT)
    longest = LONGEST_OF_A_LAWYER if staff.role == LAWYER else LONGEST
    recent = since is not None and abs(request.now - datetime.fromisoformat(since)) < longest
    return recent and staff.office_id == request.office.id


def _turned_away(request: HttpRequest) -> HttpResponse:
    """To signing in; what was typed is kept on a page that can send it again afterwards."""
    typed = submitted.fields(request)
    if submitted.answers(typed):
        values = {"typed": typed, "given": submitted.given(request, typed)}
        return render(request, "desk/signin/expired.html", values, status=403)
    return redirect("account_login")


def takes_files[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view whose form has a file field."""
    setattr(view, MARK, True)
    return view


def unkept(request: HttpRequest) -> tuple[str, ...]:
    """Why files of this request were not kept: `files_large`, `files_room`; empty where none."""
    why = request.META.get(UNKEPT)
    return (why,) if why else ()


class Uploads:
    """Seals the files of a colleague's request to a view that takes them; others are not kept.

    A file is sealed while it arrives, as in the portal. The handler is chosen before anything reads
    the body, so this stands before the check of the token; whoever is not signed in leaves no file.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_: object, **__: object) -> None:
        if getattr(view, MARK, False) and SESSION_KEY in request.session:
            request.upload_handlers = [SealingHandler(request)]


def again(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The page that offers to send a form with a stale token again (403), or the plain refusal.

    Only what one of our own pages sent is shown, with a button that sends it under a fresh token;
    passwords and codes are not.
    """
    fields = submitted.fields(request)
    if not fields or not from_own_page(request):
        return refusals.csrf(request)
    typed = tuple((name, word) for name, word in fields if name != TOKEN)
    values = {"typed": typed, "given": submitted.given(request, fields), "fresh": True}
    return refusals.render_uncached(request, "desk/stale.html", values, 403)
