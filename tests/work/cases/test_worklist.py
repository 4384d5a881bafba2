"""Every list is read from an index in its own order, at any depth; no number betrays a case."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.record import actions as record_actions
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked
from tests.work.cases.awaiting import answered

MARKS = {tab: f"1.2026-11-30.{uuid4()}" for tab in queries.OPEN_TABS} | {
    "closed": f"2026-11-30T10:00:00+09:00_{uuid4()}"
}
INDEX = dict.fromkeys(("today", "open"), "cases_open") | {
    "mine": "cases_open_of",
    "unassigned": "cases_open_of",
    "waiting": "cases_open_in",
    "closed": "cases_closed",
}


def plan(sql: str) -> str:
    """How the database would answer, when it may neither sort nor read a whole table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def sorts(told: str) -> bool:
    """Whether a plan puts rows in order itself."""
    return "TEMP B-TREE" in told or "Sort" in told


def reads_all(told: str) -> bool:
    """Whether a plan reads the cases one by one."""
    return "SCAN cases_case" in told or "Seq Scan on cases_case" in told


@pytest.mark.parametrize("way", ["", "after", "before"])
@pytest.mark.parametrize("tab", queries.TABS)
@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_a_list_is_read_from_its_index_in_order(
    office: OfficeCard, now: datetime, role: str, tab: str, way: str
) -> None:
    actor = Actor(office.id, role, uuid4())
    with CaptureQueriesContext(connection) as captured:
        queries.inbox(actor, tab, now.date(), **({way: MARKS[tab]} if way else {}))
    assert len(captured) in (1, 2)
    for query in captured.captured_queries:
        told = plan(query["sql"])
        own = INDEX[tab] if connection.vendor == "sqlite" else "cases_"  # few rows: any will do
        assert f"INDEX {own}" in told or f"using {own}" in told, told
        assert not sorts(told), told
        assert not reads_all(told), told


def test_the_numbers_are_counted_along_the_lists(office: OfficeCard, now: datetime) -> None:
    asked(office, now)
    with CaptureQueriesContext(connection) as captured:
        queries.counts(Actor(office.id, "counsellor", uuid4()), now.date())
    (query,) = captured.captured_queries
    told = plan(query["sql"])
    assert "cases_open" in told, told
    assert not sorts(told), told
    assert not reads_all(told), told


def test_the_same_list_without_its_index_is_sorted(office: OfficeCard, now: datetime) -> None:
    """The negative control: the plan tells when an index is missing."""
    with connection.cursor() as cursor:
        for name in ("cases_open", "cases_open_of", "cases_open_in"):
            cursor.execute(f"DROP INDEX {name}")
    actor = Actor(office.id, "counsellor", uuid4())
    with CaptureQueriesContext(connection) as captured:
        queries.inbox(actor, "open", now.date())
    assert sorts(plan(captured.captured_queries[0]["sql"]))


def test_a_case_that_may_not_be_known_is_in_no_number(office: OfficeCard, now: datetime) -> None:
    kinds = ("normal", "care", "secret", "normal")
    cases = [asked(office, now) for _ in kinds]
    for case, level in zip(cases, kinds, strict=True):
        Case.objects.filter(pk=case.pk).update(level=level)
    who = Actor(office.id, "counsellor", uuid4())
    denied = {"office_id": office.id, "staff_id": who.colleague, "kind": "deny", "at": now}
    Access.objects.create(case_id=cases[3].pk, **denied)
    assert queries.counts(who, now.date()) == queries.Counts(today=1, unassigned=1, open=1)
    over = Actor(office.id, "supervisor", uuid4())
    assert queries.counts(over, now.date()) == queries.Counts(today=3, unassigned=3, open=3)
    nobody = Actor(office.id, "counsellor")
    assert queries.counts(nobody, now.date()) == queries.Counts()


def test_an_open_case_always_has_a_day(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(next_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed")


def test_a_case_opened_again_is_looked_at_today(office: OfficeCard, now: datetime) -> None:
    asked(office, now)
    case = Case.objects.get()
    actor = Actor(office.id, "counsellor", uuid4())
    queries.open_case(actor, case.pk, now=now)
    actions.take(actor, Case.objects.get(), now=now)
    record_actions.close(actor, Case.objects.get(), "solved", answered(Case.objects.get()), now=now)
    assert Case.objects.get().next_on is None
    record_actions.reopen(actor, Case.objects.get(), now=now)
    case = Case.objects.get()
    assert (case.state, case.next_on, case.closed_at) == ("active", now.date(), None)
    assert queries.counts(actor, now.date()).today == 1


def test_a_case_with_dues_by_the_hundred_takes_no_room_from_the_others(
    office: OfficeCard, now: datetime
) -> None:
    full, other = asked(office, now), asked(office, now)
    rows = [
        Due(office_id=office.id, case_id=full.pk, kind="call", on=now.date(), how="chosen")
        for _ in range(300)
    ]
    Due.objects.bulk_create(rows)
    reader = actor_of(make_staff(office, "counsellor", "木村", now))
    found = queries.open_dues(queries.inbox(reader, "open", now.date()).cards)
    assert len(found[full.pk]) == queries.MOST_DUES
    assert [kind for _, kind in found[other.pk]] == ["first_answer"]
