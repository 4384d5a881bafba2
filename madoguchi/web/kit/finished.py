"""Finished pages as bytes (できあがったページ): made once, given out until something changes.

A page ends when the desk or a line of an agency next opens or closes, when the desk publishes
something, or after ten minutes; one that shows more than that (`source`) when that changes, or
after a minute. Other processes' changes are noticed within two seconds (`publications.py`). While
the database is away,
the last page of the address is given out, whatever its age; a database that does not answer
(paused, not stopped) holds up the request that asks it and no other.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from uuid import UUID

from django.http import HttpResponse

from madoguchi.rules import opening, referral
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit import publications
from madoguchi.web.kit.publications import VersionSource, changes
from madoguchi.web.kit.request import OfficeRequest

MOST_PAGES = 600
LONGEST = timedelta(minutes=10)
LONGEST_WITH_SOURCE = timedelta(minutes=1)  # a place that is held falls free by itself
OK = 200


@dataclass(frozen=True)
class Page:
    """One finished page and until when it holds."""

    content: bytes
    content_type: str
    until: datetime
    version: str


_pages: OrderedDict[tuple[object, ...], Page] = OrderedDict()
_lock = Lock()


def forget(office_id: UUID | None = None) -> None:
    """Drop the finished pages of an office, or all of them."""
    with _lock:
        for key in [key for key in _pages if office_id in (None, key[0])]:
            del _pages[key]
    publications.forget_versions()


def cached_page(
    view: Callable[..., HttpResponse], source: VersionSource | None = None
) -> Callable[..., HttpResponse]:
    """The view, asked once, then given out as bytes; no cookie set, no query read.

    `source`: gives the version of what the page shows besides what was published.
    """

    @wraps(view)
    def serve(request: OfficeRequest, *args: object, **kwargs: object) -> HttpResponse:
        office_id = request.office.id
        host = request.META.get("HTTP_HOST")  # Arrival has checked it
        key = office_id, request.path, request.display, request.scheme, host
        try:
            version = publications.current_version(office_id)
            state = f"{version} {_version_of(source, office_id)}"
            page = _pages.get(key)
            if page is None or page.version != state or page.until <= request.now:
                request.version = version
                response = view(request, *args, **kwargs)
                if response.status_code != OK:
                    return response
                longest = LONGEST_WITH_SOURCE if source else LONGEST
                until = min(
                    opening.next_change(request.programme.desk, request.now, changes(request)),
                    referral.next_change(request.programme, request.now),
                    request.now + longest,
                )
                page = Page(response.content, response["Content-Type"], until, state)
                with _lock:
                    _pages[key] = page
                    _pages.move_to_end(key)
                    while len(_pages) > MOST_PAGES:
                        _pages.popitem(last=False)
        except AWAY:
            page = _pages.get(key) or _in_another_display(key)
            if page is None:
                raise
        response = HttpResponse(page.content, content_type=page.content_type)
        response["Cache-Control"] = "private, no-cache"
        return response

    return serve


def _version_of(source: VersionSource | None, office_id: UUID) -> str:
    """The version that the source gives; empty without one, or where nobody knows it."""
    try:
        return publications.current_version(office_id, source) if source else ""
    except AWAY:
        return ""


def _in_another_display(key: tuple[object, ...]) -> Page | None:
    """The page of the same address in other colours or another size."""
    office_id, path, _, *rest = key
    with _lock:
        for (other_office, other_path, _, *other_rest), page in _pages.items():
            if (other_office, other_path, other_rest) == (office_id, path, rest):
                return page
    return None
