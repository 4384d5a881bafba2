"""Ten settle and publish a month at once: it stands once; without the guards, ten times."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, connections

from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions
from madoguchi.work.reports.models import Published, Settled
from tests.work.reports.day import NEEDS, somebody

TIMES = 10
OCTOBER = date(2026, 10, 1)
pytestmark = pytest.mark.race
GUARDS = [
    (model, guard)
    for model in (Settled, Published)
    for guard in model._meta.constraints
    if guard.name in ("reports_one_month", "reports_one_copy_of_a_month")
]


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Without the database's guards, which SQLite reads from the model."""
    for model, guard in GUARDS:
        model._meta.constraints = [one for one in model._meta.constraints if one is not guard]
    with connection.schema_editor() as tables:
        for model, guard in GUARDS:
            tables.remove_constraint(model, guard)
    yield
    for model, guard in GUARDS:
        model.objects.all().delete()
        model._meta.constraints = [*model._meta.constraints, guard]
    with connection.schema_editor() as tables:
        for model, guard in GUARDS:
            tables.add_constraint(model, guard)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether it was done before."""
    monkeypatch.setattr(actions, "_there", lambda _: None)


def at_once(act: Callable[[], UUID]) -> list[UUID | None]:
    """What came of the act for each of ten; None where the database refused."""
    ready = Barrier(TIMES)

    def one(_: int) -> UUID | None:
        ready.wait()
        try:
            return act()
        except DatabaseError:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def settle_and_publish(office: OfficeCard, now: datetime) -> tuple[set[UUID | None], ...]:
    head = somebody(office, "supervisor")

    def settle() -> UUID:
        return actions.settle(head, office.id, OCTOBER, NEEDS, now=now, idempotency_key=uuid4().hex)

    def publish() -> UUID:
        return actions.publish_month(head, AtOffice(office.id), OCTOBER, now=now)

    return set(at_once(settle)), set(at_once(publish))


def test_a_month_is_settled_and_published_once(office: OfficeCard, now: datetime) -> None:
    settled, published = settle_and_publish(office, now)
    assert settled == set(Settled.objects.values_list("pk", flat=True))
    assert published == set(Published.objects.values_list("pk", flat=True))
    assert (len(settled), len(published)) == (1, 1)
    assert chain.faults(office.id) == []


@pytest.mark.usefixtures("blind")
def test_the_database_alone_refuses_a_second_one(office: OfficeCard, now: datetime) -> None:
    settle_and_publish(office, now)
    assert (Settled.objects.count(), Published.objects.count()) == (1, 1)


@pytest.mark.usefixtures("unguarded", "blind")
def test_control_without_guards_it_stands_ten_times(office: OfficeCard, now: datetime) -> None:
    settle_and_publish(office, now)
    assert (Settled.objects.count(), Published.objects.count()) == (TIMES, TIMES)
