"""Two hours of a fresh attacker who has the portal: its user, its database role, its files.

Each test is one try in a house of three users: what was tried, and what stood in the way. Each
leaves the house as it was; a transaction is undone unless the try needs what lasts.
"""

import os
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from madoguchi.ops.roles import portal
from tests.postgresql import address
from tests.proof.house import kill
from tests.proof.users import DESK, GROUP, PORTAL, ROLE, Users, at_work, founded

CASES = "madoguchi_cases"
REFUSED = "not for the portal to write: "


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    """One house for all tries, with a case that has a file, an interview and a place."""
    with founded() as house:
        at_work(house)
        yield house


@contextmanager
def session(house: Users, role: str = ROLE[PORTAL], *options: str) -> Iterator[psycopg.Connection]:
    """A session of a role; what it does not commit is undone."""
    with psycopg.connect(address(house.server, CASES, role), autocommit=True) as line:
        line.execute("BEGIN")
        for option in options:
            line.execute(option.encode())
        try:
            yield line
        finally:
            line.execute("ROLLBACK")


def said(line: psycopg.Connection, statement: str) -> str:
    """`done`, or what PostgreSQL says against a statement, which then did nothing."""
    try:
        with line.transaction():
            line.execute(statement.encode())
    except psycopg.Error as error:
        return str(error)
    return "done"


def tried(house: Users, *statements: str) -> str:
    """What PostgreSQL says against the first statement that it refuses; `done` of all together."""
    with session(house) as line:
        try:
            for statement in (*statements, "SET CONSTRAINTS ALL IMMEDIATE"):
                line.execute(statement.encode())
        except psycopg.Error as error:
            return str(error)
    return "done"


# The database role


ENTRY = """INSERT INTO record_entry
    (id, office_id, case_id, number, kind, drawer, staff_id, at, words)
    SELECT gen_random_uuid(), office_id, id, (SELECT count(*) + 1 FROM record_entry
    WHERE case_id = cases_case.id), '{}', 'shared', NULL, now(), '' FROM cases_case LIMIT 1"""
LINE = """INSERT INTO audit_line
    (id, office_id, seq, at, role, staff_id, verb, case_id, outcome, seals, told, before, hash)
    SELECT gen_random_uuid(), office_id, seq + 1, {at}, 'consultee', NULL, 'message.read',
    a_case.id, 'done', {seals}, {told}, audit_head.hash, {hash} FROM audit_head,
    (SELECT id FROM cases_case LIMIT 1) AS a_case"""
PLAIN = {"at": "now()", "seals": "'{}'", "told": "'{}'", "hash": "audit_head.hash"}
STEP = "UPDATE audit_head SET seq = seq + 1"
FILE = """INSERT INTO vault_heldfile
    (id, office_id, lookup, stored_bytes, shared, about, at, sealed_sha256)
    SELECT gen_random_uuid(), id, repeat('0', 64), 270000000, true, '', now(),
    decode(repeat('00', 32), 'hex') FROM office_office"""
KEY = """INSERT INTO vault_drawerkey (id, office_id, case_id, drawer, by, generation, blob)
    SELECT gen_random_uuid(), id, '{}', 'loose', 'letter', 1, 'x' FROM office_office"""
INTERVIEW = """INSERT INTO interviews_interview
    (id, office_id, case_id, "on", starts, ends, place, state, wanted, at, revision)
    SELECT gen_random_uuid(), office_id, id, {}, {}, {}, 77, 'booked', '', now(), 0
    FROM cases_case LIMIT 1"""
CASE = """INSERT INTO cases_case (id, office_id, short_name, state, channel, level, urgent,
    contact_asked, contact_rule, opened_at, touched_at, next_on, closing, revision)
    SELECT '{}', id, '', 'received', 'phone', 'normal', false, 'wait', 'wait', now(), now(),
    current_date, '', 0 FROM office_office"""
VISIT = """INSERT INTO vault_visit (id, office_id, lookup, kind, blob, expires_at)
    SELECT gen_random_uuid(), id, repeat('{}', 64), 'draft', '', {} FROM office_office"""


def test_the_head_of_the_audit_is_not_moved_back(house: Users) -> None:
    """With two lines of one hash it fitted either, went back, and no act could follow; it grows.

    Both name the hash of the line before as their own.
    """
    there = (LINE.format(**PLAIN), STEP) * 2 + ("SET CONSTRAINTS ALL IMMEDIATE",)
    assert tried(house, *there) == "done"  # control
    assert f"{REFUSED}audit_head." in tried(house, *there, "UPDATE audit_head SET seq = seq - 1")


def test_an_older_snapshot_adds_no_key_to_a_newer_case(house: Users) -> None:
    """A transaction that still sees the tables without the case is no place to ask a bound in."""
    new = str(uuid4())
    with session(house, ROLE[PORTAL], "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ") as line:
        line.execute("SELECT 1 FROM office_office")
        house.server.psql(f"\\connect {CASES}\n{CASE.format(new)}")
        try:
            assert REFUSED in said(line, KEY.format(new))
        finally:
            house.server.psql(f"\\connect {CASES}\nDELETE FROM cases_case WHERE id = '{new}'")


def test_two_sessions_at_once_bring_no_more_than_a_days_bytes(house: Users) -> None:
    """Neither saw what the other had not committed; now the second one waits for the first."""
    with session(house) as first, session(house) as second:
        for _ in range(7):
            first.execute(FILE.encode())
        assert f"{REFUSED}vault_heldfile.stored_bytes" in said(first, FILE)  # control
        second.execute("SET LOCAL lock_timeout = '200ms'")
        assert "lock timeout" in said(second, FILE)


def test_an_entry_that_tells_of_an_act_is_not_taken_back(house: Users) -> None:
    """It was written in a savepoint, which is undone later: that does not count as an entry."""
    made = INTERVIEW.format("current_date + 1", "'10:00'", "'11:00'")
    assert tried(house, made, ENTRY.format("booking")) == "done"  # control
    told = (made, "SAVEPOINT s", ENTRY.format("booking"))
    assert "without an entry that tells of it" in tried(house, *told)


def test_a_line_is_not_left_without_its_head_by_a_savepoint(house: Users) -> None:
    """The head moved, was looked at, and moved back with the savepoint: it is looked at again."""
    looked = (LINE.format(**PLAIN), "SAVEPOINT s", STEP, "SET CONSTRAINTS ALL IMMEDIATE")
    assert tried(house, *looked) == "done"  # control
    assert "without the head" in tried(house, *looked, "ROLLBACK TO SAVEPOINT s")


@pytest.mark.parametrize("zone", ["+167", "-167"])
def test_a_time_zone_of_its_own_moves_no_day(house: Users, zone: str) -> None:
    """Today is a week earlier or later in its session; bounds go by the day in Japan."""
    day = "(now() AT TIME ZONE 'Asia/Tokyo')::date + 400"
    late = INTERVIEW.format(f"{day} + 5", "'10:00'", "'11:00'")
    with session(house, ROLE[PORTAL], f"SET TIME ZONE {zone}") as line:
        assert f"{REFUSED}interviews_interview.on" in said(line, late)
        line.execute(INTERVIEW.format(day, "'10:00'", "'11:00'").encode())  # control


SETTINGS = (
    "SET standard_conforming_strings = off",
    "SET transform_null_equals = on",
    "SET search_path = pg_temp, pg_catalog",
    "SET row_security = off",
    "SET DateStyle = 'SQL, DMY'",
    "SET IntervalStyle = 'sql_standard'",
    "SET bytea_output = 'escape'",
    "SET lc_time = 'C'",
    "SET array_nulls = off",
    "SET plan_cache_mode = force_generic_plan",
)
BEYOND = (
    "UPDATE public.cases_case SET closing = 'done', closed_at = now(), state = 'closed'",
    "UPDATE public.audit_head SET seq = 5",
    INTERVIEW.format("DATE '9999-12-31'", "'10:00'", "'11:00'")
    .replace("INTO ", "INTO public.")
    .replace("FROM ", "FROM public."),
)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_of_its_session_loosens_no_bound(house: Users, setting: str) -> None:
    """How strings, nulls, days and names are read is its own to set; bounds stay as they are."""
    with session(house, ROLE[PORTAL], setting) as line:
        for statement in BEYOND:
            assert REFUSED in said(line, statement), statement


MADE = (
    "CREATE TEMP TABLE office_office (id uuid)",
    "CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'",
    "CREATE TABLE public.t (x int)",
    "CREATE SCHEMA evil",
    "CREATE VIEW public.v AS SELECT 1",
    "CREATE SEQUENCE public.s",
    "CREATE TYPE public.e AS ENUM ('a')",
    "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
    "CREATE CAST (text AS uuid) WITH INOUT AS IMPLICIT",
    "CREATE RULE r AS ON UPDATE TO public.cases_case DO INSTEAD NOTHING",
    "CREATE TRIGGER t BEFORE UPDATE ON cases_case EXECUTE FUNCTION lo_manage()",
    "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION event_trigger_in()",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p WITH (connect = false)",
    "CREATE EXTENSION plpython3u",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE SERVER s FOREIGN DATA WRAPPER w",
    "CREATE ROLE evil",
    "CREATE DATABASE evil",
    "CREATE TABLESPACE t LOCATION '/tmp'",
    "CREATE POLICY p ON cases_case USING (false)",
    "CREATE STATISTICS public.s ON id, state FROM cases_case",
    "CREATE INDEX ON cases_case (state)",
)


@pytest.mark.parametrize("statement", MADE)
def test_nothing_is_made_that_others_would_meet(house: Users, statement: str) -> None:
    """A table, function, rule or operator that stands where the desk's statements look for one."""
    with psycopg.connect(address(house.server, CASES, ROLE[PORTAL]), autocommit=True) as line:
        try:
            line.execute(statement.encode())
            answer = "done"
        except psycopg.Error as error:
            answer = str(error)
    refused = ("permission denied", "must be owner", "must be superuser", "not exist", "not avail")
    assert any(why in answer for why in refused), answer


OTHERS = (
    'SET ROLE "madoguchi-desk"',
    'SET ROLE "madoguchi-owner"',
    'SET SESSION AUTHORIZATION "madoguchi-owner"',
    "SET ROLE pg_read_all_data",
    "SET session_replication_role = replica",
    "SET temp_file_limit = -1",
    "SET log_statement = 'all'",
    "SET lo_compat_privileges = on",
    'GRANT "madoguchi-desk" TO "madoguchi-portal"',
    'GRANT "madoguchi-portal" TO "madoguchi-owner"',
    'ALTER ROLE "madoguchi-portal" CONNECTION LIMIT -1',
    'ALTER ROLE "madoguchi-portal" SUPERUSER',
    'ALTER ROLE "madoguchi-portal" RENAME TO "madoguchi-other"',
    "ALTER ROLE \"madoguchi-desk\" PASSWORD 'x'",
    "ALTER ROLE \"madoguchi-desk\" SET search_path = 'evil'",
    "ALTER DATABASE madoguchi_cases SET default_transaction_read_only = on",
    "ALTER SYSTEM SET fsync = off",
    "ALTER TABLE audit_line DISABLE TRIGGER ALL",
    'ALTER TABLE audit_line OWNER TO "madoguchi-portal"',
    'ALTER DEFAULT PRIVILEGES FOR ROLE "madoguchi-owner" GRANT ALL ON TABLES TO PUBLIC',
    'REASSIGN OWNED BY "madoguchi-owner" TO "madoguchi-portal"',
    'DROP OWNED BY "madoguchi-desk"',
    'DROP OWNED BY "madoguchi-portal"',
    "DROP TABLE cases_case",
    "TRUNCATE cases_case",
    "TRUNCATE vault_visit",
    "COMMENT ON SCHEMA public IS 'madoguchi roles'",
    "PREPARE TRANSACTION 'held'",
    "LOAD '/tmp/evil.so'",
)


@pytest.mark.parametrize("statement", OTHERS)
def test_it_becomes_nobody_else_and_changes_no_rule(house: Users, statement: str) -> None:
    """Another role, a table's rules, the server's settings, a transaction that outlives it."""
    with session(house) as line:
        answer = said(line, statement)
    assert answer != "done"


SERVER = (
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY office_office TO '/tmp/out'",
    "COPY later_job (failed) FROM '/etc/passwd'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_read_binary_file('global/pg_control')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_ls_waldir()",
    "SELECT pg_current_logfile()",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/out')",
    "SELECT pg_hba_file_rules()",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_backup_start('x')",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_create_physical_replication_slot('x', true)",
    "SELECT pg_create_logical_replication_slot('x', 'pgoutput')",
    "SELECT pg_stat_reset()",
    "SELECT pg_replication_origin_create('x')",
    "SELECT pg_log_backend_memory_contexts(pg_backend_pid())",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_shmem_allocations",
    "SELECT * FROM pg_file_settings",
    "CHECKPOINT",
)


@pytest.mark.parametrize("statement", SERVER)
def test_the_server_gives_it_no_file_and_takes_no_order(house: Users, statement: str) -> None:
    """Files and programs of PostgreSQL's own user, its log, its backups, its settings."""
    with session(house) as line:
        assert "permission denied" in said(line, statement)


def test_nobody_elses_sessions_are_ended_or_read(house: Users) -> None:
    """The desk's session is not cancelled, not ended, and its statements are not shown."""
    with session(house, ROLE[DESK], "SELECT 'a word of the desk'") as desk, session(house) as line:
        pid = desk.info.backend_pid
        for order in ("pg_terminate_backend", "pg_cancel_backend"):
            assert "permission denied" in said(line, f"SELECT {order}({pid})")
        row = line.execute("SELECT query, state FROM pg_stat_activity WHERE pid = %s", [pid])
        assert row.fetchone() == ("<insufficient privilege>", None)


def test_statistics_tell_no_values_of_what_it_may_not_read(house: Users) -> None:
    """PostgreSQL's own samples of a column (`pg_stats`) hold its commonest values."""
    house.server.psql(f"\\connect {CASES}\nANALYZE")
    with session(house, "postgres") as line:
        rows = line.execute("SELECT 1 FROM pg_stats WHERE tablename = 'cases_case'").fetchall()
    assert len(rows) > 10  # control
    with session(house) as line:
        seen = line.execute("SELECT attname FROM pg_stats WHERE tablename = 'cases_case'")
        assert {name for (name,) in seen} <= {"id", "office_id", "state", "next_on", "revision"}


def test_an_error_tells_no_row(house: Users) -> None:
    """A bound of the table that is broken names the row, but not the columns that are shut."""
    answer = tried(house, "UPDATE cases_case SET next_on = '1900-01-01'")
    assert "Failing row contains" not in answer
    answer = tried(house, ENTRY.format("received").replace("now()", "now() - INTERVAL '99 years'"))
    assert REFUSED in answer


WATCHED = (
    "SELECT staff_id FROM record_entry",
    "SELECT staff_id FROM cases_access",
    "SELECT kind FROM cases_access",
    "SELECT * FROM later_beat",
    "SELECT * FROM later_unblocked",
    "SELECT name FROM later_job",
    "SELECT case_id FROM mail_outgoing",
    "SELECT * FROM issued_issued",
    "SELECT * FROM clinic_brief",
    "SELECT * FROM clinic_sitting",
    "SELECT staff_id FROM clinic_booking",
    "SELECT staff_id FROM interviews_interview",
    "SELECT staff_id FROM referrals_referral",
    "SELECT count(*) FROM cases_due",
    "SELECT * FROM vault_officekey",
    "SELECT * FROM vault_linekey",
    "SELECT * FROM vault_mastermark",
    "SELECT hash, mac FROM audit_line",
    "SELECT verb FROM act_once",
    "SELECT at FROM act_once",
    "SELECT key, result_id FROM act_once",
    "SELECT cases_case FROM cases_case",
    "SELECT words FROM enquiry_enquiry",
    "UPDATE cases_case SET touched_at = now() RETURNING level",
    "UPDATE clinic_booking SET reminded_at = NULL",
    "UPDATE clinic_booking SET reminded_of = NULL",
    "UPDATE cases_case SET touched_at = now() WHERE level = 'secret'",
    "UPDATE cases_case SET touched_at = now() WHERE assignee_id IS NOT NULL",
    "UPDATE cases_case SET touched_at = opened_at",
    "SELECT id FROM cases_case ORDER BY urgent",
    "INSERT INTO later_job (id, name) VALUES (gen_random_uuid(), 'x') RETURNING failed",
)


@pytest.mark.parametrize("statement", WATCHED)
def test_who_works_on_what_is_not_told(house: Users, statement: str) -> None:
    """Who of the staff, who is shut out, who must not meet, what the worker does: no right."""
    with session(house) as line:
        assert "permission denied" in said(line, statement)


GUESSED = {  # what the desk wrote, and what is tried: the value itself, another one
    "why a case was closed": ("UPDATE cases_case SET closing = {}", "'solved'", "'other'"),
    "when it was closed": (
        "UPDATE cases_case SET closed_at = {}",
        "TIMESTAMPTZ '2026-11-01'",
        "TIMESTAMPTZ '2026-11-02'",
    ),
    "when a referral is looked at": (
        "UPDATE referrals_referral SET due_on = {}",
        "DATE '2026-12-01'",
        "DATE '2026-12-02'",
    ),
}
BY_THE_DESK = """
UPDATE cases_case SET state = 'closed', closing = 'solved', closed_at = '2026-11-01';
INSERT INTO referrals_referral (id, office_id, case_id, drawer, state, details, approval, staff_id,
    at, due_on) SELECT gen_random_uuid(), office_id, id, 'shared', 'prepared', '', '',
    gen_random_uuid(), now(), '2026-12-01' FROM cases_case LIMIT 1
"""


@pytest.mark.parametrize("what", GUESSED)
def test_whoever_tries_values_learns_none(house: Users, what: str) -> None:
    """A bound that lets through what is as it was says what that is; the right one is refused."""
    statement, there, other = GUESSED[what]
    with session(house, "postgres", *BY_THE_DESK.split(";")) as line:
        line.execute(f'SET LOCAL ROLE "{ROLE[PORTAL]}"'.encode())
        answers = {
            said(line, statement.format(value)).partition("\n")[0] for value in (there, other)
        }
    (answer,) = answers
    assert REFUSED in answer


def test_a_case_that_is_closed_opens_and_its_reason_goes(house: Users) -> None:
    """As the program writes it when a person wrote."""
    opened = "UPDATE cases_case SET state = 'active', closed_at = NULL, closing = ''"
    with session(house, "postgres", *BY_THE_DESK.split(";")) as line:
        line.execute(f'SET LOCAL ROLE "{ROLE[PORTAL]}"'.encode())
        assert said(line, opened) == "done"
        line.execute(b"RESET ROLE")
        row = line.execute("SELECT DISTINCT state, closed_at, closing FROM cases_case").fetchall()
    assert row == [("active", None, "")]


JOBS_OF_A_SESSION = """INSERT INTO later_job
    (id, name, subject_id, run_at, tries, fence, failed, by_portal)
    SELECT gen_random_uuid(), 'cases.adopt', id, now(), 0, 0, '', true
    FROM (SELECT id FROM cases_case LIMIT 1) AS one, generate_series(1, {})"""


def test_all_its_sessions_together_queue_no_more_than_may_wait(house: Users) -> None:
    """Neither sees what the other has not committed; the second one counts when its turn comes."""
    half = JOBS_OF_A_SESSION.format(portal.MOST_JOBS * 2 // 3)
    where = address(house.server, CASES, ROLE[PORTAL])
    try:
        with psycopg.connect(where) as first, psycopg.connect(where) as second:
            first.execute(half.encode())
            second.execute(half.encode())
            first.commit()
            with pytest.raises(psycopg.Error, match="beyond those that may wait"):
                second.commit()
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM later_job WHERE by_portal")


SORTED = """SELECT count(*) FROM (SELECT repeat(n::text, 200) FROM generate_series(1, 300000) AS n
    ORDER BY 1) AS sorted"""
OWN_LIMIT = (
    "SET temp_file_limit = -1",
    "SET LOCAL temp_file_limit = '10GB'",
    "SELECT set_config('temp_file_limit', '-1', false)",
    'ALTER ROLE "madoguchi-portal" SET temp_file_limit = -1',
    'ALTER ROLE "madoguchi-portal" RESET temp_file_limit',
    f'ALTER ROLE "madoguchi-portal" IN DATABASE {CASES} SET temp_file_limit = -1',
)


def test_what_a_session_spills_is_bounded_and_the_bound_is_not_its_own(house: Users) -> None:
    """Sorts and hashes that do not fit into memory: `temp_file_limit` of the roles file."""
    with session(house) as line:
        for statement in OWN_LIMIT:
            assert "permission denied" in said(line, statement), statement
        line.execute(b'ALTER ROLE "madoguchi-portal" RESET ALL')  # the administrator's stays
        line.execute(b"COMMIT")
    with session(house) as line:
        assert line.execute("SHOW temp_file_limit").fetchone() == ("256MB",)
        assert 'exceeds "temp_file_limit"' in said(line, SORTED)
    with session(house, "postgres") as line:
        assert said(line, SORTED) == "done"  # control


TIMES = {
    "a visit that ended before all time": VISIT.format("b", "'-infinity'"),
    "a visit of another calendar": VISIT.format("c", "'4000-01-01 BC'"),
    "an interview until 24:00": INTERVIEW.format("current_date + 1", "'23:00'", "'24:00'"),
    "an interview of no length": INTERVIEW.format("current_date + 1", "'10:00'", "'10:00'"),
    "an interview on infinity": INTERVIEW.format("'infinity'", "'10:00'", "'11:00'"),
    "a line of an hour that has not come": LINE.format(**PLAIN | {"at": "'infinity'"}),
    "a line of two hours ago": LINE.format(**PLAIN | {"at": "now() - INTERVAL '2 hours'"}),
}


@pytest.mark.parametrize("what", TIMES)
def test_a_time_that_no_clock_shows_is_refused(house: Users, what: str) -> None:
    """What Python cannot read would stop every page and every round that meets the row."""
    answer = tried(house, TIMES[what])
    assert REFUSED in answer or "violates check constraint" in answer


WORDS = {
    "a day with a line after it": (
        "INSERT INTO clinic_waiting (id, office_id, case_id, day, state, at, revision)"
        " SELECT gen_random_uuid(), office_id, id, E'2026-12-19\\n', 'waiting', now(), 0"
        " FROM cases_case LIMIT 1"
    ),
    "digits of another script": VISIT.format("a", "now()").replace("'a'", "'٣'"),
    "a sign of no length": VISIT.format("a", "now()").replace("'a'", "E'\\u200b'"),
    "a line that tells of a state in another key": LINE.format(
        **PLAIN | {"told": """'{"state": "active", "level": "normal"}'"""}
    ),
    "a line that tells nested": LINE.format(
        **PLAIN | {"told": """'{"state": {"active": "closed"}}'"""}
    ),
    "a line that tells twice": LINE.format(
        **PLAIN | {"told": """'{"state": "active", "state": "closed"}'"""}
    ),
    "hashes as deep as can be": LINE.format(
        **PLAIN
        | {"seals": """('{"x": ' || repeat('[', 5000) || repeat(']', 5000) || '}')::jsonb"""}
    ),
    "a hundred thousand hashes": LINE.format(
        **PLAIN
        | {
            "seals": "(SELECT jsonb_object_agg(gen_random_uuid() || '/entry', repeat('0', 32))"
            " FROM generate_series(1, 100000))"
        }
    ),
    "a hash for no value": LINE.format(
        **PLAIN | {"seals": "jsonb_build_object('x', repeat('0', 32))"}
    ),
}


@pytest.mark.parametrize("what", WORDS)
def test_a_word_that_means_something_else_is_refused(house: Users, what: str) -> None:
    """Signs that a pattern might pass over, keys that are told twice, JSON that is too deep."""
    answer = tried(house, WORDS[what])
    assert answer != "done"


ROUNDABOUT = {
    "by a copy": "COPY record_entry (id, office_id, case_id, number, kind, drawer, at, words)"
    " FROM STDIN",
    "by a conflict": VISIT.format("d", "now()")
    + " ON CONFLICT (lookup, kind) DO UPDATE SET lookup = 'x'",
    "by a merge": "MERGE INTO audit_head USING (SELECT 1) AS one ON true"
    " WHEN MATCHED THEN UPDATE SET seq = 9",
    "by a block": "DO $$ BEGIN UPDATE audit_head SET seq = 9; END $$",
    "by a query beside": "WITH x AS (UPDATE audit_head SET seq = 9 RETURNING seq) SELECT * FROM x",
    "by a prepared statement": "PREPARE p AS UPDATE audit_head SET seq = 9; EXECUTE p",
    "by a cursor": "DO $$ DECLARE c CURSOR FOR SELECT * FROM audit_head FOR UPDATE; r record; BEGIN"
    " OPEN c; FETCH c INTO r; UPDATE audit_head SET seq = 9 WHERE CURRENT OF c; END $$",
}


@pytest.mark.parametrize("way", ROUNDABOUT)
def test_no_way_round_leads_past_a_bound(house: Users, way: str) -> None:
    """Copy, merge, conflict, block and cursor fire the same triggers."""
    with session(house) as line:
        try:
            if way == "by a copy":
                office, case = line.execute("SELECT office_id, id FROM cases_case").fetchone() or ()
                with line.cursor().copy(ROUNDABOUT[way].encode()) as copy:
                    copy.write_row((uuid4(), office, case, 1, "sent", "shared", "now", b""))
            else:
                line.execute(ROUNDABOUT[way].encode())
            answer = "done"
        except psycopg.Error as error:
            answer = str(error)
    assert REFUSED in answer or "permission denied" in answer


def test_no_sequence_runs_out(house: Users) -> None:
    """Numbers that the database gives: set to their end, the next row of anybody's had none."""
    with session(house, "postgres") as line:
        found = line.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S'")
        names = [name for (name,) in found]
    assert names
    with session(house) as line:
        for name in names:
            for call in ("setval('{}', 9223372036854775807)", "nextval('{}')"):
                assert "permission denied" in said(line, f"SELECT {call.format(name)}"), name


# The portal's user, its inbox and the programs beside it


def as_portal(house: Users, script: str, *words: str) -> str:
    """What a small program of the portal's user prints."""
    return house.run(PORTAL, "-c", script, *words).strip()


def ended(house: Users, *words: str) -> tuple[int, str]:
    """How a command of the desk's ends, and what it says."""
    program = house.start(DESK, "-m", "madoguchi", *words)
    said, _ = program.communicate(timeout=60)
    return program.returncode, said


def inbox(house: Users) -> Path:
    return house.home / "inbox" / "portal"


@pytest.fixture
def clean(house: Users) -> Iterator[Path]:
    """The inbox, which is empty and open again afterwards."""
    yield inbox(house)
    inbox(house).chmod(0o770)
    shutil.rmtree(inbox(house), ignore_errors=True)
    inbox(house).mkdir(exist_ok=True)
    os.chown(inbox(house), PORTAL, GROUP)
    inbox(house).chmod(0o770)


NAMES = """
import os, sys
os.chdir(sys.argv[1])
for name in (
    "a\\nすべて合っています\\n".encode(), b"\\x1b]0;title\\x07\\x1b[2J", b"\\xff\\xfe",
    "\\u202etxt.exe".encode(), b"x" * 255, b"\\r\\rgone",
    "\\u200b".encode(), b"-rf", "\\u0085".encode(), "\\u009b31m".encode(), b"%s%n{0}",
):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o660))
"""


def test_no_name_of_a_file_gives_orders_to_a_terminal(house: Users, clean: Path) -> None:
    """New lines, escapes, turned signs and no UTF-8, in names that commands print: written out."""
    as_portal(house, NAMES, str(clean))
    for command in (("verify", "--quick"), ("doctor",), ("worker", "--once")):
        _, said = ended(house, *command)
        signs = set(said) - {"\n"}
        assert not [sign for sign in signs if unicodedata.category(sign)[0] == "C"], command
        assert "すべて合っています" not in said.splitlines()
        assert "Traceback" not in said


MANY = """
import os, sys, uuid
os.chdir(sys.argv[1])
for number in range(int(sys.argv[2])):
    name = uuid.uuid4().hex if number % 2 else f"f{number}"
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o660))
    os.utime(name, (0, 0))
"""


def test_thirty_thousand_empty_files_hold_up_nobody(house: Users, clean: Path) -> None:
    """The worker's round ends; `verify` names a hundred, so that no other finding is lost.

    Half of them are named like files of ours, and all are as old as can be.
    """
    as_portal(house, MANY, str(clean), "30000")
    begun = time.monotonic()
    assert ended(house, "worker", "--once")[0] == 0
    assert time.monotonic() - begun < 20
    code, said = ended(house, "verify", "--quick")
    assert (code, len(said.splitlines()) < 110, "ほか 14900 個" in said) == (
        1,
        True,
        True,
    )


LEASE = """
import fcntl, os, signal, sys, time
signal.signal(signal.SIGIO, signal.SIG_IGN)
held = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o660)
os.write(held, b"(" + bytes(63))
fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
time.sleep(3600)
"""


SENT = """INSERT INTO vault_heldfile
    (id, office_id, lookup, case_id, stored_bytes, shared, about, at, sealed_sha256)
    SELECT '{}', office_id, '', id, 64, true, '', now(),
    sha256('\\x28' || decode(repeat('00', 63), 'hex')) FROM cases_case LIMIT 1"""


@contextmanager
def sent(house: Users) -> Iterator[str]:
    """A file of 64 bytes that was handed over to the case and lies in the inbox, or should."""
    name = uuid4()
    house.server.psql(f"\\connect {CASES}\n{SENT.format(name)}")
    try:
        yield name.hex
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM vault_heldfile WHERE id = '{name}'")
        for kept in (house.home / "files").rglob(name.hex):
            kept.unlink()


def test_a_lease_on_a_file_holds_up_neither_desk_nor_backup(house: Users, clean: Path) -> None:
    """Its owner is asked before others open it, which ended the backup; it counts as not there."""
    with sent(house) as name:
        holder = house.start(PORTAL, "-c", LEASE, str(clean / name))
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            before = house.start(DESK, "-c", OF_BEFORE, *backing_up(house))  # control
            assert "Resource temporarily unavailable" in before.communicate(timeout=60)[0]
            code, told = ended(house, *backing_up(house))
            assert (code, name in told.replace("-", "")) == (1, True), told
        finally:
            kill(holder)


OF_BEFORE = """
import errno, sys
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops.main import main
from madoguchi.tools.vault import store
store.NO_FILE -= {errno.EWOULDBLOCK}
sys.exit(main(sys.argv[1:]))
"""


def backing_up(house: Users) -> tuple[str, ...]:
    """The words of a backup, and places for it."""
    to = house.folder / "desk" / "backups"
    for place in ("", "data", "keys"):
        (to / place).mkdir(exist_ok=True)
        os.chown(to / place, DESK, GROUP)
    return ("backup", "--data", f"{to}/data", "--keys", f"{to}/keys")


def test_a_file_that_the_worker_may_not_remove_is_said(house: Users, clean: Path) -> None:
    """In a sticky folder only its owner removes it: what came over is kept, and `verify` tells."""
    with sent(house) as name:
        (clean / name).write_bytes(b"(" + bytes(63))
        os.chown(clean / name, PORTAL, GROUP)
        os.utime(clean / name, (0, 0))
        as_portal(house, f"import os; os.chmod('{clean}', 0o1770)")
        assert ended(house, "worker", "--once")[0] == 0
        assert list((house.home / "files").rglob(name))
        assert " stuck：" in ended(house, "verify", "--quick")[1]


SWEEP = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops import worker
from madoguchi.web.kit.arrival import now
worker.sweep(now())
print("swept")
"""


def test_an_inbox_that_lists_and_lets_nobody_in_ends_no_sweep(house: Users, clean: Path) -> None:
    """Its group may read the folder and not enter it: names are there, and no file can be asked."""
    as_portal(house, f"import os; open('{clean}/x.part', 'w'); os.chmod('{clean}', 0o740)")
    assert house.run(DESK, "-c", SWEEP).endswith("swept\n")
    assert str(clean) in ended(house, "verify", "--quick")[1]


SHEET = """
from madoguchi.ops.start import django
django("desk")
from uuid import UUID, uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault.upload import seal
from madoguchi.web.kit.arrival import now
from madoguchi.work.intake.sheets import actions, queries
who = Actor(Office.objects.get().pk, "counsellor", UUID(int=7))
sheet = queries.Sheet(uuid4(), "phone")
files = [seal("a.txt", "text/plain", b"words")]
actions.save(who, sheet, {"text": ["電話で聞いたこと"]}, files, now=now())
(own,) = queries.unfinished(who, now())
print(own.held[0][0])
"""
OF_A_SHEET = {
    "deleted": "DELETE FROM vault_visit WHERE lookup ~ '^desk'",
    "put back to what it said before": "UPDATE vault_visit SET blob = 'x' WHERE lookup ~ '^desk'",
    "ended": "UPDATE vault_visit SET expires_at = now() WHERE lookup ~ '^desk'",
    "moved to another office": (
        "UPDATE vault_visit SET office_id = office_id WHERE lookup ~ '^desk'"
    ),
    "without its file": "DELETE FROM vault_heldfile WHERE lookup ~ '^desk'",
    "with a file taken": (
        "UPDATE vault_heldfile SET lookup = repeat('0', 64) WHERE lookup ~ '^desk'"
    ),
    "with a file more": FILE.replace("repeat('0', 64)", "'desk' || repeat('0', 60)"),
    "with a row more": VISIT.format("0", "now()").replace(
        "repeat('0', 64)", "'desk' || repeat('0', 60)"
    ),
}


@pytest.fixture(scope="module")
def unsent(house: Users) -> Iterator[str]:
    """A colleague's unfinished sheet with a file, whose id this is."""
    yield house.run(DESK, "-c", SHEET).split()[-1]
    house.server.psql(
        f"\\connect {CASES}\nDELETE FROM vault_visit WHERE lookup ~ '^desk';"
        "DELETE FROM vault_heldfile WHERE lookup ~ '^desk'"
    )


@pytest.mark.parametrize("change", OF_A_SHEET)
@pytest.mark.usefixtures("unsent")
def test_a_colleagues_unsent_sheet_is_not(house: Users, change: str) -> None:
    """It lay among the drafts of visitors, which the portal changes and deletes; now apart."""
    assert REFUSED in tried(house, OF_A_SHEET[change])


def test_the_file_of_an_unsent_sheet_is_not_filed_elsewhere(house: Users, unsent: str) -> None:
    """An item of its id in any case, so that the colleague's own filing would meet it there."""
    item = f"""INSERT INTO evidence_item
        (id, office_id, case_id, entry_id, drawer, about, at, locked)
        SELECT '{unsent}', office_id, case_id, id, 'shared', '', now(), false
        FROM record_entry ORDER BY number DESC LIMIT 1"""
    told = ENTRY.format("received")
    assert f"{REFUSED}evidence_item.id" in tried(house, told, item)


JOBS = """INSERT INTO later_job (id, name, subject_id, run_at, tries, fence, failed, by_portal)
    SELECT gen_random_uuid(), name, subject, now(), 0, 0, '', true
    FROM unnest(ARRAY['{}']) AS name, (SELECT id FROM cases_case UNION SELECT id FROM record_entry
    UNION SELECT id FROM interviews_interview UNION SELECT id FROM clinic_booking
    UNION SELECT id FROM office_office) AS subjects (subject)"""


def test_jobs_about_something_else_stop_no_other(house: Users) -> None:
    """Each of its jobs for whatever there is: a case where an entry is meant, an office, a place.

    What fails waits for its next try, the worker goes on, and each is done or says why.
    """
    house.sql(PORTAL, CASES, JOBS.format("','".join(portal.JOBS)), undone=False)
    try:
        assert ended(house, "worker", "--once")[0] == 0
        with session(house, "postgres") as line:
            untried = "SELECT count(*) FROM later_job WHERE done_at IS NULL AND failed = ''"
            assert line.execute(untried).fetchone() == (0,)
            failed = line.execute("SELECT DISTINCT failed FROM later_job WHERE failed <> ''")
            assert all("DoesNotExist" in why for (why,) in failed)
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM later_job")


REQUESTS = """DO $$ DECLARE office uuid := (SELECT id FROM office_office); a_case uuid; BEGIN
    FOR n IN 1..{} LOOP
        a_case := gen_random_uuid();
        INSERT INTO vault_drawerkey (id, office_id, case_id, drawer, by, generation, blob)
            VALUES (gen_random_uuid(), office, a_case, 'shared', 'letter', 1, 'x');
        INSERT INTO vault_receipt (id, office_id, case_id, number, salt, memory_kib, passes,
            verifier, commitment) VALUES (gen_random_uuid(), office, a_case,
            lpad((7000000000000 + n)::text, 13, '0'), decode(repeat('00', 16), 'hex'), 1, 1,
            decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));
        INSERT INTO cases_case (id, office_id, short_name, state, channel, level, urgent,
            contact_asked, contact_rule, opened_at, touched_at, next_on, closing, revision)
            VALUES (a_case, office, right((7000000000000 + n)::text, 5), 'received', 'web',
            'normal', false, 'wait', 'wait', now(), now(), current_date, '', 0);
        INSERT INTO clinic_waiting (id, office_id, case_id, day, state, at, revision)
            VALUES (gen_random_uuid(), office, a_case, '', 'waiting', now(), 0);
    END LOOP; END $$"""
OFFER = """
from madoguchi.ops.start import django
django("worker")
import time
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.web.kit.arrival import now
from madoguchi.work.clinic.waiting import jobs
from tests.web.desk.clinics import publish
office = Office.objects.get()
publish(card(office))
begun = time.monotonic()
jobs.offer(office.pk, now=now())
print(time.monotonic() - begun)
"""
MADE_UP = """\\connect madoguchi_cases
DELETE FROM clinic_waiting; DELETE FROM cases_case WHERE channel = 'web' AND id IN
    (SELECT case_id FROM vault_receipt WHERE number ~ '^7000');
DELETE FROM vault_drawerkey WHERE case_id IN
    (SELECT case_id FROM vault_receipt WHERE number ~ '^7000');
DELETE FROM vault_receipt WHERE number ~ '^7000'; DELETE FROM notices_notice"""


def test_who_waits_for_a_place_and_is_nobody_holds_up_no_other(house: Users) -> None:
    """Requests that nothing opens wait for any day: none is asked about before it is the desk's."""
    house.sql(PORTAL, CASES, REQUESTS.format(100), undone=False)
    try:
        assert (
            float(house.run(DESK, "-c", OFFER).split()[-1]) < 3
        )  # s; asked about, 6 for each place
    finally:
        house.server.psql(MADE_UP)


BESIDE = """
import ctypes, fcntl, os, resource, signal, sys
pid, secrets = int(sys.argv[1]), [word.encode() for word in sys.argv[2:]]
for folder, _, names in os.walk(f"/proc/{pid}"):
    for name in names:
        try:
            with open(os.path.join(folder, name), "rb", buffering=0) as file:
                told = file.read(1_000_000)
        except OSError:
            continue
        if any(secret in told for secret in secrets):
            print("read", os.path.join(folder, name))
        try:
            os.close(os.open(os.path.join(folder, name), os.O_WRONLY))
            print("wrote", os.path.join(folder, name))
        except OSError:
            pass
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(64)
for what, do in {
    "a signal": lambda: os.kill(pid, signal.SIGSTOP),
    "its group": lambda: os.killpg(pid, signal.SIGSTOP),
    "its priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
    "its processors": lambda: os.sched_setaffinity(pid, {0}),
    "its limits": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (4, 4)),
    "its scheduling": lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
    "its descriptors": lambda: os.open(f"/proc/{pid}/fd/1", os.O_RDONLY),
}.items():
    try:
        do()
        print("did", what)
    except OSError:
        pass
for what, words in {"attach": (101, 16, pid, 0, 0), "seize": (101, 0x4206, pid, 0, 0)}.items():
    if libc.syscall(*words) != -1:
        print("did", what)
print("tried")
"""
SLEEP = "import time; print('up', flush=True); time.sleep(120)"


def test_a_program_of_the_desks_is_not_touched(house: Users) -> None:
    """All of `/proc` read and written, signals, limits, priority, processors, `ptrace`."""
    desk = house.start(DESK, "-c", SLEEP)
    try:
        assert desk.stdout is not None
        assert desk.stdout.readline() == "up\n"
        secrets = (str(house.key), "MADOGUCHI_MASTER_KEY_FILE")
        told = as_portal(house, BESIDE, str(desk.pid), *secrets)
    finally:
        kill(desk)
    assert told == "tried"


LINKS = """
import os, sys
from pathlib import Path
home, key = Path(sys.argv[1]), sys.argv[2]
for name in ("x.css", "fonts"):
    os.symlink(key, home / "static" / "portal" / name)
os.symlink(Path(key).parent, home / "static" / "portal" / "desk")
"""


def test_links_among_its_styles_lead_nobody_to_the_key(house: Users) -> None:
    """The portal's own folder of styles, in which no program of the desk's looks."""
    as_portal(house, LINKS, str(house.home), str(house.key))
    try:
        assert ended(house, *backing_up(house))[0] == 0
        key = house.key.read_bytes()
        kept = (path for path in (house.folder / "desk" / "backups").rglob("*") if path.is_file())
        assert not [path for path in kept if key in path.read_bytes()]
        for command in (("verify", "--quick"), ("doctor",)):
            assert "Traceback" not in ended(house, *command)[1]
    finally:
        for name in ("x.css", "fonts", "desk"):
            (house.home / "static" / "portal" / name).unlink()


def test_what_it_says_to_itself_fills_no_disk(house: Users) -> None:
    """`NOTIFY` with nobody who listens on: what waits in the queue is bounded to some pages."""
    told = "SELECT pg_notify(n::text, repeat('x', 7900)) FROM generate_series(1, 1000) AS n"
    where = address(house.server, CASES, ROLE[PORTAL])
    with psycopg.connect(where, autocommit=True) as hears, psycopg.connect(where) as says:
        hears.execute("LISTEN x")
        hears.execute("BEGIN")
        hears.execute("SELECT 1")
        says.execute(told)
        with pytest.raises(psycopg.Error, match="too many notifications"):
            says.commit()


ODD = {"before dawn": ("'03:00'", "'03:01'"), "all day": ("'00:00'", "'23:59:59.999999'")}
LISTED = """
from madoguchi.ops.start import django
django("desk")
from uuid import uuid4
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.web.kit.arrival import now
from madoguchi.work.interviews import queries
office = Office.objects.get()
who, today = Actor(office.pk, "supervisor", uuid4()), day_in_japan(now())
print(len(queries.stranded(who, programme(office.slug).desk, today, ())))
"""


def test_interviews_at_odd_hours_are_listed(house: Users) -> None:
    """Before dawn, and all day: no time of the desk's, so both stand among those to be moved."""
    before = int(house.run(DESK, "-c", LISTED).split()[-1])
    with session(house) as line:
        for place, (starts, ends) in enumerate(ODD.values(), 77):
            odd = INTERVIEW.format("current_date + 1", starts, ends).replace("77", str(place))
            line.execute(odd.encode())
        line.execute(ENTRY.format("booking").encode())
        line.execute("COMMIT")
    try:
        assert int(house.run(DESK, "-c", LISTED).split()[-1]) == before + 2
    finally:
        house.server.psql(
            f"\\connect {CASES}\nDELETE FROM interviews_interview WHERE place >= 77;"
            "DELETE FROM record_entry WHERE words = ''"
        )
