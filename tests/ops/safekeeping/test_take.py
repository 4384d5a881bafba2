"""Taking a backup: what is new, what is gone, what was forgotten meanwhile, and the command."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from madoguchi.ops.main import main
from madoguchi.ops.safekeeping import artefact, take
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store, visit
from madoguchi.tools.vault.models import DrawerKey, HeldFile
from madoguchi.work.cases import jobs
from tests import lying
from tests.redteam.house import asked_with_file, upload
from tests.redteam.kept import Places

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection


def inode(folder: Path) -> int:
    (path,) = folder.glob("files/*/*")
    return path.stat().st_ino


def test_a_file_is_copied_once_and_anew_when_asked(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    asked_with_file(office, now)
    first = places.back_up(now)
    again = places.back_up(now + timedelta(days=1))
    full = take.back_up(places.data, places.keys, now + timedelta(days=2), full=True)
    assert [taken.new_files for taken in (first, again, full)] == [1, 0, 1]
    assert inode(first.data) == inode(again.data) != inode(full.data)
    assert all(artefact.opened(taken.data, "data").faults() == [] for taken in (first, again, full))


def test_a_key_that_an_earlier_backup_holds_is_not_taken_over(
    office: OfficeCard, places: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program of before copied what a link led to, and noted no hash: it is not carried on."""
    asked_with_file(office, now)
    (row,) = HeldFile.objects.all()
    HeldFile.objects.update(stored_bytes=64, sealed_sha256=b"")
    lying.place(row.pk).write_bytes(b"e1b2" * 16)
    with monkeypatch.context() as before:
        before.setattr(store, "begins_sealed", lambda _: True)
        poisoned = places.back_up(now)
    assert [path.read_bytes() for path in poisoned.data.glob("files/*/*")] == [b"e1b2" * 16]
    lying.place(row.pk).unlink()
    taken = places.back_up(now + timedelta(days=1))
    assert (taken.missing, list(taken.data.glob("files/*/*"))) == ((str(row.pk),), [])


def test_a_living_file_is_never_linked_to(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    """What happens to the house's own file does not happen to the copy."""
    asked_with_file(office, now)
    taken = places.back_up(now)
    lying.place(HeldFile.objects.get().pk).write_bytes(b"spoilt")
    assert artefact.opened(taken.data, "data").faults() == []


def test_what_was_not_sent_is_not_kept(office: OfficeCard, places: Places, now: datetime) -> None:
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now, [upload()])
    taken = places.back_up(now)
    assert HeldFile.objects.count() == 1
    assert (taken.files, list(taken.data.glob("files/*/*"))) == (0, [])


def test_a_file_that_is_gone_is_named_and_the_rest_is_kept(
    office: OfficeCard, places: Places, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_with_file(office, now)
    asked_with_file(office, now)
    gone = HeldFile.objects.order_by("pk")[0].pk
    lying.place(gone).unlink()
    words = ("backup", "--data", str(places.data), "--keys", str(places.keys))
    assert main(words) == 1
    said = capsys.readouterr()
    assert f"ファイル {gone}：ないか、切れています" in said.err
    assert "2 ファイル（うち新しいもの 1）" in said.out
    assert artefact.whole(places.data, "data")[0].told["missing"] == [str(gone)]


def test_a_case_forgotten_in_the_middle_is_no_gap_and_leaves_no_key(
    office: OfficeCard, places: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = asked_with_file(office, now), asked_with_file(office, now)
    kept = take._Files.take
    taken_before: list[object] = []

    def forgetting(self: take._Files, file_id: object, *of_it: object) -> None:
        if not taken_before:  # after the moment, before the first file
            taken_before.append(file_id)
            jobs.forget(goes.case_id, now=now)
        kept(self, file_id, *of_it)  # type: ignore[arg-type]

    monkeypatch.setattr(take._Files, "take", forgetting)
    taken = places.back_up(now)
    assert (taken.files, taken.missing) == (2, ())
    wraps = (taken.keys / "tables/vault.drawerkey.jsonl").read_text()
    assert str(stays.case_id) in wraps
    assert str(goes.case_id) not in wraps
    code, said = places.restore(taken.data, taken.keys, "home")
    assert (code, "廃棄された相談：1 件" in said) == (0, True), said


def test_the_moment_is_one_while_others_write(
    office: OfficeCard, places: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that comes between two tables is in none of them, keys included."""
    asked_with_file(office, now)
    write = take._write

    def slowly(part: object, model: object, using: str) -> int:
        if getattr(model, "__name__", "") == "Case":
            asked_with_file(office, now)
        return write(part, model, using)  # type: ignore[arg-type]

    monkeypatch.setattr(take, "_write", slowly)
    taken = places.back_up(now)
    assert DrawerKey.objects.count() == 4
    assert artefact.opened(taken.data, "data").told["rows"]["cases.case"] == 1
    assert len((taken.keys / "tables/vault.drawerkey.jsonl").read_text().splitlines()) == 1 + 2


@pytest.mark.parametrize("keys", ["data", "data/keys", "."])
def test_data_and_keys_never_lie_together(
    office: OfficeCard, tmp_path: Path, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("backup", "--data", str(tmp_path / "data"), "--keys", str(tmp_path / keys))
    assert main(words) == 2
    assert "別のディスクのフォルダー" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said_and_earlier_backups_stay(
    office: OfficeCard,
    places: Places,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    earlier = places.back_up(now - timedelta(seconds=1))
    sync, left = os.fsync, 10

    def full(handle: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    words = ("backup", "--data", str(places.data), "--keys", str(places.keys))
    assert main(words) == 2
    assert "場所がいっぱいです" in capsys.readouterr().err
    standing = [one.name for one in (*places.data.iterdir(), *places.keys.iterdir())]
    assert sorted(standing) == [".lock", ".lock", earlier.data.name, earlier.keys.name]
    assert artefact.opened(earlier.data, "data").faults() == []


def test_the_command_removes_what_has_stood_long_enough(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    old = places.back_up(now - timedelta(days=300))
    words = ("backup", "--data", str(places.data), "--keys", str(places.keys))
    assert main((*words, "--expire", "--keep", "1")) == 0
    assert not old.keys.exists()
    assert not old.data.exists()
    assert len(artefact.whole(places.keys, "keys")) == len(artefact.whole(places.data, "data")) == 1
