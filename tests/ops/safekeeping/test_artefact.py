"""A backup has its name only when it is whole; nothing changed in it goes unnoticed."""

import errno
import json
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from madoguchi.ops.safekeeping import artefact
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.vault import masterkey

VOUCH = partial(masterkey.voucher, b"k" * 32)
NONE = ("", None, 1, ["x"], "偽", "\ud800")
DAY = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def made(place: Path, kind: str = "keys", moment: datetime = DAY) -> Path:
    with artefact.writing(place, kind, moment) as part:
        part.write("tables/a.jsonl", [b"[1]\n", b"[2]\n"])
        part.write("files/ab/abc", [b"\x00" * 1000])
        return part.finish({"rows": {}}, VOUCH)


def test_what_was_written_is_good_and_private(tmp_path: Path) -> None:
    folder = made(tmp_path)
    found = artefact.opened(folder, "keys")
    assert (found.at, found.faults()) == (DAY, [])
    assert folder.name == "keys-20261125T030000Z"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {0o700, 0o600}
    done = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "change",
    [{"at": "2026-11-26"}, {"rows": {"x": 1}}, {"more": 1}, *({"voucher": no} for no in NONE)],
)
def test_what_the_manifest_says_is_vouched_for(tmp_path: Path, change: dict[str, object]) -> None:
    found = artefact.opened(made(tmp_path), "keys")
    assert found.genuine(VOUCH)
    assert not found.genuine(partial(masterkey.voucher, b"K" * 32))
    assert not replace(found, told={**found.told, **change}).genuine(VOUCH)


@pytest.mark.parametrize("inside", ["tables/a.jsonl", "files/ab/abc", "SHA256SUMS"])
@pytest.mark.parametrize("how", ["flip", "cut", "empty", "gone"])
def test_every_change_is_named(tmp_path: Path, inside: str, how: str) -> None:
    folder = made(tmp_path)
    path = folder / inside
    whole = path.read_bytes()
    if how == "gone" and inside != "SHA256SUMS":
        path.unlink()
    else:
        flipped = whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]
        path.write_bytes({"flip": flipped, "cut": whole[:-1]}.get(how, b""))
    assert artefact.opened(folder, "keys").faults() == [inside]


def failing() -> Iterator[bytes]:
    yield b"half"
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_earlier_one_and_nothing_half(tmp_path: Path) -> None:
    earlier = made(tmp_path)
    with (
        pytest.raises(OSError, match="No space"),
        artefact.writing(tmp_path, "keys", DAY + timedelta(days=1)) as part,
    ):
        part.write("tables/a.jsonl", failing())
    assert list(tmp_path.iterdir()) == [earlier]
    assert artefact.opened(earlier, "keys").faults() == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = made(tmp_path)
    with pytest.raises(Misconfigured, match="もうあります"):
        made(tmp_path)
    assert artefact.opened(folder, "keys").faults() == []


def test_one_backup_at_a_time_and_halves_are_swept(tmp_path: Path) -> None:
    half = artefact.Part(tmp_path, "data", DAY).folder
    with artefact.tended(tmp_path):
        assert not half.exists()
        with pytest.raises(Misconfigured, match="取っています"), artefact.tended(tmp_path):
            pass


def without(manifest: Path, key: str) -> None:
    told = json.loads(manifest.read_text())
    del told[key]
    manifest.write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "控え（keys）ではありません"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "控え（keys）ではありません"),
        (lambda folder: (folder / "manifest.json").write_text("x"), "控え（keys）ではありません"),
        (lambda folder: without(folder / "manifest.json", "format"), "控え（keys）ではありません"),
    ],
)
def test_what_is_no_artefact_is_said(tmp_path: Path, spoil, words: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    folder = made(tmp_path)
    spoil(folder)
    with pytest.raises(Misconfigured, match=words):
        artefact.opened(folder, "keys")


def test_data_is_not_keys(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="keys ではなく data です"):
        artefact.opened(made(tmp_path, "data"), "keys")


def names(place: Path) -> list[str]:
    return [one.folder.name[5:13] for one in artefact.whole(place, "keys")]


def test_keys_older_than_35_days_go_but_never_the_newest_good_one(tmp_path: Path) -> None:
    for days in (0, 1, 40):
        made(tmp_path, moment=DAY + timedelta(days=days))
    assert len(artefact.expire_keys(tmp_path, DAY + timedelta(days=35))) == 0
    assert len(artefact.expire_keys(tmp_path, DAY + timedelta(days=35, hours=1))) == 1
    artefact.expire_keys(tmp_path, DAY + timedelta(days=99))
    assert names(tmp_path) == ["20270104"]


def test_a_newer_one_that_is_damaged_protects_the_older_good_one(tmp_path: Path) -> None:
    made(tmp_path)
    newer = made(tmp_path, moment=DAY + timedelta(days=40))
    (newer / "files/ab/abc").write_bytes(b"rotten")
    assert artefact.expire_keys(tmp_path, DAY + timedelta(days=50)) == []
    assert len(names(tmp_path)) == 2


def test_so_many_data_stay(tmp_path: Path) -> None:
    for days in range(4):
        made(tmp_path, "data", DAY + timedelta(days=days))
    assert len(artefact.expire_data(tmp_path, keep=2)) == 2
    assert len(artefact.whole(tmp_path, "data")) == 2
