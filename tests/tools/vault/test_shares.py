"""A day's shares: no number of senders uses up what is there for everybody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from madoguchi.rules import limits
from madoguchi.tools.vault import fairness
from madoguchi.tools.vault.fairness import DayFull, Shares

OFFICE = uuid4()
HOSTILE, PERSON = "192.0.2.0/24", "198.51.100.0/24"
MOST_FILE = limits.BYTES_A_CASE


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)


def flood(day: Shares, network: str, stored: int, now: datetime, size: int = MOST_FILE) -> int:
    """Send files until none is taken; what the office then has stored."""
    while day.bring(OFFICE, network, size, stored, now):
        stored += size
    return stored


def test_one_network_leaves_half_of_the_day(now: datetime) -> None:
    day = Shares()
    stored = flood(day, HOSTILE, 0, now, size=limits.MEGABYTE)
    assert stored == limits.DAY_BYTES // 2
    assert day.bring(OFFICE, PERSON, MOST_FILE, stored, now)


def test_six_networks_leave_room_for_pictures(now: datetime) -> None:
    day, stored = Shares(), 0
    for number in range(6):
        stored = flood(day, f"10.0.{number}.0/24", stored, now, size=limits.MEGABYTE)
    assert stored < limits.DAY_BYTES
    assert day.bring(OFFICE, PERSON, 10 * limits.MEGABYTE, stored, now)


def test_a_restart_gives_no_second_half(now: datetime) -> None:
    stored = flood(Shares(), HOSTILE, 0, now)
    stored = flood(Shares(), HOSTILE, stored, now)
    assert Shares().bring(OFFICE, PERSON, MOST_FILE, stored, now)


def test_without_shares_one_network_uses_up_the_day(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the demo, where all come from one machine, knows no shares."""
    monkeypatch.setattr(settings, "DEMO", True)
    day = Shares()
    stored = flood(day, HOSTILE, 0, now, size=limits.MEGABYTE)
    assert stored == limits.DAY_BYTES
    assert not day.bring(OFFICE, PERSON, 1, stored, now)


def test_what_was_removed_again_still_counts_for_its_network(now: datetime) -> None:
    day, taken = Shares(), 0
    while day.bring(OFFICE, HOSTILE, MOST_FILE, 0, now):  # sent, removed, sent
        taken += MOST_FILE
    assert taken <= limits.DAY_BYTES // 2


def test_a_network_begins_so_many_drafts_a_day(now: datetime) -> None:
    day = Shares()
    for _ in range(limits.DAY_DRAFTS):
        day.begin(OFFICE, HOSTILE, now)
    with pytest.raises(DayFull):
        day.begin(OFFICE, HOSTILE, now)
    day.begin(OFFICE, PERSON, now)
    day.begin(uuid4(), HOSTILE, now)
    day.begin(OFFICE, HOSTILE, now + timedelta(days=1))


def test_drafts_begun_at_once_are_counted_one_by_one(now: datetime) -> None:
    day = Shares()

    def begin(_number: int) -> bool:
        try:
            day.begin(OFFICE, HOSTILE, now)
        except DayFull:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        begun = sum(pool.map(begin, range(limits.DAY_DRAFTS + 50)))
    assert begun == limits.DAY_DRAFTS


def test_memory_is_bounded(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST_NETWORKS", 10)
    day = Shares()
    for number in range(50):
        day.begin(OFFICE, f"10.0.{number}.0/24", now)
    with day._shared.transaction() as table:
        assert table.execute("SELECT count(*) FROM share").fetchone() == (10,)
