"""Which state of what was published a process goes by (公表の版): looked for every two seconds."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from madoguchi.tools.write import AWAY
from madoguchi.work.notices import public as notices

if TYPE_CHECKING:
    from uuid import UUID

LOOK_EVERY = 2.0

_versions: dict[UUID, tuple[float, str]] = {}
_turn = Lock()


def forget() -> None:
    """Look anew at the next question."""
    _versions.clear()


def current(office_id: UUID) -> str:
    """The version that pages go by; one request looks for a new one, nobody waits for it.

    Raises:
        OperationalError: the database is away, and no version was ever known.
    """
    looked, version = _versions.get(office_id, (0.0, ""))
    if not version:
        return _look(office_id, version)
    if monotonic() - looked <= LOOK_EVERY or not _turn.acquire(blocking=False):
        return version
    try:
        return _look(office_id, version)
    finally:
        _turn.release()


def _look(office_id: UUID, version: str) -> str:
    """The version as the database tells it; the one that is known while it is away."""
    try:
        version = notices.version(office_id)
    except AWAY:
        if not version:
            raise
    _versions[office_id] = (monotonic(), version)
    return version
