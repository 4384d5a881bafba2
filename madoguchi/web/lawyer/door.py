"""The lawyer's door (弁護士の窓): behind the desk's sign-in, with addresses of its own alone.

The desk's pages are not refused to a lawyer: for them they are not there, and neither are these for
anybody else.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import is_valid_path

from madoguchi.rules.programme.programme import Programme
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard

ROLE = "lawyer"


class LawyerRequest(HttpRequest):
    """A request behind the door: what arrival and the desk's door have put on it."""

    office: OfficeCard
    programme: Programme
    now: datetime
    actor: Actor


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
