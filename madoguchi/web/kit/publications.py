"""What the desk published (公表したもの), cached by its version.

A request reads it once. A process asks every two seconds for a new version (公表の版); pages from
the cache of `finished.py` read once for a version, since most are made anew although nothing was
published.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import cast
from uuid import UUID

from madoguchi.rules.programme.changes import Change
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.notices import public as notices

type VersionSource = Callable[[UUID], str]
"""Gives the version of something that an office shows; it changes when that does."""

CHECK_EVERY_S = 2.0
_versions: dict[tuple[UUID, VersionSource | None], tuple[float, str]] = {}
_checking = Lock()


@dataclass(frozen=True)
class CachedRead:
    """The result of a query, and the version for which it was read; None when none was known."""

    result: object
    version: str | None


_last: dict[tuple[object, ...], CachedRead] = {}


def changes(request: OfficeRequest) -> tuple[Change, ...]:
    """The decisions in force: moved days, other hours and the like, in their order.

    While the database is away: as this process last knew them.
    """
    cache = request.__dict__
    if "_changes" not in cache:
        version = getattr(request, "version", None)  # set for a finished page
        cache["_changes"] = _read(request.office.id, version, notices.changes)
    found: tuple[Change, ...] = cache["_changes"]
    return found


def recent_changes(request: OfficeRequest) -> tuple[Change, ...]:
    """The decisions as this process knew them two seconds ago at most, for words and numbers.

    None while the database is away and was never read: the programme's own files are shown then.
    """
    cache = request.__dict__
    if "_changes" in cache:
        return changes(request)
    if "_recent" not in cache:
        try:
            version = getattr(request, "version", None) or current_version(request.office.id)
            cache["_recent"] = _read(request.office.id, version, notices.changes)
        except AWAY:
            cache["_recent"] = ()
    found: tuple[Change, ...] = cache["_recent"]
    return found


def news(request: OfficeRequest, limit: int) -> tuple[notices.NewsCard, ...]:
    """The newest notices; while the database is away, as this process last knew them."""
    sample: tuple[notices.NewsCard, ...] | None = request.__dict__.get("_news")
    if sample is not None:
        return sample[:limit]
    return _read(request.office.id, getattr(request, "version", None), notices.news, limit)


def current_version(office_id: UUID, source: VersionSource | None = None) -> str:
    """The version that pages go by; one request looks for a new one, nobody waits for it.

    `source`: where it is asked for; without one, the version of what was published.

    Raises:
        OperationalError: the database is away, and no version was ever known.
    """
    checked_at, version = _versions.get((office_id, source), (0.0, ""))
    if not version:
        return _check(office_id, source, version)
    if monotonic() - checked_at <= CHECK_EVERY_S or not _checking.acquire(blocking=False):
        return version
    try:
        return _check(office_id, source, version)
    finally:
        _checking.release()


def _check(office_id: UUID, source: VersionSource | None, version: str) -> str:
    """The version as the database has it; while it is away, the known `version`."""
    try:
        version = (source or notices.version)(office_id)
    except AWAY:
        if not version:
            raise
    _versions[office_id, source] = (monotonic(), version)
    return version


def _read[T](office_id: UUID, version: str | None, read: Callable[..., T], *limit: int) -> T:
    """What `read` gives, or gave for the same version; while the database is away, what it gave."""
    key = (office_id, read, *limit)
    cached = _last.get(key)
    if cached and version and cached.version == version:
        return cast("T", cached.result)
    try:
        result = read(office_id, *limit)
    except AWAY:
        if cached is None:
            raise
        return cast("T", cached.result)
    _last[key] = CachedRead(result, version)
    return result


def forget() -> None:
    """Know nothing, as a process that has just begun; for tests."""
    _last.clear()


def forget_versions() -> None:
    """Look anew at the next question."""
    _versions.clear()
