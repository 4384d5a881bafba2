"""Portal and desk under two users, as docs/running.md has them; needs root (red team, test 2)."""

import stat
import subprocess
from collections.abc import Iterator

import pytest

from tests.proof.house import kill
from tests.proof.users import DESK, OWNER, PORTAL, Users, founded, roles

TRY = """
import os, sys
from pathlib import Path
for path in map(Path, sys.argv[1:]):
    try:
        os.listdir(path) if path.is_dir() else path.open("rb").read(1)
        print("read")
    except OSError as error:
        print(type(error).__name__)
"""
SLEEP = "import sys, time; sys.stdout.write('up\\n'); sys.stdout.flush(); time.sleep(120)"
DENIED = "permission denied"


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        yield house


@pytest.fixture(scope="module")
def desk(house: Users) -> Iterator[subprocess.Popen[str]]:
    """A program of the desk with all that its environment tells it."""
    program = house.start(DESK, "-c", SLEEP)
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    yield program
    kill(program)


def secrets(house: Users, desk: subprocess.Popen[str]) -> list[str]:
    proc = f"/proc/{desk.pid}"
    own = (house.key, house.folder / f"{DESK}.secret", house.key.parent)
    return [f"{proc}/environ", f"{proc}/fd", f"{proc}/cwd", f"{proc}/maps", *map(str, own)]


def test_the_portal_does_its_errands_and_the_desk_takes_over(house: Users) -> None:
    house.run(PORTAL, "-m", "madoguchi", "preflight", "portal")
    pair = house.run(PORTAL, "-m", "tests.proof.errands").split()
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    house.run(DESK, "-m", "tests.proof.agreeing", "refer")
    house.run(PORTAL, "-m", "tests.proof.agreeing", *pair)
    assert "すべて合っています" in house.run(DESK, "-m", "madoguchi", "verify")


def test_the_portal_does_what_a_person_does_with_their_grant(house: Users) -> None:
    pair = house.run(PORTAL, "-m", "tests.proof.errands").split()
    desk, person = (("-m", "tests.proof.granting", who, *pair) for who in ("desk", "person"))
    house.run(DESK, *desk, "=returned")
    house.run(PORTAL, *person, "a/")
    house.run(DESK, *desk, "draft", "decide")
    house.run(PORTAL, *person, "c/", "r/")
    house.run(DESK, *desk, "fix")
    house.run(PORTAL, *person, "q/", "q/check/")
    house.run(DESK, *desk, "pay")
    house.run(DESK, *desk, "=sent")
    house.run(PORTAL, *person, "x/")
    assert "すべて合っています" in house.run(DESK, "-m", "madoguchi", "verify")


def test_the_doctor_finds_nothing_to_do_for_the_portal(house: Users) -> None:
    told = house.run(PORTAL, "-m", "madoguchi", "doctor", "portal")
    assert told.endswith("要対応 0 件\n")


@pytest.mark.parametrize("mode", [0o717, 0o770])  # everybody's, and that of before
def test_control_the_doctor_sees_an_open_store(house: Users, mode: int) -> None:
    (house.home / "files").chmod(mode)
    program = house.start(PORTAL, "-m", "madoguchi", "doctor", "portal")
    told, _ = program.communicate(timeout=60)
    (house.home / "files").chmod(0o710)
    assert program.returncode == 1
    assert f"要対応　{house.home / 'files'}" in told


def test_what_the_portal_brought_is_the_desks_alone(house: Users) -> None:
    """After the worker: nothing waits, and the portal's user may ask for a size and no more."""
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    files = [path for path in (house.home / "files").glob("*/*") if path.is_file()]
    assert files
    assert not list((house.home / "inbox" / "portal").iterdir())
    for path in files:
        assert path.stat().st_uid == DESK
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    look = f"import os; print(os.stat({str(files[0])!r}).st_size)"
    assert house.run(PORTAL, "-c", look) == f"{files[0].stat().st_size}\n"
    tried = house.run(
        PORTAL, "-c", TRY, str(files[0]), str(files[0].parent), str(house.home / "files")
    )
    assert tried.split() == ["PermissionError"] * 3


def test_the_portals_user_reads_nothing_of_the_desk(
    house: Users, desk: subprocess.Popen[str]
) -> None:
    tried = secrets(house, desk)
    said = house.run(PORTAL, "-c", TRY, *tried, f"/proc/{desk.pid}/mem").split()
    assert said == ["PermissionError"] * (len(tried) + 1)


def test_control_the_desks_user_reads_it(house: Users, desk: subprocess.Popen[str]) -> None:
    tried = secrets(house, desk)
    assert house.run(DESK, "-c", TRY, *tried).split() == ["read"] * len(tried)


FORBIDDEN = (
    "UPDATE audit_line SET verb = 'x'",
    "DELETE FROM audit_line",
    "TRUNCATE audit_line",
    "SELECT * FROM vault_officekey",
    "UPDATE office_office SET slug = 'x'",
    "DELETE FROM cases_case",
    "UPDATE vault_drawerkey SET blob = ''",
    "UPDATE record_entry SET words = ''",
    "CREATE TABLE mine (x int)",
    "SELECT * FROM cases_access",
    "SELECT * FROM referrals_referral",
    "SELECT staff_id FROM referrals_referral",
    "UPDATE referrals_referral SET details = ''",
    "SELECT * FROM enquiry_enquiry",
    "DELETE FROM enquiry_enquiry",
    "SELECT 1 FROM cases_case WHERE assignee_id IS NOT NULL",
    "SELECT short_name FROM cases_case",
    "SELECT level FROM cases_case",
    "SELECT opened_at FROM cases_case",
    "UPDATE cases_case SET assignee_id = NULL",
    "UPDATE cases_case SET level = 'normal'",
    "UPDATE cases_case SET office_id = id",
    "SELECT staff_id FROM interviews_interview",
    "SELECT wanted FROM interviews_interview",
    "DELETE FROM interviews_interview",
    "UPDATE interviews_interview SET case_id = id",
    "SELECT staff_id FROM clinic_booking",
    "SELECT wanted FROM clinic_booking",
    "DELETE FROM clinic_booking",
    "UPDATE clinic_booking SET staff_id = id",
    "DELETE FROM clinic_waiting",
    "SELECT * FROM clinic_lawyer",
    "SELECT * FROM clinic_sitting",
    "SELECT * FROM clinic_brief",
    "SELECT * FROM clinic_pack",
    "SELECT why FROM cases_due",
    "UPDATE cases_due SET done_at = now()",
    "SELECT * FROM later_job",
    "SELECT * FROM subsidy_mark",
    "DELETE FROM subsidy_mark",
    "UPDATE mail_outgoing SET withheld = ''",
)


def test_the_portals_role_is_refused(house: Users) -> None:
    for statement, answer in house.sql(PORTAL, "madoguchi_cases", *FORBIDDEN).items():
        assert DENIED in answer, statement


CANARY = "相談者の氏名"
FAILING = (f"SELECT '{CANARY}' || 1 / 0", f"INSERT INTO later_job (name) VALUES ('{CANARY}')")
GOING = f"SELECT '{CANARY}'"


def logged(house: Users) -> bool:
    """Whether what a statement holds that goes, or that fails, comes into PostgreSQL's log."""
    begun = house.server.log.stat().st_size
    answers = house.sql(OWNER, "madoguchi_cases", *FAILING, GOING)
    assert [statement for statement, told in answers.items() if told == "done"] == [GOING]
    said = house.server.log.read_bytes()[begun:].decode()
    assert said.count("ERROR:") >= len(FAILING)
    return CANARY in said


def test_no_value_lands_in_the_log_of_postgresql(house: Users) -> None:
    assert not logged(house)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("log_statement", "all"),
        ("log_min_error_statement", "error"),
        ("log_min_duration_statement", "0"),
        ("log_error_verbosity", "default"),
    ],
)
def test_control_a_server_that_logs_more_keeps_values_and_the_doctor_sees_it(
    house: Users, setting: str, value: str
) -> None:
    house.server.psql(f"ALTER DATABASE madoguchi_cases SET {setting} = '{value}'")
    try:
        assert logged(house)
        program = house.start(PORTAL, "-m", "madoguchi", "doctor", "portal")
        told, _ = program.communicate(timeout=60)
        assert program.returncode == 1
        assert f"要対応　PostgreSQL の {setting}（madoguchi_cases）" in told
    finally:
        roles(house.server)


def test_what_an_older_file_granted_is_taken_back(house: Users) -> None:
    old, look = "GRANT SELECT ON cases_access TO", "SELECT * FROM cases_access"
    house.sql(OWNER, "madoguchi_cases", f'{old} "madoguchi-portal"', undone=False)
    assert house.sql(PORTAL, "madoguchi_cases", look)[look] == "done"
    roles(house.server)
    assert DENIED in house.sql(PORTAL, "madoguchi_cases", look)[look]


def test_a_grant_that_fails_takes_nothing_away(house: Users) -> None:
    """As a newer file does, run before the tables of its day are made."""
    look = "SELECT * FROM vault_visit"
    house.sql(OWNER, "madoguchi_cases", "ALTER TABLE vault_heldfile RENAME TO x", undone=False)
    try:
        roles(house.server)
        assert house.sql(PORTAL, "madoguchi_cases", look)[look] == "done"
    finally:
        again = "ALTER TABLE x RENAME TO vault_heldfile"
        house.sql(OWNER, "madoguchi_cases", again, undone=False)
    roles(house.server)


def test_the_portals_role_does_not_enter_the_staff_database(house: Users) -> None:
    assert DENIED in house.sql(PORTAL, "madoguchi_staff", "SELECT 1")["SELECT 1"]


def test_the_desks_role_changes_no_line_either(house: Users) -> None:
    for statement, answer in house.sql(DESK, "madoguchi_cases", *FORBIDDEN[:3]).items():
        assert DENIED in answer, statement


def test_control_the_owner_may(house: Users) -> None:
    assert set(house.sql(OWNER, "madoguchi_cases", *FORBIDDEN).values()) == {"done"}


def test_the_desk_vacuums_what_was_forgotten(house: Users) -> None:
    vacuum = "VACUUM (FULL) subsidy_mark, vault_drawerkey, vault_receipt"
    assert house.sql(DESK, "madoguchi_cases", vacuum, undone=False)[vacuum] == "done"
