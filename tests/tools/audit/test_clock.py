"""A clock that goes back behind what was written is noticed."""

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import escape_hatch

from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard


def write(office: OfficeCard, at: datetime) -> None:
    chain.append(Actor(office.id, "worker"), "case.tell", None, outcome="done", now=at)


def test_no_line_says_nothing(now: datetime) -> None:
    assert not chain.clock_wrong(now)


def test_a_clock_behind_the_newest_line_of_any_office(
    offices: tuple[OfficeCard, OfficeCard], now: datetime
) -> None:
    for office in offices:
        write(office, now)
    assert not chain.clock_wrong(now - chain.MOST_OFF)
    assert chain.clock_wrong(now - chain.MOST_OFF - timedelta(seconds=1))
    write(offices[1], now + timedelta(minutes=10))
    assert chain.clock_wrong(now)


def test_once_a_line_is_written_by_the_right_clock_all_is_well(
    office: OfficeCard, now: datetime
) -> None:
    write(office, now + timedelta(days=1))
    assert chain.clock_wrong(now)
    write(office, now)
    assert not chain.clock_wrong(now)
    assert chain.faults(office.id) == []


@pytest.mark.postgresql("SQLite has no clock of its own")
def test_the_databases_clock_is_asked() -> None:
    moment = escape_hatch.datetime.datetime.now(UTC)  # the server's day is the real one
    assert not chain.clock_wrong(moment)
    assert chain.clock_wrong(moment + timedelta(minutes=1))
    assert chain.clock_wrong(moment - timedelta(minutes=1))
