"""Finished pages as bytes (できあがったページ): made once, given out until something changes.

A page ends when the desk next opens or closes, when the desk publishes something, or after ten
minutes; one that shows more than that (`mark`) when that changes, or after a minute. Other
processes' changes are noticed within two seconds (`publications.py`). While the database is away, the
last page of the address is given out, whatever its age; one that says nothing (paused, not
stopped) holds up the request that asks it and no other.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from uuid import UUID

from django.http import HttpResponse

from madoguchi.rules.opening import next_change
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit import publications
from madoguchi.web.kit.publications import VersionSource, changes
from madoguchi.web.kit.request import OfficeRequest

KEPT = 600
LONGEST = timedelta(minutes=10)
MARKED = timedelta(minutes=1)  # a place that is held falls free by itself
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


def finished(
    view: Callable[..., HttpResponse], mark: VersionSource | None = None
) -> Callable[..., HttpResponse]:
    """The view, asked once, then given out as bytes; no cookie set, no query read.

    `mark`: how the state is told of what the page shows besides what was published.
    """

    @wraps(view)
    def serve(request: OfficeRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = _key(request)
        try:
            version = publications.current_version(request.office.id)
            state = f"{version} {_marked(request, mark)}"
            page = _pages.get(key)
            if page is None or page.version != state or page.until <= request.now:
                request.version = version
                response = view(request, *args, **kwargs)
                if response.status_code != OK:
                    return response
                page = _finish(request, response, state, MARKED if mark else LONGEST)
                _keep(key, page)
        except AWAY:
            page = _pages.get(key) or _in_another_display(key)
            if page is None:
                raise
        response = HttpResponse(page.content, content_type=page.content_type)
        response["Cache-Control"] = "private, no-cache"
        return response

    return serve


def _marked(request: OfficeRequest, mark: VersionSource | None) -> str:
    """The state of what else the page shows; empty where nothing is, or nobody knows it."""
    try:
        return publications.current_version(request.office.id, mark) if mark else ""
    except AWAY:
        return ""


def _in_another_display(key: tuple[object, ...]) -> Page | None:
    """The page of the same address in other colours or another size."""
    office_id, path, _, *door = key
    with _lock:
        for (other_office, other_path, _, *other_door), page in _pages.items():
            if (other_office, other_path, other_door) == (office_id, path, door):
                return page
    return None


def _key(request: OfficeRequest) -> tuple[object, ...]:
    shown = request.display
    host = request.META.get("HTTP_HOST")  # Arrival has checked it
    return request.office.id, request.path, shown, request.scheme, host


def _finish(
    request: OfficeRequest, response: HttpResponse, version: str, longest: timedelta
) -> Page:
    now: datetime = request.now
    edge = next_change(request.programme.desk, now, changes(request))
    return Page(response.content, response["Content-Type"], min(edge, now + longest), version)


def _keep(key: tuple[object, ...], page: Page) -> None:
    with _lock:
        _pages[key] = page
        _pages.move_to_end(key)
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
