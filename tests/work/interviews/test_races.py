"""Fifty book the last place at once: one has it. Without the database's guard many have."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections

from madoguchi.rules.decision import Refused
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import queries
from madoguchi.work.interviews import actions
from madoguchi.work.interviews.models import Interview
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked
from tests.work.interviews.coming import FRIDAY, WANTED, desk

TIMES, PLACES = 50, 3
pytestmark = pytest.mark.race
GUARD = next(one for one in Interview._meta.constraints if one.name == "interviews_one_a_place")


@pytest.fixture
def unguarded() -> Iterator[None]:
    with connection.schema_editor() as tables:
        tables.remove_constraint(Interview, GUARD)
    yield
    Interview.objects.all().delete()
    with connection.schema_editor() as tables:
        tables.add_constraint(Interview, GUARD)


def book_at_once(office: OfficeCard, now: datetime) -> list[bool]:
    """Whether each of fifty persons has an interview at one time."""
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    ids = [asked(office, now).pk for _ in range(TIMES)]
    for case_id in ids:
        queries.open_case(staff, case_id, now=now)

    def book(case_id: object) -> bool:
        try:
            case = queries.find(staff, case_id)  # type: ignore[arg-type] # an id
            actions.book(staff, case, desk(PLACES), (), FRIDAY, WANTED, now=now)
        except Refused as refused:
            return [reason.code for reason in refused.reasons] != ["interview.full"]
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(book, ids))


def test_as_many_have_a_place_as_there_are(office: OfficeCard, now: datetime) -> None:
    assert sum(book_at_once(office, now)) == PLACES
    taken = Interview.objects.order_by("place").values_list("place", flat=True)
    assert list(taken) == [1, 2, 3]
    assert chain.faults(office.id) == []


@pytest.mark.usefixtures("unguarded")
def test_control_without_the_databases_guard_all_have_the_first(
    office: OfficeCard, now: datetime
) -> None:
    assert sum(book_at_once(office, now)) == TIMES
    assert set(Interview.objects.values_list("place", flat=True)) == {1}
