"""A real disk that is full: a promise is never made, those that were made hold, and it recovers."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.parts.report import Figure
from tests.proof.faults.browser import NOT_TAKEN, STORY, Browser
from tests.proof.house import prepared
from tests.proof.site import opened

ASKED, RECOVERY_S = 48, 30.0
PICTURE = b"\xff\xd8" * 100_000
COUNT = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.work.cases.models import Case
print(Case.objects.count())
"""


@contextmanager
def small_disk(where: Path) -> Iterator[Path]:
    """A disk of 64 MiB."""
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", where], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=True)


def fill_up(disk: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(os.urandom(4096))
    return ballast


def asked(address: str) -> bool:
    """Whether a new visitor's request came to a receipt."""
    visitor = Browser(address)
    visitor.fill()
    return visitor.send().receipt


def test_a_full_disk(tmp_path: Path, told: list[Figure]) -> None:
    with small_disk(tmp_path / "disk") as disk:
        house = prepared(disk / "home")
        with opened(house, "portal") as address:
            promised = sum(asked(address) for _ in range(ASKED))
            visitor = Browser(address)
            visitor.fill()
            assert visitor.attach("/s/c/story/", PICTURE, text=STORY, place="x").status == 303
            on_it = (house.home / "cases.sqlite3", house.home / "inbox", house.log("portal"))
            assert {path.stat().st_dev for path in on_it} == {disk.stat().st_dev}
            pages = [page for page in ("/", "/desks/", "/en/") if visitor.get(page).status == 200]
            ballast = fill_up(disk)
            refused = [visitor.send() for _ in range(3)]
            kept = visitor.post("/s/c/story/", text=STORY, place="x")
            with_file = visitor.attach("/s/c/story/", PICTURE, text=STORY, place="x")
            read = [visitor.get(page).status for page in pages]
            ballast.unlink()
            began = time.monotonic()
            while not visitor.send().receipt:
                assert time.monotonic() - began < RECOVERY_S
            recovered = time.monotonic() - began
        assert house.run("-c", COUNT).strip() == str(promised + 1)
        assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    assert promised == ASKED
    forms = (*refused, kept, with_file)
    for answer in forms:
        assert (answer.status, answer.receipt) == (503, False), answer
        assert NOT_TAKEN in answer.page
    assert kept.repeated["text"] == with_file.repeated["text"] == STORY
    assert read == [200] * len(pages)
    told += [
        Figure(
            "disk full under the portal, its database, files and log (64 MiB tmpfs)",
            f"{len(forms)} forms, one with a file: 503 each, words kept, 0 receipts; "
            "pages answered 200",
            f"before: {promised} of {ASKED} receipts, afterwards all {promised} cases sound",
            "0 false receipts, 0 lost",
            met=True,
        ),
        Figure(
            "room again",
            f"the same request is taken after {recovered:.1f} s",
            "",
            "≤ 30 s",
            met=True,
        ),
    ]
