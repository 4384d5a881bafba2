"""Many issue in one case at once: each paper has a number of its own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, connections

from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import queries
from madoguchi.work.issued import actions
from madoguchi.work.issued.models import Issued
from tests import lying
from tests.work.issued.papers import made, taken

TIMES = 24
pytestmark = pytest.mark.race
GUARD = next(one for one in Issued._meta.constraints if one.name == "issued_one_number")


@pytest.fixture
def unguarded() -> Iterator[None]:
    kept, Issued._meta.constraints = Issued._meta.constraints, []  # SQLite makes the table anew
    with connection.schema_editor() as tables:
        tables.remove_constraint(Issued, GUARD)
    yield
    Issued.objects.all().delete()
    Issued._meta.constraints = kept
    with connection.schema_editor() as tables:
        tables.add_constraint(Issued, GUARD)


@pytest.fixture
def counted_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number as one would count it who did not wait for the case's turn."""
    monkeypatch.setattr(actions, "_next_number", lambda _case: 1)


def issue_at_once(office: OfficeCard, now: datetime) -> int:
    """How many of the papers were issued."""
    actor, case_id = taken(office, now)

    def one(place: int) -> bool:
        try:
            pdf = b"%%PDF-%d" % place
            actions.issue(actor, queries.find(actor, case_id), made(pdf), now=now)
        except IntegrityError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, range(TIMES)))


def numbers() -> list[int]:
    return sorted(Issued.objects.values_list("number", flat=True))


def test_each_has_a_number_of_its_own(office: OfficeCard, now: datetime) -> None:
    assert issue_at_once(office, now) == TIMES
    assert numbers() == list(range(1, TIMES + 1))
    assert len(lying.on_disk()) == TIMES
    assert chain.faults(office.id) == []


@pytest.mark.usefixtures("counted_before")
def test_of_those_that_count_the_same_one_is_issued(office: OfficeCard, now: datetime) -> None:
    assert issue_at_once(office, now) == 1
    assert numbers() == [1]
    assert len(lying.on_disk()) == 1  # what was not issued has left no bytes
    assert chain.faults(office.id) == []


@pytest.mark.usefixtures("counted_before", "unguarded")
def test_control_without_the_databases_guard_all_have_the_first(
    office: OfficeCard, now: datetime
) -> None:
    assert issue_at_once(office, now) == TIMES
    assert numbers() == [1] * TIMES
