"""One process of `desk`: two databases, few and many cases; what their lists cost, as JSON."""

import json
import statistics
import sys
import uuid
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from madoguchi.ops.start import django

django("desk")

from django.conf import settings  # noqa: E402 - Django first
from django.db import connection, connections  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from madoguchi.ops import prepare  # noqa: E402
from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import OfficeCard, forget_hosts  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases import queries  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from tests.offices import DESK_HOST, PORTAL_HOST  # noqa: E402
from tests.web.desk.colleagues import colleague  # noqa: E402

ROUNDS, COLLEAGUES = 60, 8
BY_HAND = """SELECT id, short_name, state, next_on, urgent FROM cases_case
WHERE office_id = %s AND closed_at IS NULL AND urgent IN (%s) AND (next_on, id) > (%s, %s)
ORDER BY next_on, id LIMIT 51"""
LISTS = {
    "all open, first page": ("open", None),
    "all open, a tenth in": ("open", 0.1),
    "all open, middle": ("open", 0.5),
    "all open, last page": ("open", 0.99),
    "today, middle": ("today", 0.5),
    "own, middle": ("mine", 0.5),
    "nobody's, middle": ("unassigned", 0.5),
    "waiting, middle": ("waiting", 0.5),
    "closed, middle": ("closed", 0.5),
}


class Side:
    """A database with its office and one colleague."""

    def __init__(self, name: str, count: int) -> None:
        self.connection = other(name)
        self.use()
        prepare.databases()
        forget_hosts()
        self.office: OfficeCard = prepare.office("shibukawa", PORTAL_HOST, DESK_HOST)
        staff = [uuid.uuid4() for _ in range(COLLEAGUES)]
        self.actor = Actor(self.office.id, "counsellor", staff[0])
        bulk.listed(self.office, count, now(), staff)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def use(self) -> None:
        """Have everything that is asked go to this database."""
        connections["default"] = self.connection

    def mark(self, tab: str, depth: float | None) -> str:
        """The mark of the row at this depth of a list; empty for its beginning."""
        if depth is None:
            return ""
        self.use()
        if tab == "closed":
            cases = queries.visible(self.actor).filter(closed_at__isnull=False)
            cases = cases.order_by("-touched_at", "id")
            case = cases[int(cases.count() * depth)]
            return f"{case.touched_at.isoformat()}_{case.id}"
        under = queries._under(tab, queries._open(self.actor), self.actor)  # noqa: SLF001
        cases = queries._part(under, tab, now().date(), self.actor, urgent=False)  # noqa: SLF001
        case = cases.order_by("next_on", "id")[int(cases.count() * depth)]
        return f"0.{case.next_on}.{case.id}"

    def list(self, tab: str, mark: str) -> float:
        """Milliseconds of one page."""
        self.use()
        return ms(lambda: queries.inbox(self.actor, tab, now().date(), after=mark))

    def by_hand(self, mark: str) -> float:
        """Milliseconds of the same rows through a bare cursor."""
        _, day, case_id = mark.split(".")
        raw = case_id if connection.vendor == "postgresql" else uuid.UUID(case_id).hex
        office = str(self.office.id) if connection.vendor == "postgresql" else self.office.id.hex
        false: bool | int = False if connection.vendor == "postgresql" else 0

        def ask() -> None:
            with connection.cursor() as cursor:
                cursor.execute(BY_HAND, [office, false, day, raw])
                cursor.fetchall()

        return ms(ask)


def other(name: str) -> BaseDatabaseWrapper:
    """A connection like the default one to a database of this name."""
    made = connections["default"].copy("default")
    sqlite = made.vendor == "sqlite"
    made.settings_dict["NAME"] = settings.HOME / f"{name}.sqlite3" if sqlite else name
    return made


def ms(do: Callable[[], object]) -> float:
    """How many milliseconds it takes."""
    began = perf_counter()
    do()
    return (perf_counter() - began) * 1000


def measure(few: Side, many: Side, tab: str, depth: float | None) -> dict[str, float]:
    """One list in both databases and by hand, in turn."""
    marks = {side: side.mark(tab, depth) for side in (few, many)}
    times: dict[str, list[float]] = {"few": [], "many": [], "floor": []}
    for _ in range(ROUNDS):
        times["few"].append(few.list(tab, marks[few]))
        times["many"].append(many.list(tab, marks[many]))
        if tab == "open" and depth is not None:
            times["floor"].append(many.by_hand(marks[many]))
    return {
        "ms": statistics.median(times["many"]),
        "p95_ms": statistics.quantiles(times["many"], n=20)[-1],
        "few_ms": statistics.median(times["few"]),
        "floor_ms": statistics.median(times["floor"]) if times["floor"] else 0,
    }


def wrong_plans(side: Side) -> list[str]:
    """The lists whose rows are sorted, or found by reading all cases."""
    side.use()
    found = []
    for name, (tab, depth) in LISTS.items():
        mark = side.mark(tab, depth)
        with CaptureQueriesContext(connection) as captured:
            queries.inbox(side.actor, tab, now().date(), after=mark)
        for query in captured.captured_queries:
            verb = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            with connection.cursor() as cursor:
                cursor.execute(f"{verb} {query['sql']}")
                told = "\n".join(str(row[-1]) for row in cursor.fetchall())
            wrong = ("TEMP B-TREE", "SCAN cases_case", "Seq Scan on cases_case", "Sort")
            if any(word in told for word in wrong):
                print(told, file=sys.stderr)
                found.append(name)
    return found


def page(side: Side) -> tuple[float, int]:
    """Milliseconds and queries of the whole page in the middle of the open cases."""
    side.use()
    forget_hosts()
    _, browser = colleague(side.office, "counsellor", now())
    path = f"/?tab=open&after={side.mark('open', 0.5)}"
    assert browser.get(path).status_code == 200
    taken = statistics.median(ms(lambda: browser.get(path)) for _ in range(20))
    with (
        CaptureQueriesContext(connections["default"]) as cases,
        CaptureQueriesContext(connections["staff"]) as staff,
    ):
        assert browser.get(path).content.count(b"<tr") > queries.PAGE
    return taken, len(cases) + len(staff)


def main() -> None:
    """Make both databases, measure, print."""
    few_count, many_count = (int(word) for word in sys.argv[1:])
    prepare.static_files()
    prepare.demo_key(settings.MASTER_KEY_FILE)
    few, many = Side("few", few_count), Side("many", many_count)
    told: dict[str, Any] = {
        "lists": {name: measure(few, many, *place) for name, place in LISTS.items()},
        "plans": wrong_plans(many),
    }
    many.use()
    assert Case.objects.count() == many_count
    today = now().date()
    told["counts_ms"] = statistics.median(
        ms(lambda: queries.counts(many.actor, today)) for _ in range(20)
    )
    told["page_ms"], told["queries"] = page(many)
    print(json.dumps(told))


main()
