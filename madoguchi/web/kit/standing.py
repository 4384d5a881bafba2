"""The day's decisions that stand (その日の決定), read once for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.tools.write import AWAY
from madoguchi.work.notices import public as notices

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from madoguchi.rules.programme.changes import Change


_last: dict[UUID, tuple[Change, ...]] = {}


def changes(request: HttpRequest) -> tuple[Change, ...]:
    """Moved days, other hours and the like, in the order of their decision.

    While the database is away: as this process last knew them.
    """
    kept = request.__dict__
    if "_changes" not in kept:
        kept["_changes"] = _known(request.office.id)  # type: ignore[attr-defined] # set on arrival
    standing: tuple[Change, ...] = kept["_changes"]
    return standing


def _known(office_id: UUID) -> tuple[Change, ...]:
    try:
        _last[office_id] = notices.changes(office_id)
    except AWAY:
        if office_id not in _last:
            raise
    return _last[office_id]


def forget() -> None:
    """Know nothing, as a process that has just begun; for tests."""
    _last.clear()
