"""What the desk published (公表したもの), read once for a request, and which state of it is known.

A process looks every two seconds for a new version (公表の版). Finished pages read once for a
version: most are made anew although nothing was published.
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

type Mark = Callable[[UUID], str]
LOOK_EVERY = 2.0
_versions: dict[tuple[UUID, Mark | None], tuple[float, str]] = {}
_turn = Lock()


@dataclass(frozen=True)
class Known:
    """What a reading gave, and for which version; None when none was asked for."""

    found: object
    version: str | None


_last: dict[tuple[object, ...], Known] = {}


def changes(request: OfficeRequest) -> tuple[Change, ...]:
    """The day's decisions that stand: moved days, other hours and the like, in their order.

    While the database is away: as this process last knew them.
    """
    kept = request.__dict__
    if "_changes" not in kept:
        kept["_changes"] = _read(request, notices.changes)
    standing: tuple[Change, ...] = kept["_changes"]
    return standing


def recent(request: OfficeRequest) -> tuple[Change, ...]:
    """The decisions as this process knew them two seconds ago at most, for words and numbers.

    None while the database is away and was never read: the programme's own files are shown then.
    """
    kept = request.__dict__
    if "_changes" in kept:
        return changes(request)
    if "_recent" not in kept:
        try:
            version = getattr(request, "version", None) or current_version(request.office.id)
            kept["_recent"] = _read_of(request, version, notices.changes)
        except AWAY:
            kept["_recent"] = ()
    standing: tuple[Change, ...] = kept["_recent"]
    return standing


def news(request: OfficeRequest, limit: int) -> tuple[notices.NewsCard, ...]:
    """The newest notices; while the database is away, as this process last knew them."""
    told: tuple[notices.NewsCard, ...] | None = request.__dict__.get("_news")  # a sample of them
    return _read(request, notices.news, limit) if told is None else told[:limit]


def current_version(office_id: UUID, mark: Mark | None = None) -> str:
    """The version that pages go by; one request looks for a new one, nobody waits for it.

    `mark`: what else a page shows and how its state is told; without one, what was published.

    Raises:
        OperationalError: the database is away, and no version was ever known.
    """
    looked, version = _versions.get((office_id, mark), (0.0, ""))
    if not version:
        return _look(office_id, mark, version)
    if monotonic() - looked <= LOOK_EVERY or not _turn.acquire(blocking=False):
        return version
    try:
        return _look(office_id, mark, version)
    finally:
        _turn.release()


def _look(office_id: UUID, mark: Mark | None, version: str) -> str:
    """The version as the database tells it; the one that is known while it is away."""
    try:
        version = (mark or notices.version)(office_id)
    except AWAY:
        if not version:
            raise
    _versions[office_id, mark] = (monotonic(), version)
    return version


def _read[T](request: OfficeRequest, read: Callable[..., T], *limit: int) -> T:
    version = getattr(request, "version", None)  # set for a finished page
    return _read_of(request, version, read, *limit)


def _read_of[T](
    request: OfficeRequest, version: str | None, read: Callable[..., T], *limit: int
) -> T:
    office_id = request.office.id
    key = (office_id, read, *limit)
    known = _last.get(key)
    if known and version and known.version == version:
        return cast("T", known.found)
    try:
        found = read(office_id, *limit)
    except AWAY:
        if known is None:
            raise
        return cast("T", known.found)
    _last[key] = Known(found, version)
    return found


def forget() -> None:
    """Know nothing, as a process that has just begun; for tests."""
    _last.clear()


def forget_versions() -> None:
    """Look anew at the next question."""
    _versions.clear()
