"""Who cannot write within twenty seconds is told so; nobody stands in the queue for ever."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from django.db import OperationalError, connections

from madoguchi.tools import transaction
from madoguchi.tools.later.models import Beat

pytestmark = pytest.mark.race


@pytest.fixture
def somebody_writes() -> Iterator[None]:
    """Another thread is in the middle of its transaction."""
    inside, end = Event(), Event()

    def hold() -> None:
        with transaction.transaction():
            inside.set()
            end.wait(20)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    assert inside.wait(10)
    yield
    end.set()
    holder.join()


@pytest.mark.sqlite("PostgreSQL lets them write at once")
def test_a_queue_that_does_not_move_is_left(
    somebody_writes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "PATIENCE_S", 0.1)
    with pytest.raises(OperationalError), transaction.transaction():
        Beat.objects.count()


def test_control_a_queue_that_moves_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "PATIENCE_S", 0.1)
    with transaction.transaction(), transaction.transaction():
        assert Beat.objects.count() == 0
