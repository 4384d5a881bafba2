"""The lawyer's door (弁護士の窓): whose days are open now, and what a page of before meets.

The desk's pages are not refused to a lawyer: for them they are not there, and neither are these for
anybody else.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import is_valid_path

from madoguchi.web.kit import submitted
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import ActorRequest
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.queries import Met, Seat

ROLE = "lawyer"
OPENED = "lawyer_opened"  # in a session: a day was open in it


class LawyerRequest(ActorRequest):
    """A request behind the door: what arrival and the desk's door have put on it."""


class Way:
    """Gives a lawyer the addresses of their own window.

    Also to whoever is not signed in (any more): the desk's door asks them to, and what was typed on
    such a page is kept for them as it is at the desk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, by the addresses of who asks."""
        if _theirs(request):
            request.urlconf = settings.LAWYER_URLCONF  # what Django resolves by
        return self.get_response(request)


def _theirs(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return getattr(request.user, "role", "") == ROLE
    return bool(is_valid_path(request.path_info, settings.LAWYER_URLCONF))


def mine(request: LawyerRequest) -> tuple[Seat, ...]:
    """The seats of the one date that is open; none outside the days around it.

    The session in which a date was open ends with that date.
    """
    kept = request.__dict__
    if "_seats" not in kept:
        clinic = request.programme.clinic
        kept["_seats"] = queries.open_seats(request.actor, clinic, changes(request), request.now)
        if kept["_seats"]:
            request.session[OPENED] = True
        elif request.session.get(OPENED):
            logout(request)
    found: tuple[Seat, ...] = kept["_seats"]
    return found


def whom(request: LawyerRequest, booking_id: UUID) -> Met:
    """Whom the lawyer meets under this booking.

    Raises:
        Absent: nobody, or no day is open.
    """
    return queries.meet(request.actor, mine(request), booking_id)


type View = Callable[..., HttpResponseBase]


def unless_closed(view: View) -> View:
    """The view, for as long as a day is open; then nothing is taken, and the page says so (404)."""

    @wraps(view)
    def answer(request: LawyerRequest, booking_id: UUID) -> HttpResponseBase:
        if request.method != "POST" or mine(request):
            return view(request, booking_id=booking_id)
        words = submitted.typed_texts(submitted.fields(request))
        return render(request, "lawyer/closed.html", {"words": words}, status=404)

    return answer
