"""The copy from an inbox into the store: what grows, what is killed, who reads meanwhile (C2)."""

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import pytest

from madoguchi.tools.vault import store
from tests.lying import on_disk

SENT = store.HEADER.to_bytes() + os.urandom(3 * store.CHUNK)
DIGEST = hashlib.sha256(SENT).digest()
TIMES = 20


@pytest.fixture
def sent() -> UUID:
    """A file that was sent and lies in the portal's inbox."""
    file_id = uuid4()
    inbox = store.inboxes()[0]
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / file_id.hex).write_bytes(SENT)
    return file_id


def waits(file_id: UUID) -> Path:
    return store.inboxes()[0] / file_id.hex


def lies(file_id: UUID) -> list[Path]:
    """Where its bytes lie, whole or not."""
    return [path for path in on_disk() if path.name.startswith(file_id.hex)]


def read(file_id: UUID) -> bytes:
    with store.opened(file_id) as source:
        return source.read()


def grow(file_id: UUID) -> None:
    with waits(file_id).open("ab") as out:
        out.write(b"more")


def change(file_id: UUID) -> None:
    with waits(file_id).open("r+b") as out:
        out.seek(2 * store.CHUNK)
        out.write(b"other")


def cut(file_id: UUID) -> None:
    os.truncate(waits(file_id), store.CHUNK)


def while_it_is_read(monkeypatch: pytest.MonkeyPatch, do: Callable[[], None]) -> None:
    """Its owner does this after its length was asked, before its bytes are read."""
    begins = store.begins_sealed

    def looked(first: bytes) -> bool:
        do()
        return begins(first)

    monkeypatch.setattr(store, "begins_sealed", looked)


def test_what_is_added_while_a_file_is_read_does_not_come_along(
    sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_it_is_read(monkeypatch, lambda: grow(sent))
    store.take_in(sent, len(SENT), DIGEST)
    assert lies(sent) == [store.place(sent)]
    assert read(sent) == SENT


@pytest.mark.parametrize("do", [change, cut])
def test_what_changes_while_it_is_read_comes_nowhere(
    sent: UUID, monkeypatch: pytest.MonkeyPatch, do: Callable[[UUID], None]
) -> None:
    with monkeypatch.context() as patch:
        while_it_is_read(patch, lambda: do(sent))
        with pytest.raises(store.Doubtful, match="other bytes"):
            store.take_in(sent, len(SENT), DIGEST)
    assert lies(sent) == [waits(sent)]  # and no part


def test_what_has_grown_before_it_is_read_comes_nowhere(sent: UUID) -> None:
    grow(sent)
    with pytest.raises(store.Doubtful, match="another length"):
        store.take_in(sent, len(SENT), DIGEST)
    assert lies(sent) == [waits(sent)]


def test_what_can_be_no_sealed_file_is_not_waited_for(tmp_path: Path, sent: UUID) -> None:
    """As `backup check` looks at what is kept: a pipe, a link to nothing, a folder, half a head."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    (tmp_path / "sealed link").symlink_to(waits(sent))
    (tmp_path / "short").write_bytes(SENT[: store.HEADER - 1])
    for path in (tmp_path, tmp_path / "gone", *tmp_path.iterdir()):
        assert not store.is_sealed(path), path
    assert store.is_sealed(waits(sent))  # control


STEPS: dict[str, tuple[object, str, bool]] = {  # where, what is called, whether it is done first
    "before the first byte": (store, "begins_sealed", False),
    "copied, not synced": (os, "fsync", False),
    "synced, not named": (Path, "rename", False),
    "named, folder not synced": (store, "_synced", False),
    "kept, inbox not emptied": (store, "drop", False),
    "inbox emptied": (store, "drop", True),
}


def died(step: str, file_id: UUID) -> None:
    """A worker is killed there, while it copies the file."""
    where, name, after = STEPS[step]
    do = getattr(where, name)

    def deadly(*words: object) -> object:
        if after:
            do(*words)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    child = os.fork()
    if not child:
        setattr(where, name, deadly)
        store.take_in(file_id, len(SENT), DIGEST)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_nothing_lacks_and_nothing_is_there_twice(sent: UUID, step: str) -> None:
    for _ in range(TIMES):
        waits(sent).write_bytes(SENT)
        died(step, sent)
        assert read(sent) == SENT  # at every moment
        store.take_in(sent, len(SENT), DIGEST)  # the next worker
        assert lies(sent) == [store.place(sent)]
        assert read(sent) == SENT
        store.place(sent).unlink()


def test_control_who_empties_the_inbox_first_loses_it(
    sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = store._settled

    def early(part: Path, target: Path, copy: BinaryIO) -> int:
        store.drop(sent)
        return settled(part, target, copy)

    monkeypatch.setattr(store, "_settled", early)
    died("synced, not named", sent)
    with pytest.raises(FileNotFoundError):
        read(sent)


def test_whoever_reads_while_it_comes_over_finds_it(
    sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store was asked, then it came over and left the inbox: the store is asked once more."""
    there = store._open

    def slow(folder: Path, name: str) -> int:
        if folder == store.inboxes()[0]:
            monkeypatch.setattr(store, "_open", there)
            store.take_in(sent, len(SENT), DIGEST)
        return there(folder, name)

    monkeypatch.setattr(store, "_open", slow)
    assert read(sent) == SENT


def test_control_who_asks_each_place_once_misses_it(
    sent: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        store, "_places", lambda file_id: (store.place(file_id).parent, *store.inboxes())
    )
    with pytest.raises(FileNotFoundError):
        test_whoever_reads_while_it_comes_over_finds_it(sent, monkeypatch)
