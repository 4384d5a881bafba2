"""What processes of one window have together: places for long bodies, lanes, a network's day."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from madoguchi.rules import limits
from madoguchi.tools.vault.fairness import DayFull, Shares
from madoguchi.tools.vault.shared import one_of
from madoguchi.web.kit.body import LongBodies

OFFICE = uuid4()
FORKING = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of memory, as systemd gives it to the portal."""
    monkeypatch.setattr(settings, "SHARED", tmp_path)
    monkeypatch.setattr(settings, "DEMO", False)


@contextmanager
def sent_by(network: str) -> Iterator[tuple[int, str]]:
    """A process with a long body of this network: its number, and why it has no place."""

    def send(said: Connection) -> None:
        with LongBodies().place(network, limits.LARGE) as why_not:
            said.send(why_not)
            signal.pause()

    heard, said = FORKING.Pipe()
    process = FORKING.Process(target=send, args=(said,))
    process.start()
    try:
        assert process.pid is not None
        assert heard.poll(10)
        yield process.pid, heard.recv()
    finally:
        process.kill()
        process.join()


def test_one_network_sends_four_long_bodies_and_another_still_finds_a_place() -> None:
    with ExitStack() as stack:
        told = [stack.enter_context(sent_by("school"))[1] for _ in range(6)]
        assert told == [""] * limits.LARGE_BODIES_OF_A_NETWORK + ["full_files"] * 2
        assert stack.enter_context(sent_by("person"))[1] == ""


def test_sixteen_are_on_their_way_at_most() -> None:
    with ExitStack() as stack:
        told = [stack.enter_context(sent_by(f"one {n}"))[1] for n in range(17)]
        assert told == [""] * limits.LARGE_BODIES + ["full_files"]


def test_the_place_of_a_process_that_was_killed_is_free() -> None:
    with ExitStack() as stack:
        for _ in range(limits.LARGE_BODIES_OF_A_NETWORK - 1):
            stack.enter_context(sent_by("school"))
        with sent_by("school") as (pid, _):
            os.kill(pid, signal.SIGKILL)
        assert stack.enter_context(sent_by("school"))[1] == ""


def begun(now: datetime, times: int = 1) -> None:
    """Begin so many requests from one network."""
    for _ in range(times):
        Shares().begin(OFFICE, "192.0.2.0/24", now)


def test_the_next_process_knows_what_a_network_began_today(now: datetime) -> None:
    for _ in range(3):
        process = FORKING.Process(target=begun, args=(now, limits.DAY_DRAFTS // 3))
        process.start()
        process.join(20)
        assert process.exitcode == 0
    with pytest.raises(DayFull):
        begun(now)


def test_control_without_the_folder_every_process_begins_anew(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHARED", None)
    begun(now, limits.DAY_DRAFTS + 1)


def test_what_lies_in_the_folder_names_no_network(now: datetime, tmp_path: Path) -> None:
    begun(now)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"drafts" in kept
    assert b"192.0.2" not in kept


@contextmanager
def at_work() -> Iterator[tuple[int, Connection]]:
    """A process in the lane, or before it: its number, and where it says that it is in."""

    def work(said: Connection) -> None:
        with one_of("receipts", 2):
            said.send("in")
            signal.pause()

    heard, said = FORKING.Pipe()
    process = FORKING.Process(target=work, args=(said,))
    process.start()
    try:
        assert process.pid is not None
        yield process.pid, heard
    finally:
        process.kill()
        process.join()


def test_processes_have_the_places_of_a_lane_together() -> None:
    with ExitStack() as stack:
        (first, one), (second, other) = (stack.enter_context(at_work()) for _ in range(2))
        assert one.poll(10)
        assert other.poll(10)
        _, third = stack.enter_context(at_work())
        assert not third.poll(0.3)
        for pid in (first, second):
            os.kill(pid, signal.SIGKILL)
        assert third.poll(10)
