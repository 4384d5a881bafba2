"""The lawyer's door (弁護士の窓): which days are open now, and what happens to a late form.

A lawyer gets a 404 for the desk's pages, and everybody else for the lawyer's.
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
from madoguchi.work.clinic.sittings.queries import Appointment, Seat

ROLE = "lawyer"
OPENED = "lawyer_opened"  # in a session: a day was open in it


class LawyerRequest(ActorRequest):
    """A request behind the door, with what arrival and the desk's door have put on it."""


class Way:
    """Middleware that resolves a lawyer's requests by the URLs of their own window.

    Also those of whoever is not signed in (any more): the desk's door asks them to sign in, and
    keeps what was typed on such a page as it does at the desk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            of_lawyer = getattr(request.user, "role", "") == ROLE
        else:
            of_lawyer = is_valid_path(request.path_info, settings.LAWYER_URLCONF)
        if of_lawyer:
            request.urlconf = settings.LAWYER_URLCONF  # what Django resolves by
        return self.get_response(request)


def open_seats(request: LawyerRequest) -> tuple[Seat, ...]:
    """The lawyer's seats of the one date that is open; none outside the days around it.

    A session in which a date was open is logged out when the date is open no longer.
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


def person(request: LawyerRequest, booking_id: UUID) -> Appointment:
    """The person whom the lawyer meets under this booking.

    Raises:
        Absent: nobody, or no day is open.
    """
    return queries.appointment(request.actor, open_seats(request), booking_id)


type View = Callable[..., HttpResponseBase]


def unless_closed(view: View) -> View:
    """The view while a day is open; afterwards a post is not taken, and the page says so (404)."""

    @wraps(view)
    def answer(request: LawyerRequest, booking_id: UUID) -> HttpResponseBase:
        if request.method != "POST" or open_seats(request):
            return view(request, booking_id=booking_id)
        words = submitted.typed_texts(submitted.fields(request))
        return render(request, "lawyer/closed.html", {"words": words}, status=404)

    return answer
