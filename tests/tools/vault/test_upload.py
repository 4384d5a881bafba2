"""Uploads are sealed while they arrive: no temporary file, nothing half, nothing unclaimed."""

import errno
import gc
import hashlib
import io
import os
import tempfile
import tracemalloc
import weakref
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, UnreadablePostError

from madoguchi.config.windows import WINDOWS
from madoguchi.rules import limits
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import cipher, files, store, visit
from madoguchi.tools.vault import upload as module
from madoguchi.tools.vault.models import HeldFile
from madoguchi.tools.vault.upload import SealedUpload
from tests import lying
from tests.lying import on_disk
from tests.tools.vault.uploads import arriving, body, upload

CANARY = b"canary-in-the-picture"
BIG = CANARY * 150_000  # 3 MB: more than Django keeps in memory, three segments


@pytest.fixture(autouse=True)
def _nothing_left_over(offices: object) -> None:
    assert on_disk() == []


def test_what_arrives_can_be_read_and_its_hash_holds() -> None:
    arrived = upload("証拠.jpg", BIG)
    assert b"".join(files.read(arrived.file_id, arrived.about)) == BIG
    assert arrived.about.sha256 == hashlib.sha256(BIG).hexdigest()
    assert (arrived.about.name, arrived.about.length) == ("証拠.jpg", len(BIG))
    assert files.whole(arrived.file_id, arrived.stored_bytes)


def test_the_disk_sees_neither_bytes_nor_name() -> None:
    arrived = upload("canary-name.jpg", BIG)
    (path,) = on_disk()
    assert CANARY not in path.read_bytes()
    assert path.name == arrived.file_id.hex
    assert arrived.about.key not in repr(arrived.about)
    plain = path.with_suffix(".plain")
    plain.write_bytes(BIG)  # control: the same search finds bytes in the clear
    assert [found for found in on_disk() if CANARY in found.read_bytes()] == [plain]


def test_no_temporary_file_is_ever_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made: list[str] = []
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda *_a, **_k: made.append("named"))
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_a, **_k: made.append("mkstemp"))
    upload("a.jpg", BIG)
    assert made == []
    assert list(tmp_path.iterdir()) == []


def most_held(pieces: int, *, keep: bool) -> int:
    """The most memory taken at once while so many pieces of 64 KiB arrive."""
    handler, kept = module.SealingHandler(), []
    tracemalloc.start()
    handler.new_file("file", "a.jpg", "image/jpeg", None)
    for _ in range(pieces):
        piece = bytes(handler.chunk_size)
        handler.receive_data_chunk(piece, 0)
        kept += [piece] if keep else []
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    handler.upload_interrupted()
    return most


def test_no_more_than_two_segments_are_held_in_memory() -> None:
    limit = 3 * files.SEGMENT
    assert most_held(20, keep=False) < limit
    assert most_held(100, keep=False) < limit
    assert most_held(100, keep=True) > limit  # control: whoever keeps the pieces is seen


def handlers_left(*, back_to_the_request: bool) -> int:
    """How many handlers outlive their request until the collector comes."""
    gc.disable()
    try:
        request = arriving(body("a.jpg", BIG))
        handler = request.upload_handlers[0]
        handler.request = request if back_to_the_request else None
        assert request.FILES
        request.close()
        left = weakref.ref(handler)
        del request, handler
        return 0 if left() is None else 1
    finally:
        gc.enable()


def test_a_handler_and_its_two_megabytes_go_with_the_request() -> None:
    assert handlers_left(back_to_the_request=False) == 0
    assert handlers_left(back_to_the_request=True) == 1  # control: a way back keeps both
    assert module.SealingHandler(arriving(body("a.jpg", b"x"))).request is None


def test_bytes_start_for_the_disk_while_the_rest_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    advised: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _fd, at, size, _how: advised.append((at, size)))
    arrived = upload("a.jpg", BIG)
    ends = [at + size for at, size in advised]
    assert [at for at, _ in advised] == [0, *ends[:-1]]  # all of it, in order
    assert ends[-1] == arrived.stored_bytes
    assert ends[-2] >= 2 * files.SEGMENT  # whole segments went before the last came


def test_bytes_and_both_folders_are_on_disk_before_it_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    synced: list[Path] = []
    fsync = os.fsync

    def counted(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", counted)
    upload("first.jpg", b"bytes")  # makes the inbox
    synced.clear()
    arrived = upload("a.jpg", b"bytes")
    path = lying.place(arrived.file_id)
    assert synced == [path.with_suffix(".part"), path.parent, path.parent.parent]


def test_a_file_that_no_row_names_goes_with_its_request() -> None:
    request = arriving(body("a.jpg", b"bytes"))
    assert isinstance(request.FILES["file"], SealedUpload)
    assert len(on_disk()) == 1
    request.close()
    assert on_disk() == []


def taken_in(office: OfficeCard, now: datetime) -> HttpRequest:
    """A request whose file a draft has taken in."""
    request = arriving(body("a.jpg", b"bytes"))
    arrived = request.FILES["file"]
    assert isinstance(arrived, SealedUpload)
    visit.hold(visit.new_holder(office.id), lambda _draft: None, now, [arrived])
    return request


def test_a_file_that_a_row_names_stays(office: OfficeCard, now: datetime) -> None:
    taken_in(office, now).close()
    assert on_disk() == [lying.place(HeldFile.objects.get().id)]


@pytest.mark.race
@pytest.mark.parametrize("falls", [True, False], ids=["rolled back", "control: committed"])
def test_a_file_stays_only_when_the_outermost_transaction_was_committed(
    office: OfficeCard,
    now: datetime,
    falls: bool,  # noqa: FBT001
) -> None:
    with suppress(ZeroDivisionError), transaction():
        request = taken_in(office, now)
        if falls:
            raise ZeroDivisionError
    request.close()
    assert len(on_disk()) == HeldFile.objects.count() == (0 if falls else 1)


def test_a_file_stays_while_the_tables_cannot_be_asked(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = taken_in(office, now)

    def broken(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(HeldFile.objects, "filter", broken)
    request.close()
    assert len(on_disk()) == 1


def test_a_request_that_is_too_large_loses_its_files_and_keeps_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1024)
    monkeypatch.setattr(module, "SLACK", 0)
    request = arriving(body("a.jpg", BIG))
    assert request.POST["text"] == "ことば"
    assert not request.FILES
    assert request.META[module.UNKEPT] == "files_large"
    assert on_disk() == []
    assert upload("a.jpg", b"few").size == 3  # control


class Cut(io.BytesIO):
    """A sender whose connection breaks after so many bytes."""

    def __init__(self, sent: bytes, after: int) -> None:
        super().__init__(sent[:after])

    def read(self, size: int | None = -1) -> bytes:
        chunk = super().read(size)
        if not chunk:
            raise OSError("connection lost")
        return chunk


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_connection_that_breaks_leaves_nothing(share: float) -> None:
    sent = body("a.jpg", BIG)
    request = arriving(sent)
    request._stream = Cut(sent, int(len(sent) * share))
    with pytest.raises(UnreadablePostError):
        _ = request.POST
    request.close()
    assert len(on_disk()) == 1  # control: it had begun
    del request
    gc.collect()
    assert on_disk() == []


def test_a_part_whose_process_was_killed_is_swept_when_it_is_old(
    office: OfficeCard, now: datetime
) -> None:
    file_id = uuid4()
    store.begin(file_id).close()
    taken_in(office, now)
    whole = lying.place(HeldFile.objects.get().id)
    for path in on_disk():
        os.utime(path, (now.timestamp(), now.timestamp()))
    files.sweep(now)
    assert len(on_disk()) == 2  # it may still be arriving
    files.sweep(now + timedelta(seconds=1))
    assert on_disk() == [whole]


def test_new_bytes_that_no_row_names_are_swept_and_kept_ones_laid_aside(
    office: OfficeCard, now: datetime
) -> None:
    """A row's absence deletes nothing: whoever has the portal's role can remove rows."""
    taken_in(office, now)
    files.take_in()
    HeldFile.objects.update(case_id=uuid4())
    files.take_in()
    named = lying.place(HeldFile.objects.get().id)
    not_ours = named.with_name("lost+found")
    not_ours.touch()
    nobodys, young = upload("b.jpg", b"bytes").file_id, upload("c.jpg", b"bytes").file_id
    for path in on_disk():  # the row of the young one may still be coming
        os.utime(path, (now.timestamp() + 2 * (path.name == young.hex),) * 2)
    files.sweep(now)
    assert lying.place(nobodys) in on_disk()
    files.sweep(now + timedelta(seconds=1))
    assert set(on_disk()) == {named, not_ours, lying.place(young)}
    assert store.laid_aside() == []  # nobody's bytes had no row: their request was killed
    kept = named.read_bytes()
    HeldFile.objects.all().delete()
    files.sweep(now + timedelta(seconds=1))
    assert store.laid_aside() == [named.name]
    assert (store.lost() / named.name).read_bytes() == kept
    laid = datetime.fromtimestamp((store.lost() / named.name).stat().st_mtime, UTC)
    files.sweep(laid + timedelta(days=34))
    assert store.laid_aside() == [named.name]
    files.sweep(laid + timedelta(days=36))
    assert store.laid_aside() == []


def test_a_body_that_ends_in_the_middle_leaves_nothing_unclaimed() -> None:
    sent = body("a.jpg", BIG)
    request = arriving(sent[: len(sent) // 2])
    assert request.POST["text"] == "ことば"
    request.close()
    assert on_disk() == []


def test_an_interrupted_handler_removes_its_part() -> None:
    handler = module.SealingHandler()
    handler.upload_interrupted()  # before any file began
    handler.new_file("file", "a.jpg", "image/jpeg", None)
    handler.receive_data_chunk(BIG, 0)
    assert [path.suffix for path in on_disk()] == [".part"]
    handler.upload_interrupted()
    assert on_disk() == []


def changed(path: Path, at: int) -> None:
    blob = bytearray(path.read_bytes())
    blob[at] ^= 1
    path.write_bytes(blob)


def test_changed_cut_and_exchanged_bytes_are_not_read() -> None:
    one, two = upload("a.jpg", BIG), upload("b.jpg", BIG)
    path, whole = lying.place(one.file_id), lying.place(one.file_id).read_bytes()

    def read(about: files.About = one.about) -> bytes:
        return b"".join(files.read(one.file_id, about))

    assert read() == BIG  # control
    for at in (0, 1, 39, 40, len(whole) // 2, len(whole) - 1):
        changed(path, at)
        with pytest.raises(cipher.Unreadable):
            read()
        path.write_bytes(whole)
    for cut in (0, 39, files.SEGMENT, 2 * files.SEGMENT, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(cipher.Unreadable):
            read()
        assert not files.whole(one.file_id, one.stored_bytes)
    path.write_bytes(lying.place(two.file_id).read_bytes())
    for about in (one.about, two.about, replace(two.about, length=one.about.length)):
        with pytest.raises(cipher.Unreadable):
            read(about)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read()


def test_every_attempt_takes_a_new_key_and_a_new_name() -> None:
    arrived: list[Any] = [upload("a.jpg", b"bytes") for _ in range(5)]
    assert len({file.about.key for file in arrived}) == 5
    assert len({file.file_id for file in arrived}) == 5


def test_only_the_portal_takes_files_on_every_page() -> None:
    names = {window.name: window.uploads.rpartition(".")[2] for window in WINDOWS.values()}
    assert names == {"portal": "SealingHandler", "desk": "NoFiles", "worker": "NoFiles"}
    assert [settings.WINDOW.uploads] == settings.FILE_UPLOAD_HANDLERS


def test_what_is_not_believed_is_read_once(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one would else be read every few seconds; a disk that was full is tried again."""
    taken_in(office, now)
    HeldFile.objects.update(case_id=uuid4(), sealed_sha256=bytes(32))
    tried = Mock(side_effect=store.take_in)
    monkeypatch.setattr(store, "take_in", tried)
    for _ in range(3):
        files.take_in()
    assert tried.call_count == 1
    files.DOUBTED.clear()
    tried.side_effect = OSError(errno.ENOSPC, "full")
    for _ in range(3):
        files.take_in()
    assert tried.call_count == 4  # the control
    assert len(on_disk()) == 1
