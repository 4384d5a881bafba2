"""Counts of visits (アクセス数) and what was read next: totals in memory, no cookie, no address.

Once a minute, and when the process ends, the totals go to the table; what the table cannot take
waits for the next visit. What was read next is known from the same-site referer alone and is shown
from ten counts on; it goes to memory that the window's processes share.
"""

import atexit
from collections import Counter, defaultdict
from contextlib import suppress
from threading import Lock, Timer
from uuid import UUID

from django.db import connections

from madoguchi.tools.transaction import AWAY
from madoguchi.tools.vault.shared import Shared
from madoguchi.web.portal.pages import PAGES
from madoguchi.work.notices import public as notices

EVERY_SECONDS = 60.0
SHOWN_FROM = 10
SHOWN = 3

_lock = Lock()
_new: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
_next: Counter[tuple[str, str, str]] = Counter()  # office, page, what was read then; not shared yet
_known_next: Counter[tuple[str, str, str]] = Counter()  # what all processes have shared
_shared = Shared(
    "visits",
    "CREATE TABLE IF NOT EXISTS next"
    " (office TEXT, before TEXT, page TEXT, times INT, UNIQUE (office, before, page))",
)
_totals: dict[UUID, dict[str, int]] = {}
_timer: Timer | None = None


def count(office_id: UUID, page: str, before: str | None) -> None:
    """Count one visit of a page, and from which of our pages it came."""
    global _timer  # noqa: PLW0603 - one timer for the process
    with _lock:
        _new[office_id][page] += 1
        if before in PAGES and before != page:
            _next[str(office_id), before, page] += 1
        if _timer is None:
            _timer = Timer(EVERY_SECONDS, flush)
            _timer.daemon = True
            _timer.start()


def flush() -> None:
    """Write the totals to the table and read back what it holds; what it refuses is put back."""
    global _timer
    _share_next()
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


def _share_next() -> None:
    """Add what was read next to what all processes know, and learn what they know."""
    with _lock, _shared.transaction() as table:
        table.executemany(
            "INSERT INTO next VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET times = times + excluded.times",
            [(*pages, times) for pages, times in _next.items()],
        )
        _next.clear()
        _known_next.clear()
        for *pages, times in table.execute("SELECT office, before, page, times FROM next"):
            _known_next[tuple(pages)] = times


@atexit.register
def flush_at_the_end() -> None:
    """A worker that is replaced forgets no visit."""
    if _new:
        with suppress(*AWAY):
            flush()


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
    from_here = str(office_id), page
    with _lock:
        counts = (_known_next + _next).items()
        after = Counter(
            {then: times for (*before, then), times in counts if (*before,) == from_here}
        )
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
        _known_next.clear()
        _totals.clear()
        with _shared.transaction() as table:
            table.execute("DELETE FROM next")
