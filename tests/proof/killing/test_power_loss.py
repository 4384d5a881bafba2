"""Power loss: what was acknowledged had been synced, row, file and folder; else it is lost."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from tests.proof.house import House, prepared
from tests.proof.killing.crowd import Crowd
from tests.proof.killing.errand import Errand
from tests.proof.killing.power import Disk, Synced
from tests.proof.killing.programs import running, weakened
from tests.proof.killing.searched import noted, searched

RECEIPTS, LONG_RECEIPTS, CONTROL_RECEIPTS = 30, 300, 4
PEOPLE = 8
FILES_OF = """
from madoguchi.ops.start import django
django("desk")
import json
from madoguchi.tools.vault.models import Receipt
from madoguchi.tools.vault.receipt import grouped
from madoguchi.work.evidence.models import Item
print(json.dumps({grouped(one.number): [item.id.hex for item in Item.objects.filter(
    case_id=one.case_id)] for one in Receipt.objects.all()}))
"""


def until_power_goes(
    home: Path, receipts: int, without: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[House, Disk, list[Errand]]:
    """A house at work whose power goes in the middle: it, its disk and what people were sending."""
    house = prepared(home)
    with monkeypatch.context() as patch:
        patch.setenv("WEAKENED", without)
        portal = weakened(house)
        disk = Disk(home, home.parent)
        for name, value in disk.variables.items():
            patch.setenv(name, value)
        with running(portal):
            crowd = Crowd(portal.port, PEOPLE)
            crowd.start()
            while len(crowd) < receipts and not crowd.wrong:
                time.sleep(0.05)
        crowd.give_up()
    assert not crowd.wrong, crowd.wrong
    return house, disk, crowd.journal


def acknowledged(journal: list[Errand]) -> list[Errand]:
    """Those who were shown a receipt."""
    return [errand for errand in journal if errand.numbers]


def synced_before(errand: Errand, file_ids: list[str], log: list[Synced]) -> bool:
    """Whether every file, then its folder, then the database was synced before the receipt."""
    before = [sync for sync in log if sync.at_ns < errand.shown_at_ns]
    rows = [
        sync.at_ns
        for sync in before
        if sync.path.name.startswith("cases.sqlite3") and sync.at_ns > errand.sent_at_ns
    ]
    settled = [settled_at(file_id, before) for file_id in file_ids]
    return bool(rows and settled) and all(at and at < max(rows) for at in settled)


def settled_at(file_id: str, log: list[Synced]) -> int:
    """When the file's folder was synced after the file itself was (0: never)."""
    parts = [sync.at_ns for sync in log if sync.path.name == f"{file_id}.part"]
    folders = [
        sync.at_ns
        for sync in log
        if parts and sync.path.name == "portal" and sync.at_ns > parts[0]  # its inbox
    ]
    return min(folders, default=0)


def test_what_was_acknowledged_survives_power_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    house, disk, journal = until_power_goes(
        tmp_path / "home", LONG_RECEIPTS if long else RECEIPTS, "", monkeypatch
    )
    shown = acknowledged(journal)
    files_of: dict[str, list[str]] = json.loads(house.run("-c", FILES_OF))
    log = disk.log()
    synced = [synced_before(errand, files_of[errand.numbers[0]], log) for errand in shown]
    found = found_after(disk, journal, tmp_path)
    print(f"{len(shown)} receipts, {sum(synced)} after their syncs, {len(log)} syncs, {found}")
    assert all(synced)
    assert lost(found) == found["rows without file"] == found["database"] == []
    assert found["phantom"] == found["half"] == found["partial files"] == []
    if long:
        tell(len(shown), len(log))


@pytest.mark.parametrize("without", ["synchronous", "fsync", "folder"])
def test_without_waiting_for_the_disk_it_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    """Negative control, for the count as well as for the loss."""
    house, disk, journal = until_power_goes(
        tmp_path / "home", CONTROL_RECEIPTS, without, monkeypatch
    )
    files_of: dict[str, list[str]] = json.loads(house.run("-c", FILES_OF))
    log = disk.log()
    shown = acknowledged(journal)
    assert not any(synced_before(errand, files_of[errand.numbers[0]], log) for errand in shown)
    assert lost(found_after(disk, journal, tmp_path))


def found_after(disk: Disk, journal: list[Errand], folder: Path) -> dict[str, Any]:
    """What a search finds in the house that is left after power loss."""
    left = House(disk.after_power_loss(folder / "left"))
    return searched(left, noted(journal, folder / "journal"))


def lost(found: dict[str, Any]) -> list[str]:
    """Receipts that do not open, or whose words or bytes are not what was sent."""
    return [*found["lost"], *found["changed"]]


def tell(receipts: int, syncs: int) -> None:
    """Write the table."""
    figures = [
        Figure(
            "acknowledged after syncs of file, folder and database, in this order",
            f"{receipts:,} of {receipts:,}",
            f"{syncs:,} syncs counted",
            "all",
            met=True,
        ),
        Figure(
            "lost when only synced bytes survive",
            "0",
            "`synchronous=OFF`, no `fsync`, no `fsync` of folders: some lost each (controls)",
            "0",
            met=True,
        ),
    ]
    note = (
        "A preloaded library copies a file when it is synced and a folder's entries when the "
        "folder is; the house that is searched afterwards is made of these copies alone. That is "
        "what a disk keeps, if it and the file system honour `fsync`. Not shown: disks that lie, a "
        "hypervisor's write-back cache, torn sectors; PostgreSQL, which has tests of its own."
    )
    write(RELIABILITY, "Power loss", figures, [note])
