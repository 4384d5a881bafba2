"""What every request is given on arrival: its office, its programme, its moment."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from threading import Lock
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from madoguchi.rules.programme.as_of import as_of
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.office.public import by_host
from madoguchi.tools.vault import visit
from madoguchi.web.kit import refusals
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.request import OfficeRequest

TOKYO = ZoneInfo("Asia/Tokyo")
_reading = Lock()


def now() -> datetime:
    """This moment in office time, to the second."""
    return datetime.now(TOKYO).replace(microsecond=0)


def in_force(request: OfficeRequest, slug: str) -> Programme:
    """The programme as it holds today, with what the desk decided; to a citizen, what is a fact."""
    with _reading:  # the first requests of a process read the files once, not each for itself
        filed = programme(slug)
        texts(slug)
    today = as_of(filed, recent_changes(request), request.now.date())
    return today.shown if settings.WINDOW.name == "portal" else today


class Arrival:
    """Sets `request.office`, `request.programme` and `request.now`; a strange host gets 400."""

    def __init__(self, get_response: Callable[[OfficeRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: OfficeRequest) -> HttpResponse:
        """The response for the office that the host names."""
        host = request.get_host().rpartition(":")[0] or request.get_host()
        office = by_host(host.lower(), settings.WINDOW.name)
        if office is None:
            return refusals.bad_request(request)
        slug = office.slug
        request.office = office
        request.now = now()
        request.programme = cast("Programme", SimpleLazyObject(lambda: in_force(request, slug)))
        with visit.read_once() if request.method in ("GET", "HEAD") else nullcontext():
            return self.get_response(request)

    def process_view(self, request: OfficeRequest, *_: object, **__: object) -> HttpResponse | None:
        """What was not read is answered in the visitor's column and colours, before any view."""
        why = request.META.get("madoguchi.refused")
        return refusals.body_refused(request, why) if why else None
