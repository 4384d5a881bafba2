"""Another process holds the database: pages stand, nothing is acknowledged, nothing is lost."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from benchmarks.parts.report import Figure
from tests.proof.faults.browser import NOT_TAKEN, STORY, Answer, Browser, log_tells_no_story
from tests.proof.house import House, kill, prepared
from tests.proof.site import free_port, opened, wait_for

PAGES = ("/", "/desks/", "/easy/", "/en/guide/danger/")
RECOVERY_S = 15.0
CASES = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.work.cases.models import Case
print(Case.objects.count())
"""


@contextmanager
def impatient(house: House) -> Iterator[str]:
    """The portal with two seconds' patience."""
    port = free_port()
    server = house.start("-m", "tests.proof.faults.impatient", str(port), to_log=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/", server, house.log("portal"))
        yield f"http://127.0.0.1:{port}"
    finally:
        kill(server)


@contextmanager
def locked(house: House, seconds: float) -> Iterator[threading.Event]:
    """Hold the write lock from another connection; the event says that it was let go."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        path = house.home / "cases.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            held.set()
            time.sleep(seconds)
            other.execute("ROLLBACK")
            free.set()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    yield free
    holder.join()


def test_while_it_is_locked(tmp_path: Path, told: list[Figure], long: bool) -> None:  # noqa: FBT001 - a fixture
    house = prepared(tmp_path / "home")
    seconds = 60.0 if long else 8.0
    portal: AbstractContextManager[str] = opened(house, "portal") if long else impatient(house)
    with portal as address:
        writer, sender = Browser(address), Browser(address)
        control = Browser(address)
        control.fill()
        assert control.send().receipt  # without the lock it is taken at once
        writer.fill("danger")
        sender.fill()
        for page in PAGES:
            assert writer.get(page).status == 200
        with locked(house, seconds) as free:
            refused: list[Answer] = []
            slow = threading.Thread(target=lambda: refused.append(sender.send()))
            slow.start()
            read = [writer.get(page) for page in PAGES]
            kept = writer.post("/s/c/story/", text=STORY, place="x")
            slow.join()
            assert not free.is_set()
        freed = time.monotonic()
        while (answer := writer.post("/s/c/story/", **kept.repeated)).status != 303:
            assert time.monotonic() - freed < RECOVERY_S, answer
        recovered = time.monotonic() - freed
        assert {answer.status for answer in read} == {200}
        for answer in (kept, *refused):
            assert (answer.status, answer.receipt) == (503, False)
            assert NOT_TAKEN in answer.page
        assert kept.repeated["text"] == STORY
        assert sender.send().receipt
        assert STORY in writer.get("/s/c/story/").page
    assert house.run("-c", CASES).strip() == "2"
    assert log_tells_no_story(house.log("portal"))
    slowest = max(answer.after_s for answer in read)
    told += [
        Figure(
            f"database locked for {seconds:.0f} s: information pages",
            f"{len(read)} of {len(read)} answered 200, the slowest after {slowest * 1000:.0f} ms",
            f"a form meanwhile: 503 after {kept.after_s:.0f} s, its words in the page, 0 receipts",
            "all 200, 0 false receipts",
            met=True,
        ),
        Figure(
            "the same form again after the lock was let go",
            f"taken after {recovered:.1f} s, one case",
            "",
            "≤ 15 s",
            met=recovered <= RECOVERY_S,
        ),
    ]
