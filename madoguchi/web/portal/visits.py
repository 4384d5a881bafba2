"""Counts of visits (アクセス数) and what was read next: totals in memory, no cookie, no address.

Once a minute the totals go to the table; what the table cannot take waits for the next visit, a
restart loses what was counted since. What was read next is known from the same-site referer alone
and is shown from ten counts on.
"""

from collections import Counter, defaultdict
from threading import Lock, Timer
from uuid import UUID

from django.db import connections

from madoguchi.tools.transaction import AWAY
from madoguchi.web.portal.pages import PAGES
from madoguchi.work.notices import public as notices

EVERY_SECONDS = 60.0
SHOWN_FROM = 10
SHOWN = 3

_lock = Lock()
_new: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
_next: defaultdict[UUID, Counter[tuple[str, str]]] = defaultdict(Counter)
_totals: dict[UUID, dict[str, int]] = {}
_timer: Timer | None = None


def count(office_id: UUID, page: str, before: str | None) -> None:
    """Count one visit of a page, and from which of our pages it came."""
    global _timer  # noqa: PLW0603 - one timer for the process
    with _lock:
        _new[office_id][page] += 1
        if before in PAGES and before != page:
            _next[office_id][before, page] += 1
        if _timer is None:
            _timer = Timer(EVERY_SECONDS, flush)
            _timer.daemon = True
            _timer.start()


def flush() -> None:
    """Write the totals to the table and read back what it holds; what it refuses is put back."""
    global _timer
    with _lock:
        taken, _timer = dict(_new), None
        _new.clear()
    try:
        while taken:
            office_id = next(iter(taken))
            notices.count(office_id, taken[office_id])
            del taken[office_id]
            _totals[office_id] = notices.counts(office_id)
    finally:
        with _lock:
            for office_id, counts in taken.items():
                _new[office_id].update(counts)
        connections.close_all()


def total(office_id: UUID, page: str) -> int:
    """About how often a page was seen, rounded down to tens; 0 until it is ten times."""
    if office_id not in _totals:
        try:
            _totals[office_id] = notices.counts(office_id)
        except AWAY:  # nobody needs the number to read the page
            return 0
    return _totals[office_id].get(page, 0) // 10 * 10


def read_next(office_id: UUID, page: str) -> tuple[str, ...]:
    """The pages most often read after this one, each at least ten times."""
    with _lock:
        counts = _next[office_id].items()
        after = Counter({then: count for (before, then), count in counts if before == page})
    return tuple(then for then, count in after.most_common(SHOWN) if count >= SHOWN_FROM)


def forget() -> None:
    """Begin to count anew, without the minute's writing that was due; for tests."""
    global _timer  # noqa: PLW0603 - one timer for the process
    with _lock:
        if _timer is not None:
            _timer.cancel()
            _timer = None
        _new.clear()
        _next.clear()
        _totals.clear()
