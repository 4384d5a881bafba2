"""The portal's database role in hostile hands: what it may not write into the case database.

Tried with the shipped roles file on PostgreSQL; each attack succeeds where its guard is taken away.
Cell by cell, in a house where nobody is: `test_cells.py`.
"""

import json
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from madoguchi.ops.roles.portal import MOST_JOBS
from tests.proof.users import DESK, GROUP, PORTAL, Users, at_work, founded, roles, unbound

CASES = "madoguchi_cases"
LINE = """INSERT INTO audit_line
    (id, office_id, seq, at, role, staff_id, verb, case_id, outcome, seals, told, before, hash)
    SELECT gen_random_uuid(), office_id, seq + {}, now(), {}, case_id, 'done', '{{}}', '{{}}', hash,
    hash
    FROM audit_head, (SELECT id AS case_id FROM cases_case LIMIT 1) AS a_case LIMIT 1"""
OWN = LINE.format(1, "'consultee', NULL, 'case.open'")
ENTRY = """INSERT INTO record_entry
    (id, office_id, case_id, number, kind, drawer, staff_id, at, words)
    SELECT gen_random_uuid(), office_id, id, {}, {}, now(), '' FROM cases_case LIMIT 1"""
NEXT = "(SELECT count(*) + 1 FROM record_entry WHERE case_id = cases_case.id)"
WISH = """INSERT INTO cases_wish (id, office_id, case_id, number, by, at, wishes)
    SELECT gen_random_uuid(), office_id, id, (SELECT count(*) + 1 FROM cases_wish
    WHERE case_id = cases_case.id), '{}', now(), '' FROM cases_case LIMIT 1"""
MAIL = """INSERT INTO mail_outgoing (id, office_id, case_id, template, at, withheld)
    SELECT gen_random_uuid(), office_id, id, '{}', now(), '' FROM cases_case LIMIT 1"""
SLIPPED = """INSERT INTO vault_heldfile
    (id, office_id, lookup, case_id, stored_bytes, shared, about, at, sealed_sha256)
    SELECT gen_random_uuid(), office_id, repeat('0', 64), id, 64, true, '', now(),
    decode(repeat('00', 32), 'hex') FROM cases_case LIMIT 1"""
KEY = """INSERT INTO vault_drawerkey (id, office_id, case_id, drawer, by, generation, blob)
    SELECT gen_random_uuid(), office_id, id, '{}', '{}', 1, '' FROM cases_case LIMIT 1"""
HELD = """INSERT INTO clinic_booking (id, office_id, day, number, seat, state, channel, agreed_at,
    until_at, holder, wanted, at, revision)
    SELECT gen_random_uuid(), id, '{}', 1, 77, 'held', 'web', now(), now() + INTERVAL '1 hour',
    repeat('0', 64), '', now(), 0 FROM office_office"""
FOR_EVER = "UPDATE clinic_booking SET until_at = NULL WHERE state = 'held'"
WAITS = """INSERT INTO clinic_waiting (id, office_id, case_id, day, state, at, revision)
    SELECT gen_random_uuid(), office_id, id, '{}', 'waiting', now(), 0 FROM cases_case LIMIT 1"""
GRANT = OWN.replace("'{}', '{}', hash", "'{}', '{TOLD}', hash")
ATTACKS = {  # name → statement, table whose guard is taken away in the control
    "a colleague is framed": (
        LINE.format(1, "'supervisor', gen_random_uuid(), 'case.read'"),
        "audit_line",
    ),
    "a case is forgotten": (LINE.format(1, "'consultee', NULL, 'case.forget'"), "audit_line"),
    "an act has a name": (
        LINE.format(1, "'consultee', gen_random_uuid(), 'case.open'"),
        "audit_line",
    ),
    "a number is taken in advance": (
        LINE.format(900, "'consultee', NULL, 'case.open'"),
        "audit_line",
    ),
    "the head runs away": ("UPDATE audit_head SET seq = 9223372036854775807", "audit_head"),
    **{
        f"a case gets {change}": (f"UPDATE cases_case SET {change}", "cases_case")
        for change in (
            "state = 'closed', closed_at = now()",
            "state = 'zzz'",
            "contact_asked = '<b>x'",
            "closing = 'done'",
            "next_on = DATE '9999-12-31'",
            "next_on = 'infinity'",
            "next_on = '-infinity'",
            "touched_at = 'infinity'",
            "revision = 99",
        )
    },
    "handed files are deleted": (
        "DELETE FROM vault_heldfile WHERE case_id IS NOT NULL",
        "vault_heldfile",
    ),
    "handed files are taken back": (
        "UPDATE vault_heldfile SET case_id = NULL WHERE case_id IS NOT NULL",
        "vault_heldfile",
    ),
    "a file is slipped into a case": (SLIPPED, "vault_heldfile"),
    "a file is handed to another case": (
        "UPDATE vault_heldfile SET case_id = gen_random_uuid()",
        "vault_heldfile",
    ),
    "an answer has a name": (
        ENTRY.format(NEXT, "'sent', 'shared', gen_random_uuid()"),
        "record_entry",
    ),
    "an answer has none": (ENTRY.format(NEXT, "'sent', 'shared', NULL"), "record_entry"),
    "a note has none": (ENTRY.format(NEXT, "'note', 'staff', NULL"), "record_entry"),
    "an entry's number is taken": (
        ENTRY.format(900, "'received', 'shared', NULL"),
        "record_entry",
    ),
    "a wish is the desk's": (WISH.format("desk"), "cases_wish"),
    "a mail says there is an answer": (MAIL.format("answered"), "mail_outgoing"),
    "a key of the desk's is added": (KEY.format("loose", "office"), "vault_drawerkey"),
    "a key of nobody's is added": (KEY.format("loose", "letter"), "vault_drawerkey"),
    "a place is held for ever": (
        f"{HELD.format('2026-12-19')}; {FOR_EVER}",
        "clinic_booking",
    ),
    **{
        f"{words} on {day}": (statement.format(day), table)
        for day in ("9999-99-99", "0000-00-00_x", "2026-02-29", "2026-13-01", "2026-04-31_x")
        for words, statement, table in (
            ("a place is held", HELD, "clinic_booking"),
            ("somebody waits for a place", WAITS, "clinic_waiting"),
        )
    },
    **{
        f"a line tells of a grant {told}": (GRANT.replace("TOLD", told), "audit_line")
        for told in (
            '"grant_year": "x", "grant_number": "1"',
            '"grant_year": 2026, "grant_number": "1"',
            '"grant_year": [2026], "grant_number": 1',
            '"grant_year": 20260, "grant_number": 1',
            '"grant_year": 2026, "grant_number": 100000',
            '"grant_year": 2026, "grant_number": null',
        )
    },
    "a letter is for a key that never was": (
        KEY.format("loose", "letter").replace(" id, ", " gen_random_uuid(), ").replace("1,", "7,"),
        "vault_drawerkey",
    ),
}
TURN = (
    "UPDATE cases_case SET closed_at = NULL, closing = '', touched_at = now(),"
    " next_on = LEAST(next_on, current_date), revision = revision + 1"
)
OWN_DEEDS = (
    TURN,
    OWN,
    ENTRY.format(NEXT, "'received', 'shared', NULL"),
    WISH.format("consultee"),
    MAIL.format("received"),
    GRANT.replace("TOLD", '"grant_year": 2026, "grant_number": 1'),
    HELD.format("2028-02-29_hall"),
    WAITS.format("2026-12-19"),
)
UNREADABLE = (
    "SELECT staff_id FROM audit_line",
    "SELECT verb, at FROM audit_line",
    "SELECT assignee_id FROM cases_case",
)
COUNT = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as line, line.transaction(force_rollback=True):
    print(line.execute(sys.argv[2]).rowcount)
"""
COMMIT = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as line:
    for statement in sys.argv[2:]:
        line.execute(statement)
"""
SAID = OWN.replace("'{}', '{}', hash", "{}, '{{}}', hash")  # with hashes of values
WRONG = "(SELECT jsonb_build_object(({} LIMIT 1), repeat('0', 32)))"
HEAD = "UPDATE audit_head SET seq = seq + 1"
PLACES = {
    "what a person sent": "SELECT id || '/entry' FROM record_entry",
    "a wish": "SELECT id || '/wish' FROM cases_wish",
    "what is not there": "SELECT gen_random_uuid() || '/entry'",
    "what only the desk seals": "SELECT id || '/grant_shown' FROM record_entry",
}
HOLD = """
import psycopg, sys
lines = []
try:
    while len(lines) < 200:
        lines.append(psycopg.connect(sys.argv[1]))
except psycopg.OperationalError as error:
    print("refused", len(lines), "too many" in str(error))
"""


@pytest.fixture(scope="module")
def bound() -> Iterator[Users]:
    """A house as it is shipped, until somebody asks for `house`."""
    with founded() as house:
        at_work(house)
        yield house


def test_beside_the_tables_own_bounds_it_is_the_same(bound: Users) -> None:
    """First, while they stand; what follows is tried without them, each guard alone."""
    attacks = [statement for statement, _ in ATTACKS.values()]
    answers = bound.sql(PORTAL, CASES, *attacks, *OWN_DEEDS)
    refused = ("not for the portal to write: ", "violates check constraint")
    assert [it for it in attacks if not any(why in answers[it] for why in refused)] == []
    assert {answers[deed] for deed in OWN_DEEDS} == {"done"}


@pytest.fixture(scope="module")
def house(bound: Users) -> Users:
    unbound(bound.server)
    return bound


def answer(house: Users, statement: str) -> str:
    return house.sql(PORTAL, CASES, statement)[statement]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_not_a_persons_is_refused(house: Users, attack: str) -> None:
    statement, guarded = ATTACKS[attack]
    assert f"not for the portal to write: {guarded}." in answer(house, statement)
    house.server.psql(f"\\connect {CASES}\nALTER TABLE {guarded} DISABLE TRIGGER USER")
    try:
        assert answer(house, statement) == "done"  # control
    finally:
        house.server.psql(f"\\connect {CASES}\nALTER TABLE {guarded} ENABLE TRIGGER USER")


@pytest.mark.parametrize("statement", OWN_DEEDS)
def test_what_is_a_persons_is_done(house: Users, statement: str) -> None:
    assert answer(house, statement) == "done"


@pytest.mark.parametrize("statement", UNREADABLE)
def test_nobody_of_the_staff_is_watched(house: Users, statement: str) -> None:
    assert "permission denied" in answer(house, statement)
    table = statement.rsplit(maxsplit=1)[-1]
    house.server.psql(f'\\connect {CASES}\nGRANT SELECT ON {table} TO "madoguchi-portal"')
    try:
        assert answer(house, statement) == "done"  # control
    finally:
        roles(house.server)


def test_no_line_is_left_without_its_head(house: Users) -> None:
    """Else no act could follow: the next one would find its number taken."""
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    program = house.start(PORTAL, "-c", COMMIT, where, OWN)
    said, _ = program.communicate(timeout=60)
    assert "audit_line.(without the head" in said


def test_it_cannot_take_all_connections(house: Users) -> None:
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    assert house.run(PORTAL, "-c", HOLD, where) == "refused 72 True\n"


def failed(house: Users, user: int, *words: str) -> str:
    """What a program says that must not end well."""
    program = house.start(user, *words)
    said, _ = program.communicate(timeout=120)
    assert program.returncode not in (0, None)
    return said


def test_a_policy_that_hides_rows_is_an_error_and_no_empty_backup(house: Users) -> None:
    """No table has one; whoever adds one and forgets the desk stops the backup."""
    to = house.folder / "desk" / "backups"
    backup = ("-m", "madoguchi", "backup", "--data", f"{to}/data", "--keys", f"{to}/keys")
    for place in ("", "data", "keys"):
        (to / place).mkdir()
        os.chown(to / place, DESK, GROUP)
    house.run(DESK, *backup)
    taken = sorted(path.name for path in (to / "data").iterdir() if path.is_dir())
    house.server.psql(f"\\connect {CASES}\nALTER TABLE audit_line ENABLE ROW LEVEL SECURITY")
    try:
        for command in (backup, ("-m", "madoguchi", "verify"), ("-m", "madoguchi", "doctor")):
            assert "行を隠す設定" in failed(house, DESK, *command), command
        assert sorted(path.name for path in (to / "data").iterdir() if path.is_dir()) == taken
        where = house.told(DESK)["MADOGUCHI_DATABASE"]
        assert house.run(DESK, "-c", COUNT, where, "SELECT 1 FROM audit_line") == "0\n"  # control
    finally:
        roles(house.server)


CALLED = "UPDATE cases_case SET {} = 'phone'"
LISTS = ("inbox", "day", "calls")


def lists(house: Users) -> dict[str, str]:
    """What each list of the desk says of how contact is safe."""
    said = json.loads(house.run(DESK, "-m", "tests.proof.contact_lists"))
    return {name: " ".join({*rules}) for name, rules in said.items()}


def test_who_may_be_called_is_not_the_portals_to_say(house: Users) -> None:
    """The person asked for no contact; whoever has the portal's role would have them rung."""
    assert lists(house) == dict.fromkeys(LISTS, "wait")
    assert "permission denied" in answer(house, CALLED.format("contact_rule"))
    assert "contact_asked" in answer(house, "UPDATE cases_case SET contact_asked = '<b>x'")
    assert "permission denied" in answer(house, "UPDATE cases_wish SET adopted = true")
    house.sql(PORTAL, CASES, CALLED.format("contact_asked"), undone=False)
    assert lists(house) == dict.fromkeys(LISTS, "check")
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    assert lists(house) == dict.fromkeys(LISTS, "check")
    verify = house.start(DESK, "-m", "madoguchi", "verify")
    said, _ = verify.communicate(timeout=60)
    assert (verify.returncode, " contact：" in said) == (1, True), said


def test_control_with_the_rights_of_before_every_list_says_phone(house: Users) -> None:
    """Before, the portal wrote the column of which the lists spoke, and nobody compared it."""
    right = 'GRANT UPDATE (contact_rule) ON cases_case TO "madoguchi-portal"'
    house.server.psql(f"\\connect {CASES}\n{right}")
    try:
        for column in ("contact_rule", "contact_asked"):
            house.sql(PORTAL, CASES, CALLED.format(column), undone=False)
        assert lists(house) == dict.fromkeys(LISTS, "phone")
    finally:
        roles(house.server)


def test_a_right_that_lacks_is_named_before_the_window_opens(house: Users) -> None:
    take = 'REVOKE {} ON record_entry FROM "madoguchi-{}"'
    for user, window, verb in ((PORTAL, "portal", "INSERT"), (DESK, "desk", "DELETE")):
        house.run(user, "-m", "madoguchi", "preflight", window)
        house.server.psql(f"\\connect {CASES}\n{take.format(verb, window)}")
        try:
            said = failed(house, user, "-m", "madoguchi", "preflight", window)
            assert f"表 record_entry：{verb} の権限がありません" in said
            assert "roles.sql" in said
        finally:
            roles(house.server)


def test_an_older_roles_file_is_named(house: Users) -> None:
    house.server.psql(f"\\connect {CASES}\nCOMMENT ON SCHEMA public IS 'before'")
    try:
        said = failed(house, PORTAL, "-m", "madoguchi", "doctor", "portal")
        assert "この版の roles.sql ではありません" in said
    finally:
        roles(house.server)
    said, _ = house.start(PORTAL, "-m", "madoguchi", "doctor", "portal").communicate(timeout=60)
    assert "roles.sql" not in said


@pytest.mark.parametrize("place", PLACES)
def test_no_line_says_of_a_value_what_it_is_not(house: Users, place: str) -> None:
    """Else what a person sent would be taken for damaged by everybody, for good."""
    lie = "; ".join(
        (SAID.format(WRONG.format(PLACES[place])), HEAD, "SET CONSTRAINTS ALL IMMEDIATE")
    )
    assert "audit_line.(with a hash that is not of what the case holds)" in answer(house, lie)
    house.server.psql(f"\\connect {CASES}\nALTER TABLE audit_line DISABLE TRIGGER USER")
    try:
        assert answer(house, lie) == "done"  # control
    finally:
        house.server.psql(f"\\connect {CASES}\nALTER TABLE audit_line ENABLE TRIGGER USER")


def test_control_a_line_without_that_guard_damages_what_a_person_sent(house: Users) -> None:
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    seals = WRONG.format(PLACES["what a person sent"])
    verify = ("-m", "madoguchi", "verify", "--quick")
    house.server.psql(f"\\connect {CASES}\nDROP TRIGGER portal_keeps_1 ON audit_line")
    try:
        house.run(PORTAL, "-c", COMMIT, where, SAID.format(seals), HEAD)
        assert "changed" in failed(house, DESK, *verify)
    finally:
        roles(house.server)


JOBS = """INSERT INTO later_job
    (id, name, subject_id, run_at, tries, fence, failed, by_portal)
    SELECT gen_random_uuid(), 'cases.adopt', cases_case.id, now() - INTERVAL '50 minutes', 0, 0,
    '', true FROM cases_case, generate_series(1, {})"""
NEXT_JOB = """
from madoguchi.ops.start import django
django("worker")
import sys
from uuid import UUID
from madoguchi.tools.later import queue
from madoguchi.web.kit.arrival import now
if sys.argv[1:]:
    queue.enqueue("intake.enquiry.settle", UUID(sys.argv[1]), at=now())
print(queue.claim(now()).subject_id)
"""


def test_the_desks_jobs_do_not_wait_behind_the_portals(house: Users) -> None:
    beyond = f"{JOBS.format(MOST_JOBS + 1)}; SET CONSTRAINTS ALL IMMEDIATE"
    assert "later_job.(beyond those that may wait)" in answer(house, beyond)
    house.sql(PORTAL, CASES, JOBS.format(MOST_JOBS - 1000), undone=False)
    asked = str(uuid4())
    try:
        assert house.run(DESK, "-c", NEXT_JOB, asked).split()[-1] == asked
        assert "1,000件以上たまっています" in failed(house, DESK, "-m", "madoguchi", "doctor")
        house.server.psql(
            f"\\connect {CASES}\nUPDATE later_job SET by_portal = true, lease_until = NULL"
        )
        assert house.run(DESK, "-c", NEXT_JOB).split()[-1] != asked  # control
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM later_job")


CASE = str(uuid4())
LETTER_OF_NOBODY = (
    f"""INSERT INTO vault_drawerkey (id, office_id, case_id, drawer, by, generation, blob)
    SELECT gen_random_uuid(), id, '{CASE}', 'shared', 'letter', 1, 'x' FROM office_office""",
    f"""INSERT INTO vault_receipt
    (id, office_id, case_id, number, salt, memory_kib, passes, verifier, commitment)
    SELECT gen_random_uuid(), id, '{CASE}', '1234567890123', decode(repeat('00', 16), 'hex'), 1, 1,
    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM office_office""",
    f"""INSERT INTO cases_case (id, office_id, short_name, state, channel, level, urgent,
    contact_asked, contact_rule, opened_at, touched_at, next_on, closing, revision)
    SELECT '{CASE}', id, '90123', 'received', 'web', 'normal', true, 'phone', 'wait', now(), now(),
    current_date, '', 0 FROM office_office""",
    f"""INSERT INTO later_job
    (id, name, subject_id, run_at, tries, fence, failed, by_portal)
    SELECT gen_random_uuid(), 'cases.adopt', '{CASE}', now(), 0, 0, '', true""",
)


def test_a_letter_that_does_not_open_is_tried_once(house: Users) -> None:
    """Its job failed for ever, every half hour; the page of the case and `verify` say so."""
    house.run(PORTAL, "-c", COMMIT, house.told(PORTAL)["MADOGUCHI_DATABASE"], *LETTER_OF_NOBODY)
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    undone = "SELECT 'undone: ' || count(*) FROM later_job WHERE done_at IS NULL"
    assert "undone: 0" in house.server.psql(f"\\connect {CASES}\n{undone}")
    said = failed(house, DESK, "-m", "madoguchi", "verify")
    assert f"　　　　相談 {CASE}\n" in said


@pytest.mark.parametrize(
    ("statement", "function"),
    [
        ("SELECT lo_from_bytea(0, 'x')", "lo_from_bytea(oid, bytea)"),
        ("SELECT lo_create(0)", "lo_create(oid)"),
        ("SELECT lo_creat(-1)", "lo_creat(integer)"),
        (
            "SELECT pg_logical_emit_message(false, 'x', 'y')",
            "pg_logical_emit_message(boolean, text, text, boolean)",
        ),
    ],
)
def test_what_no_table_counts_is_not_written(house: Users, statement: str, function: str) -> None:
    """Large objects, and the log of changes: a disk is filled by either."""
    assert "permission denied for function" in answer(house, statement)
    house.server.psql(f"\\connect {CASES}\nGRANT EXECUTE ON FUNCTION {function} TO PUBLIC")
    try:
        assert answer(house, statement) == "done"  # control
        assert function.partition("(")[0] in differences(house)
    finally:
        roles(house.server)


CHANGED = {  # who did it, what, what the doctor says
    "a setting of its own": (
        'ALTER ROLE "madoguchi-portal" SET default_transaction_read_only = on',
        "役割に付けられた設定があります（default_transaction_read_only=on）",
    ),
    "one in this database alone": (
        f'ALTER ROLE "madoguchi-portal" IN DATABASE {CASES} SET search_path = pg_catalog',
        f"（{CASES}: search_path=pg_catalog）",
    ),
}
UNBOUND = """CREATE OR REPLACE FUNCTION portal_inserts_cases_wish() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""
LAID_OVER = {
    "more connections": (
        'ALTER ROLE "madoguchi-portal" CONNECTION LIMIT 500',
        "同時につなげる数が 500",
    ),
    "no bound of a trigger": (
        "DROP TRIGGER portal_inserts ON cases_wish",
        "表があります（cases_wish）",
    ),
    "a trigger that sleeps": (
        "ALTER TABLE cases_wish DISABLE TRIGGER portal_inserts",
        "表があります（cases_wish）",
    ),
    "a bound of before": (
        UNBOUND,
        "表があります（cases_wish）",
    ),
    "a right of before": (
        'GRANT UPDATE ON record_entry TO "madoguchi-portal"',
        "表があります（record_entry）",
    ),
    "a right for everybody": (
        "GRANT SELECT ON vault_officekey TO PUBLIC",
        "表があります（vault_officekey）",
    ),
    "another role's rights": (
        'GRANT pg_read_all_data TO "madoguchi-portal"',
        "持っていないはずの権限",
    ),
}
DIFFERENCES = """
from madoguchi.ops.start import django
django("worker")
from django.db import connection
from madoguchi.ops.roles.compared import differences
with connection.cursor() as cursor:
    print(*differences(cursor), sep="\\n")
"""


def differences(house: Users) -> str:
    """What the doctor says of the role, at the desk."""
    return house.run(DESK, "-c", DIFFERENCES).strip()


@pytest.mark.parametrize("change", CHANGED)
def test_what_the_role_sets_for_itself_is_named(house: Users, change: str) -> None:
    statement, said = CHANGED[change]
    assert differences(house) == ""  # control
    answers = house.sql(PORTAL, CASES, statement, undone=False)
    try:
        assert answers[statement] == "done"  # every role may
        assert said in differences(house)
        assert said in failed(house, DESK, "-m", "madoguchi", "doctor")
    finally:
        roles(house.server)
    assert differences(house) == ""


@pytest.mark.parametrize("change", LAID_OVER)
def test_what_was_laid_over_the_file_is_named(house: Users, change: str) -> None:
    """As by an older file, whose mark may be none: what is there is compared, not the mark."""
    statement, said = LAID_OVER[change]
    house.server.psql(f"\\connect {CASES}\n{statement}")
    try:
        assert said in differences(house)
    finally:
        roles(house.server)
    assert differences(house) == ""
