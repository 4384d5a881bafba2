"""Segments are sealed aside, while the next one is filled: in few threads, and safely given up."""

from __future__ import annotations

import io
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from madoguchi.tools.vault import cipher, files, segments
from madoguchi.tools.vault.upload import SealingHandler
from tests.tools.vault.uploads import on_disk, soon_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FULL = bytes(segments.FIRST + 1)  # one segment, and the byte with which it goes aside
SOON_S, NOT_YET_S = 20, 0.2


class SlowDisk(io.BytesIO):
    """Takes nothing before it may; tells when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may = threading.Event(), threading.Event()

    def write(self, sealed: Any, /) -> int:
        self.asked.set()
        assert self.may.wait(SOON_S)
        return super().write(sealed)


class RefusingDisk(io.BytesIO):
    """Takes nothing."""

    def write(self, _sealed: Any, /) -> int:
        raise OSError("no room")


def sealer_on(disk: io.BytesIO) -> segments.Sealer:
    return segments.Sealer(disk, cipher.new_key(), b"")


@contextmanager
def waited_for(do: Callable[[], object]) -> Iterator[threading.Event]:
    """Does it in a thread of its own; the event is set when it came back."""
    back = threading.Event()

    def tell() -> None:
        do()
        back.set()

    caller = threading.Thread(target=tell)
    caller.start()
    try:
        yield back
    finally:
        caller.join(SOON_S)


@pytest.mark.race
def test_the_next_segment_is_filled_while_one_is_sealed_and_no_third_one() -> None:
    disk = SlowDisk()
    sealer = sealer_on(disk)
    sealer.write(FULL)
    sealer.write(bytes(segments.REST - 1))
    assert disk.asked.wait(SOON_S)
    with waited_for(lambda: sealer.write(b"a")) as back:  # control: both are full
        assert not back.wait(NOT_YET_S)
        disk.may.set()
        assert back.wait(SOON_S)
    sealer.finish()
    assert sealer.length == segments.FIRST + segments.REST + 1


@pytest.mark.parametrize("rest", [0, segments.REST, 3 * segments.REST])
def test_what_the_disk_refuses_aside_is_raised_by_the_next_call(rest: int) -> None:
    sealer = sealer_on(RefusingDisk())
    sealer.write(FULL)
    with pytest.raises(OSError, match="no room"):
        sealer.write(bytes(rest)) if rest else sealer.finish()


@pytest.mark.race
def test_many_streams_share_a_thread_for_each_core() -> None:
    disks = [SlowDisk() for _ in range(24)]
    sealers = [sealer_on(disk) for disk in disks]
    for sealer in sealers:
        sealer.write(FULL)
    names = [thread.name for thread in threading.enumerate()]
    assert 1 <= sum(name.startswith("sealing") for name in names) <= (os.cpu_count() or 1)
    for disk in disks:
        disk.may.set()
    for sealer in sealers:
        sealer.finish()
    assert all(disk.asked.is_set() for disk in disks)


@pytest.mark.race
def test_what_is_let_go_is_left_when_the_disk_has_done_with_it() -> None:
    disk, left = SlowDisk(), threading.Event()
    sealer = sealer_on(disk)
    sealer.write(FULL)
    assert disk.asked.wait(SOON_S)
    sealer.let_go(left.set)
    assert not left.wait(NOT_YET_S)
    disk.may.set()
    assert left.wait(SOON_S)
    left.clear()
    sealer_on(disk).let_go(left.set)  # control: where nothing is being sealed, at once
    assert left.is_set()


@pytest.mark.race
def test_the_collector_may_let_go_in_the_very_thread_that_seals() -> None:
    left = threading.Event()

    class Collecting(io.BytesIO):
        def write(self, sealed: Any, /) -> int:
            sealer.let_go(left.set)
            assert not left.is_set()
            return super().write(sealed)

    sealer = sealer_on(Collecting())
    sealer.write(FULL)
    assert left.wait(SOON_S)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    """The gate before every write to a part."""
    gate = SlowDisk()
    write = files._Part.write

    def later(part: files._Part, sealed: Any) -> int:
        gate.write(b"")
        assert not part.closed
        return write(part, sealed)

    monkeypatch.setattr(files._Part, "write", later)
    yield gate
    gate.may.set()


def arriving_file() -> SealingHandler:
    handler = SealingHandler()
    handler.new_file("file", "a.jpg", "image/jpeg", None)
    handler.receive_data_chunk(FULL, 0)
    return handler


@pytest.mark.race
@pytest.mark.parametrize("protected", [True, False], ids=["", "control: closed at once"])
def test_a_lost_request_waits_for_no_disk_and_leaves_nothing(
    slow: SlowDisk,
    offices: object,
    monkeypatch: pytest.MonkeyPatch,
    protected: bool,  # noqa: FBT001
) -> None:
    if not protected:
        monkeypatch.setattr(segments.Sealer, "let_go", lambda _sealer, then: then())
    lost = [arriving_file()]
    sealing = lost[0]._sealer._sealing
    assert slow.asked.wait(SOON_S)
    with waited_for(lost.clear) as back:
        assert back.wait(NOT_YET_S) is protected
        slow.may.set()
    assert sealing.exception(SOON_S) is None
    assert soon_gone()


@pytest.mark.race
def test_an_interrupted_request_waits_until_nothing_is_left(
    slow: SlowDisk, offices: object
) -> None:
    handler = arriving_file()
    assert slow.asked.wait(SOON_S)
    with waited_for(handler.upload_interrupted) as back:
        assert not back.wait(NOT_YET_S)
        assert len(on_disk()) == 1  # control: it had begun
        slow.may.set()
        assert back.wait(SOON_S)
        assert on_disk() == []
