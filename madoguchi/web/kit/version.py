"""Which state of what was published a process goes by (公表の版): looked for every two seconds."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from uuid import UUID

from madoguchi.tools.write import AWAY
from madoguchi.work.notices import public as notices

type Mark = Callable[[UUID], str]


LOOK_EVERY = 2.0

_versions: dict[tuple[UUID, Mark | None], tuple[float, str]] = {}
_turn = Lock()


def forget() -> None:
    """Look anew at the next question."""
    _versions.clear()


def current(office_id: UUID, mark: Mark | None = None) -> str:
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
