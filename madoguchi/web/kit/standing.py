"""The day's decisions that stand (その日の決定), read once for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.work.notices import public as notices

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madoguchi.rules.programme.changes import Change


def changes(request: HttpRequest) -> tuple[Change, ...]:
    """Moved days, other hours and the like, in the order of their decision."""
    kept = request.__dict__
    if "_changes" not in kept:
        kept["_changes"] = notices.changes(request.office.id)  # type: ignore[attr-defined] # set on arrival
    standing: tuple[Change, ...] = kept["_changes"]
    return standing
