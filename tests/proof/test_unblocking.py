"""The portal's role holds locks and stays; the desk's act goes through within ten seconds.

Two system users, PostgreSQL, the shipped roles file, the worker of the house.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.proof.house import kill
from tests.proof.users import DESK, PORTAL, Users, at_work, founded, roles

CASES = "madoguchi_cases"
HOLD = """
import psycopg, sys, time
line = psycopg.connect(sys.argv[1])
for statement in sys.argv[2:]:
    line.execute(statement)
print("held", flush=True)
time.sleep(3600)
"""
QUEUE = """
import psycopg, sys, threading, time
def hold():
    line = psycopg.connect(sys.argv[1])
    line.execute(sys.argv[2])
    time.sleep(3600)
for _ in range(40):
    threading.Thread(target=hold, daemon=True).start()
    time.sleep(0.05)
print("held", flush=True)
time.sleep(3600)
"""
FILL = """
import psycopg, sys, time
lines = []
try:
    while True:
        lines.append(psycopg.connect(sys.argv[1]))
except psycopg.OperationalError:
    print("held", flush=True)
time.sleep(3600)
"""
FILL_LOCKS = """
import psycopg, sys, time
line = psycopg.connect(sys.argv[1], autocommit=True)
print("held", flush=True)
try:
    line.execute("SELECT pg_advisory_lock(n) FROM generate_series(1, 1000000) AS n")
except psycopg.errors.OutOfMemory:
    time.sleep(3600)
"""
COLLECT = """
import psycopg, sys, threading, time
STEP = (
    "SAVEPOINT s; INSERT INTO vault_visit (id, office_id, lookup, kind, blob, expires_at)"
    " SELECT gen_random_uuid(), id, repeat(md5(random()::text), 2), 'draft', '', now()"
    " FROM office_office; "
)
def collect():
    while True:
        try:
            with psycopg.connect(sys.argv[1]) as line:
                while True:
                    line.execute(STEP * 200)
        except psycopg.Error:
            time.sleep(0.02)
for _ in range(12):
    threading.Thread(target=collect, daemon=True).start()
print("held", flush=True)
time.sleep(3600)
"""
ACT = """
from madoguchi.ops.start import django
django("desk")
import time
from uuid import uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.actions import take
from madoguchi.work.cases.models import Case
begun = time.monotonic()
case = Case.objects.get()
take(Actor(case.office_id, "supervisor", uuid4()), case, now=now())
print(time.monotonic() - begun)
"""
CALLS = """
import socket, sys, time
calls = [socket.socket(socket.AF_UNIX) for _ in range(500)]
for call in calls:
    call.connect(sys.argv[1])
print("held", flush=True)
time.sleep(3600)
"""
GOES_ON = """
from madoguchi.ops.start import django
django("desk")
import time
from unittest.mock import patch
from django.db import close_old_connections
from madoguchi.work.cases.models import Case
Case.objects.get()
print("in", flush=True)
time.sleep(12)
with patch.object(time, "monotonic", lambda: 1e12):  # long afterwards
    close_old_connections()
Case.objects.get()
print("goes on")
"""
HEAD = "SELECT 1 FROM audit_head FOR UPDATE"
CASE = "SELECT state FROM cases_case FOR UPDATE"
KEY = "SELECT act_lock(id::text) FROM cases_case"
LOCKS = {
    "the head of the audit": (HEAD,),
    "a case": (CASE,),
    "a case's key": (KEY,),
    "three of them": (HEAD, CASE, KEY),
}
TABLES = (
    "cases_case",
    "audit_head",
    "audit_line",
    "record_entry",
    "evidence_item",
    "vault_drawerkey",
)
LONG = 60
PATIENCE_S = 10


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        at_work(house)
        yield house


@pytest.fixture(scope="module")
def worker(house: Users) -> Iterator[None]:
    program = house.start(DESK, "-m", "madoguchi", "worker")
    yield
    kill(program)


@contextmanager
def held(house: Users, program: str, *statements: str) -> Iterator[None]:
    """The portal's user holds on."""
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    holder = house.start(PORTAL, "-c", program, where, *statements)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        kill(holder)


def waited(house: Users) -> float:
    """For how many seconds an act of the desk waited."""
    return float(house.run(DESK, "-c", ACT))


@pytest.mark.parametrize("lock", LOCKS)
def test_control_nobody_looks_and_the_desk_waits(house: Users, lock: str) -> None:
    with held(house, HOLD, *LOCKS[lock]):
        act = house.start(DESK, "-c", ACT)
        time.sleep(2 * PATIENCE_S)
        assert act.poll() is None
    told, _ = act.communicate(timeout=60)  # the holder is gone
    assert float(told) > PATIENCE_S


@pytest.fixture
def advisory(house: Users) -> Iterator[None]:
    """The portal may take locks of its own naming, as before."""
    right = "EXECUTE ON FUNCTION pg_advisory_lock(bigint)"
    house.server.psql(f"\\connect {CASES}\nGRANT {right} TO PUBLIC")
    yield
    time.sleep(2)  # there is room again
    roles(house.server)


@pytest.mark.usefixtures("advisory")
def test_control_nobody_looks_and_a_full_table_of_locks_shuts_the_door(house: Users) -> None:
    with held(house, FILL_LOCKS):
        time.sleep(PATIENCE_S)
        act = house.start(DESK, "-c", ACT)
        told, _ = act.communicate(timeout=60)
        assert act.returncode
        assert "out of shared memory" in told


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("lock", LOCKS)
def test_the_desk_waits_for_no_lock_of_the_portals(house: Users, lock: str) -> None:
    with held(house, HOLD, *LOCKS[lock]):
        assert waited(house) < PATIENCE_S


@pytest.mark.usefixtures("worker")
def test_nor_for_forty_that_stand_in_line(house: Users) -> None:
    with held(house, QUEUE, HEAD):
        assert waited(house) < PATIENCE_S


@pytest.mark.usefixtures("worker")
def test_it_is_said(house: Users) -> None:
    assert "窓口の処理を5秒以上止めた" in doctor(house, DESK, "desk")


@pytest.mark.parametrize(
    ("statement", "function"),
    [
        ("SELECT pg_advisory_lock(1)", "pg_advisory_lock(bigint)"),
        ("SELECT pg_try_advisory_xact_lock(1, 2)", "pg_try_advisory_xact_lock(int, int)"),
    ],
)
def test_locks_of_ones_own_naming_are_refused(house: Users, statement: str, function: str) -> None:
    assert "permission denied for function" in house.sql(PORTAL, CASES, statement)[statement]
    house.server.psql(f"\\connect {CASES}\nGRANT EXECUTE ON FUNCTION {function} TO PUBLIC")
    try:
        assert house.sql(PORTAL, CASES, statement)[statement] == "done"  # control
    finally:
        roles(house.server)


def test_those_of_an_errand_are_counted(house: Users) -> None:
    """Twenty of one transaction, whatever they are called."""
    collect = "SELECT count(act_lock(n::text)) FROM generate_series(1, {}) AS n"
    assert house.sql(PORTAL, CASES, collect.format(20))[collect.format(20)] == "done"
    assert "too many locks" in house.sql(PORTAL, CASES, collect.format(21))[collect.format(21)]
    assert house.sql(DESK, CASES, collect.format(99))[collect.format(99)] == "done"  # control


@pytest.mark.usefixtures("worker", "advisory")
def test_who_fills_the_table_of_locks_is_ended_and_it_is_said(house: Users) -> None:
    time.sleep(3)  # the worker begins
    before = ended(house)
    with held(house, FILL_LOCKS):
        time.sleep(PATIENCE_S)
        assert waited(house) < PATIENCE_S
    assert ended(house) > before


@pytest.mark.usefixtures("worker")
def test_locks_are_not_collected(house: Users) -> None:
    """One for each savepoint, in twelve sessions that begin anew as soon as they are ended."""
    before = ended(house)
    with held(house, COLLECT):
        time.sleep(PATIENCE_S)
        assert waited(house) < PATIENCE_S
    assert ended(house) > before


@pytest.mark.usefixtures("worker")
def test_no_transaction_stays_open(house: Users) -> None:
    with held(house, HOLD, "SELECT 1"):
        time.sleep(PATIENCE_S)
        assert sessions(house) == 1
        time.sleep(LONG)
        assert sessions(house) == 0


def ended(house: Users) -> int:
    """How many sessions of the portal the worker has said that it ended."""
    count = "SELECT 'ended: ' || coalesce(sum(sessions), 0) FROM later_unblocked"
    return int(house.server.psql(f"\\connect {CASES}\n{count}").split("ended: ")[1].split()[0])


def sessions(house: Users) -> int:
    """Of the portal's role, as PostgreSQL has them."""
    count = "SELECT 'portal: ' || count(*) FROM pg_stat_activity WHERE usename = 'madoguchi-portal'"
    told = house.server.psql(count)
    return int(told.split("portal: ")[1].split()[0])


def doctor(house: Users, user: int, window: str) -> str:
    told, _ = house.start(user, "-m", "madoguchi", "doctor", window).communicate(timeout=120)
    return told


def test_the_desk_finds_a_place_beside_all_connections_of_the_portal(house: Users) -> None:
    """And either doctor says whose they are, and what to do: the portal answers nobody."""
    said = "公開側に許した接続 72 のうち 72 が使われています", "接続がいっぱいで入れません"
    with held(house, FILL):
        assert sessions(house) == 72
        assert waited(house) < PATIENCE_S
        told = doctor(house, DESK, "desk"), doctor(house, PORTAL, "portal")
    for words, line in zip(said, told, strict=True):
        assert words in line, line
        assert "→ systemctl restart madoguchi-portal" in line.partition(words)[2].splitlines()[0]
    while sessions(house):  # they end with their program
        time.sleep(0.2)
    told = doctor(house, DESK, "desk"), doctor(house, PORTAL, "portal")
    assert not [words for words, line in zip(said, told, strict=True) if words in line]  # control


def test_calls_that_say_nothing_shut_out_nobody_who_is_in(house: Users) -> None:
    """They close PostgreSQL's door, before it knows whose they are; the desk's lines stay open."""
    program = house.start(DESK, "-c", GOES_ON)
    assert program.stdout is not None
    assert program.stdout.readline() == "in\n"
    calling = house.start(PORTAL, "-c", CALLS, str(house.server.pgdata / ".s.PGSQL.5432"))
    try:
        assert calling.stdout is not None
        assert calling.stdout.readline() == "held\n"
        act = house.start(DESK, "-c", ACT)
        told, _ = act.communicate(timeout=60)
        assert act.returncode, told  # control: who comes anew
        assert program.communicate(timeout=60)[0] == "goes on\n"
    finally:
        kill(calling)


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_locked_as_a_whole(house: Users, table: str) -> None:
    """A right on the whole table would do it, so there is none; reading locks nobody out."""
    for mode in ("ACCESS EXCLUSIVE", "SHARE", "ROW EXCLUSIVE"):
        statement = f"LOCK TABLE {table} IN {mode} MODE"
        assert "permission denied" in house.sql(PORTAL, CASES, statement)[statement]
    house.server.psql(f'\\connect {CASES}\nGRANT UPDATE ON {table} TO "madoguchi-portal"')
    try:
        assert house.sql(PORTAL, CASES, statement)[statement] == "done"  # control
    finally:
        house.server.psql(f'\\connect {CASES}\nREVOKE UPDATE ON {table} FROM "madoguchi-portal"')


@pytest.mark.parametrize("base", ["postgres", "template1", "madoguchi_staff"])
def test_no_other_database_lets_the_portal_in(house: Users, base: str) -> None:
    assert "permission denied for database" in house.sql(PORTAL, base, "SELECT 1")["SELECT 1"]
    house.server.psql(f'GRANT CONNECT ON DATABASE {base} TO "madoguchi-portal"')
    try:
        assert house.sql(PORTAL, base, "SELECT 1")["SELECT 1"] == "done"  # control
    finally:
        house.server.psql(f'REVOKE CONNECT ON DATABASE {base} FROM "madoguchi-portal"')
