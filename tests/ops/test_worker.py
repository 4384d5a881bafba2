"""The worker outlives a full disk and a database that is away, and says that it lives."""

import logging
from datetime import datetime

import pytest
from django.db import OperationalError

from madoguchi.ops import worker
from madoguchi.tools.later.models import Beat
from madoguchi.tools.office.public import OfficeCard


@pytest.fixture(autouse=True)
def kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's transaction lies on this connection."""
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)


def test_a_round_says_that_the_worker_lives(office: OfficeCard, now: datetime) -> None:
    assert worker.Rounds().one(now) == worker.IDLE_S
    assert Beat.objects.get().seen_at == now


def test_jobs_are_done_between_the_portions_of_a_sweep(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    class Room:
        """A room whose sweep takes three rounds."""

        @staticmethod
        def sweep(_moment: datetime) -> bool:
            done.append("portion")
            return done.count("portion") < 3

    def work(_moment: datetime) -> bool:
        done.append("job")
        return False

    monkeypatch.setattr(worker, "SWEPT", (Room,))
    monkeypatch.setattr(worker, "do_next", work)
    rounds = worker.Rounds()
    assert [rounds.one(now) for _ in range(4)] == [0, 0, worker.IDLE_S, worker.IDLE_S]
    assert done == ["portion", "job", "portion", "job", "portion", "job", "job"]


@pytest.mark.parametrize(
    "trouble", [OperationalError("database or disk is full"), OSError(28, "No space left")]
)
def test_trouble_ends_the_round_and_not_the_worker(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: Exception,
) -> None:
    rounds = worker.Rounds()

    def fail(_moment: datetime) -> bool:
        raise trouble

    with monkeypatch.context() as during, caplog.at_level(logging.ERROR):
        during.setattr(worker, "do_next", fail)
        assert rounds.one(now) == worker.TROUBLE_S
    assert [record.name for record in caplog.records] == ["madoguchi.worker"]
    assert rounds.one(now) == worker.IDLE_S


def test_control_what_nobody_foresaw_ends_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_moment: datetime) -> bool:
        raise LookupError

    monkeypatch.setattr(worker, "do_next", fail)
    with pytest.raises(LookupError):
        worker.Rounds().one(now)
