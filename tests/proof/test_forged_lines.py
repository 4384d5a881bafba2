"""A line in a colleague's name, written as the portal's user and role: the MAC alone finds it.

Three system users, PostgreSQL, the shipped roles file; its triggers are taken away here, as they
refuse such a line at once (`test_portal_role.py`). Each test begins where the one before ended.
"""

import subprocess
from collections.abc import Iterator

import pytest

from tests.proof.users import DESK, PORTAL, Users, at_work, founded

CASES = "madoguchi_cases"
GUARDS = ("audit_line", "audit_head", "cases_case")
FORGE = """
import sys, uuid
from madoguchi.ops import start
start.django("portal")
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.transaction import transaction
from madoguchi.work.cases.models import Case
office, case = Office.objects.get(), Case.objects.values_list("id", flat=True).first()
role, verb = sys.argv[1:]
with transaction():
    staff_id = None if role == "consultee" else uuid.uuid4()
    who = Actor(office.pk, role, staff_id)
    line = chain.append(who, verb, case, outcome="done", now=start.now())
print(line.seq)
"""
OPEN = """
from madoguchi.ops import start
start.django("desk")
from uuid import uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
case = Case.objects.order_by("opened_at").first()
opened = queries.open_case(Actor(case.office_id, "supervisor", uuid4()), case.pk, now=start.now())
print(*opened.differs)
"""
SIGN = """
from madoguchi.ops import start
start.django("worker")
from madoguchi.ops import checkpoints
checkpoints.write(start.now())
print(len(list(checkpoints.folder().glob("*.txt"))))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        at_work(house)
        yield house


def verified(house: Users) -> tuple[int | None, str]:
    """Exit code and words of `madoguchi verify`, as the desk's user."""
    program = house.start(DESK, "-m", "madoguchi", "verify")
    said, _ = program.communicate(timeout=60)
    return program.returncode, said


def forge(house: Users, *words: str) -> subprocess.CompletedProcess[str]:
    program = house.start(PORTAL, "-c", FORGE, *words)
    said, _ = program.communicate(timeout=60)
    return subprocess.CompletedProcess(words, program.returncode, said)


@pytest.fixture
def unguarded(house: Users) -> Iterator[Users]:
    """The house with no trigger of the roles file."""
    switch(house, "DISABLE")
    yield house
    switch(house, "ENABLE")


def switch(house: Users, how: str) -> None:
    tables = "\n".join(f"ALTER TABLE {table} {how} TRIGGER USER;" for table in GUARDS)
    house.server.psql(f"\\connect {CASES}\n{tables}")


def test_control_the_house_holds_and_is_signed(house: Users) -> None:
    code, said = verified(house)
    assert (code, "すべて合っています" in said) == (0, True), said
    assert house.run(DESK, "-c", SIGN) == "1\n"


def test_the_role_itself_refuses_the_line(house: Users) -> None:
    refused = forge(house, "supervisor", "case.read")
    assert refused.returncode
    assert "not for the portal to write: audit_line" in refused.stdout


def test_a_persons_line_stands(house: Users) -> None:
    assert forge(house, "consultee", "message.read").returncode == 0
    assert verified(house)[0] == 0


def test_a_case_closed_by_hand_is_said(unguarded: Users) -> None:
    closed = "UPDATE cases_case SET state = 'closed', closed_at = now()"
    assert unguarded.run(DESK, "-c", OPEN) == "\n"  # control
    before = "CREATE TABLE before AS SELECT id, state FROM cases_case"
    unguarded.server.psql(f"\\connect {CASES}\n{before}")
    said = unguarded.sql(PORTAL, CASES, closed, undone=False)
    assert said[closed] == "done"
    code, told = verified(unguarded)
    assert (code, "shibukawa case：" in told, " state\n" in told) == (1, True, True), told
    assert unguarded.run(DESK, "-c", OPEN) == "state\n"
    unguarded.server.psql(
        f"\\connect {CASES}\nUPDATE cases_case SET state = before.state, closed_at = NULL"
        " FROM before WHERE before.id = cases_case.id;\nDROP TABLE before"
    )
    assert verified(unguarded)[0] == 0


def test_an_emptied_mac_is_named(house: Users) -> None:
    line = "seq = (SELECT min(seq) FROM audit_line WHERE mac IS NOT NULL)"
    keep = f"CREATE TABLE kept AS SELECT id, mac FROM audit_line WHERE {line}"
    house.server.psql(f"\\connect {CASES}\n{keep};\nUPDATE audit_line SET mac = NULL WHERE {line}")
    code, said = verified(house)
    assert (code, "shibukawa forged：" in said) == (1, True), said
    back = "UPDATE audit_line SET mac = kept.mac FROM kept WHERE kept.id = audit_line.id"
    house.server.psql(f"\\connect {CASES}\n{back};\nDROP TABLE kept")
    assert verified(house)[0] == 0


@pytest.mark.parametrize(
    "line", [("supervisor", "case.read"), ("worker", "case.forget"), ("consultee", "case.deny")]
)
def test_a_forged_line_is_named_and_no_checkpoint_vouches_for_it(
    unguarded: Users, line: tuple[str, str]
) -> None:
    """The last tests: a line that was added stays."""
    forged = forge(unguarded, *line)
    assert forged.returncode == 0, forged.stdout
    code, said = verified(unguarded)
    assert (code, f"　　　　{forged.stdout}" in said) == (1, True), said
    assert unguarded.run(DESK, "-c", SIGN) == "1\n"
    doctor = unguarded.start(DESK, "-m", "madoguchi", "doctor", "desk")
    assert "この窓口が書いていない行があります" in doctor.communicate(timeout=120)[0]
    unguarded.run(DESK, "-c", OPEN)  # its drawers open as before: no forgetting is believed
