"""The portal's database role in hostile hands: what it may not write into the case database.

Tried with the shipped roles file on PostgreSQL; each attack succeeds where its guard is taken away.
"""

from collections.abc import Iterator

import pytest

from tests.proof.users import DESK, PORTAL, Users, at_work, founded, roles

CASES = "madoguchi_cases"
LINE = """INSERT INTO audit_line
    (id, office_id, seq, at, role, staff_id, verb, case_id, outcome, seals, told, before, hash)
    SELECT gen_random_uuid(), office_id, 900000, now(), {}, case_id, 'done', '{{}}', '{{}}', hash,
    hash
    FROM audit_head, (SELECT id AS case_id FROM cases_case LIMIT 1) AS a_case LIMIT 1"""
FRAMED = LINE.format("'supervisor', gen_random_uuid(), 'case.read'")
BORROWED = LINE.format("'consultee', NULL, 'case.forget'")
NAMED = LINE.format("'consultee', gen_random_uuid(), 'case.open'")
OWN = LINE.format("'consultee', NULL, 'case.open'")
ATTACKS = {  # statement → what guards against it
    FRAMED: "DROP POLICY portal_adds ON audit_line",
    BORROWED: "DROP POLICY portal_adds ON audit_line",
    NAMED: "DROP POLICY portal_adds ON audit_line",
    "SELECT staff_id FROM audit_line": 'GRANT SELECT ON audit_line TO "madoguchi-portal"',
    "SELECT verb, at FROM audit_line": 'GRANT SELECT ON audit_line TO "madoguchi-portal"',
}
TURN = "DROP TRIGGER portal_makes_it_the_desks_turn ON cases_case"
CHANGES = [
    "state = 'closed', closed_at = now()",
    "state = 'zzz'",
    "closing = 'done'",
    "next_on = DATE '9999-12-31'",
    "next_on = 'infinity'",
    "next_on = '-infinity'",
    "touched_at = 'infinity'",
    "revision = 0",
]
FILES = {
    "DELETE FROM vault_heldfile": "0",
    "UPDATE vault_heldfile SET case_id = NULL": "0",
    "UPDATE vault_heldfile SET stored_bytes = 1": "0",
}
COUNT = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as line, line.transaction(force_rollback=True):
    print(line.execute(sys.argv[2]).rowcount)
"""
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
def house() -> Iterator[Users]:
    with founded() as house:
        at_work(house)
        yield house


def answer(house: Users, statement: str) -> str:
    return house.sql(PORTAL, CASES, statement)[statement]


def unguarded(house: Users, guard: str, statement: str) -> str:
    """What comes of it where the guard is taken away, which is put back."""
    house.server.psql(
        f"\\connect {CASES}\nALTER TABLE audit_line DISABLE ROW LEVEL SECURITY;\n{guard}"
    )
    try:
        return answer(house, statement)
    finally:
        roles(house.server)


@pytest.mark.parametrize("statement", ATTACKS)
def test_no_colleague_is_framed_and_none_is_watched(house: Users, statement: str) -> None:
    said = answer(house, statement)
    assert "row-level security" in said or "permission denied" in said
    assert unguarded(house, ATTACKS[statement], statement) == "done"


def test_it_still_writes_down_what_a_person_does(house: Users) -> None:
    assert answer(house, OWN) == "done"


@pytest.mark.parametrize("change", CHANGES)
def test_no_case_is_closed_put_off_or_spoilt(house: Users, change: str) -> None:
    statement = f"UPDATE cases_case SET {change}"
    assert "only make it the desk's turn" in answer(house, statement)
    assert unguarded(house, TURN, statement) == "done"


def test_a_person_still_makes_it_the_desks_turn(house: Users) -> None:
    turn = (
        "UPDATE cases_case SET closed_at = NULL, closing = '', touched_at = now(),"
        " next_on = LEAST(next_on, current_date), revision = revision + 1"
    )
    assert answer(house, turn) == "done"


def rows(house: Users, statement: str) -> int:
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    return int(house.run(PORTAL, "-c", COUNT, where, statement))


@pytest.mark.parametrize("statement", FILES)
def test_a_file_that_was_handed_over_is_beyond_its_reach(house: Users, statement: str) -> None:
    assert rows(house, "SELECT 1 FROM vault_heldfile WHERE case_id IS NOT NULL") > 0
    assert rows(house, statement) == 0
    house.server.psql(f"\\connect {CASES}\nALTER TABLE vault_heldfile DISABLE ROW LEVEL SECURITY")
    try:
        assert rows(house, statement) > 0  # control
    finally:
        roles(house.server)


def test_a_file_is_not_slipped_into_a_case(house: Users) -> None:
    slip = (
        "INSERT INTO vault_heldfile"
        " (id, office_id, lookup, case_id, stored_bytes, shared, about, at)"
        " SELECT gen_random_uuid(), id, '', gen_random_uuid(), 64, true, '', now()"
        " FROM office_office LIMIT 1"
    )
    assert "row-level security" in answer(house, slip)


ENTRY = """INSERT INTO record_entry
    (id, office_id, case_id, number, kind, drawer, staff_id, at, words)
    SELECT gen_random_uuid(), office_id, id, 900, {}, now(), '' FROM cases_case LIMIT 1"""
WISH = """INSERT INTO cases_wish (id, office_id, case_id, number, by, at, wishes)
    SELECT gen_random_uuid(), office_id, id, 900, '{}', now(), '' FROM cases_case LIMIT 1"""
NAMES = {
    ENTRY.format("'sent', 'shared', gen_random_uuid()"): "record_entry",
    ENTRY.format("'sent', 'shared', NULL"): "record_entry",
    ENTRY.format("'received', 'shared', gen_random_uuid()"): "record_entry",
    ENTRY.format("'note', 'staff', NULL"): "record_entry",
    WISH.format("desk"): "cases_wish",
}


@pytest.mark.parametrize("statement", NAMES)
def test_nothing_is_written_in_a_colleagues_name(house: Users, statement: str) -> None:
    assert "row-level security" in answer(house, statement)
    open_ = f"ALTER TABLE {NAMES[statement]} DISABLE ROW LEVEL SECURITY"
    house.server.psql(f"\\connect {CASES}\n{open_}")
    try:
        assert answer(house, statement) == "done"  # control
    finally:
        roles(house.server)


HEAD = "UPDATE audit_head SET seq = 9223372036854775807"


def test_the_head_of_the_audit_moves_by_a_line(house: Users) -> None:
    assert "only add the next line" in answer(house, HEAD)
    house.server.psql(f"\\connect {CASES}\nDROP TRIGGER portal_moves_the_head_by_one ON audit_head")
    try:
        assert answer(house, HEAD) == "done"  # control
    finally:
        roles(house.server)


MAIL = """INSERT INTO mail_outgoing (id, office_id, case_id, template, at, withheld)
    SELECT gen_random_uuid(), office_id, id, '{}', now(), '' FROM cases_case LIMIT 1"""


def test_only_the_desk_says_that_there_is_an_answer(house: Users) -> None:
    assert answer(house, MAIL.format("received")) == "done"
    assert "row-level security" in answer(house, MAIL.format("answered"))
    open_ = "ALTER TABLE mail_outgoing DISABLE ROW LEVEL SECURITY"
    house.server.psql(f"\\connect {CASES}\n{open_}")
    try:
        assert answer(house, MAIL.format("answered")) == "done"  # control
    finally:
        roles(house.server)


def test_it_cannot_take_all_connections(house: Users) -> None:
    where = house.told(PORTAL)["MADOGUCHI_DATABASE"]
    assert house.run(PORTAL, "-c", HOLD, where) == "refused 68 True\n"


def test_the_desk_sees_every_row_whatever_a_policy_says(house: Users) -> None:
    """A policy that was forgotten must never empty a backup."""
    where = house.told(DESK)["MADOGUCHI_DATABASE"]
    house.server.psql(f"\\connect {CASES}\nDROP POLICY portal_reads ON audit_line")
    try:
        counted = house.run(DESK, "-c", COUNT, where, "SELECT 1 FROM audit_line")
        assert int(counted) > 0
    finally:
        roles(house.server)
