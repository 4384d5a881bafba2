"""Whoever can write where backups lie, and has no master key, makes none that is put back."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from madoguchi.ops.safekeeping import artefact, put_back
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from tests.offices import make_staff
from tests.redteam.house import asked_with_file
from tests.redteam.kept import Places

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection

STAFF = "tables/signin.staff.jsonl"


def forge(folder: Path, inside: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file and every hash that a forger can compute."""
    path, sums, told = folder / inside, folder / artefact.SUMS, folder / artefact.MANIFEST
    kept = path.read_bytes()
    path.unlink()  # another day's may be the same file
    path.write_bytes(change(kept))
    old, new = (hashlib.sha256(content).hexdigest() for content in (kept, path.read_bytes()))
    sums.write_text(sums.read_text().replace(f"{old}  {inside}", f"{new}  {inside}"))
    manifest = json.loads(told.read_text())
    manifest["sums"] = hashlib.sha256(sums.read_bytes()).hexdigest()
    told.write_text(json.dumps(manifest))


def promoted(table: bytes) -> bytes:
    """The colleagues, each of whom is somebody else now."""
    assert b'"counsellor"' in table
    return table.replace(b'"counsellor"', b'"supervisor"')


def test_an_account_that_was_changed_in_the_backup_is_not_put_back(
    office: OfficeCard, places: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts stand in *data* in the clear, under no seal and in no audit line of a case."""
    make_staff(office, "counsellor", "木村", now)
    taken = places.back_up(now)
    data, keys = (artefact.opened(taken.data, "data"), artefact.opened(taken.keys, "keys"))
    put_back.require_pair(data, keys)
    forge(taken.data, STAFF, promoted)
    data = artefact.opened(taken.data, "data")
    assert data.faults() == []  # the hashes alone find nothing
    with pytest.raises(Misconfigured, match="書きかえられたか、作られたものです"):
        put_back.require_pair(data, keys)
    monkeypatch.setattr(artefact.Artefact, "genuine", lambda *_: True)  # the control
    put_back.require_pair(data, keys)


def test_the_next_backup_takes_no_file_over_from_a_forged_one(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    asked_with_file(office, now)
    first = places.back_up(now)
    (inside,) = [str(path.relative_to(first.data)) for path in first.data.glob("files/*/*")]
    assert places.back_up(now + timedelta(days=1)).new_files == 0  # the control
    forge(artefact.whole(places.data, "data")[-1].folder, inside, lambda _: b"forged")
    after = places.back_up(now + timedelta(days=2))
    assert after.new_files == 1
    assert (after.data / inside).read_bytes() == (first.data / inside).read_bytes()
