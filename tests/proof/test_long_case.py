"""What the portal's role can make the desk open (C1, M1): bounded by the database, read by pages.

Without these bounds one story of 60 MB took the desk 44 s and 1.7 GB, and a sleeping desk is where
an impostor stands. Rows are laid down as a superuser would, past the triggers that bound the
portal's role, sealed with the key of the portal's own case.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import batched, count
from uuid import UUID, uuid4

import psycopg
import pytest

from madoguchi.rules.sealed import LONGEST, ROWS_A_PAGE
from madoguchi.tools.vault import cipher
from tests.postgresql import address
from tests.proof.users import DESK, PORTAL, Users, founded

CASES = "madoguchi_cases"
pytestmark = pytest.mark.clock
AT_MOST_S, AT_MOST_MIB = 2.0, 150.0
ENTRY = """INSERT INTO record_entry (id, office_id, case_id, number, kind, drawer, at, words)
    VALUES (%s, %s, %s, %s, 'received', 'shared', %s, %s)"""
LINE = """INSERT INTO audit_line
    (id, office_id, seq, at, role, verb, case_id, outcome, seals, told, before, hash)
    VALUES (%s, %s, %s, %s, 'consultee', 'message.add', %s, 'done', %s, '{}', '', '')"""
SIXTY = 60 * 1000 * 1000


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        for user, window in ((PORTAL, "portal"), (DESK, "desk")):
            house.run(user, "-m", "madoguchi", "preflight", window)
        yield house


@pytest.fixture
def case(house: Users) -> "Case":
    """A new case of the neighbour's own."""
    told = json.loads(house.run(PORTAL, "-m", "tests.proof.long_case", "ask").splitlines()[-1])
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    return Case(house, UUID(told["office"]), UUID(told["case"]), bytes.fromhex(told["key"]))


NUMBERS = count(100)  # of entries and lines, of all cases of the house


class Case:
    """A case whose drawer's key the neighbour has."""

    def __init__(self, house: Users, office_id: UUID, case_id: UUID, key: bytes) -> None:
        self.house, self.office_id, self.case_id, self._key = house, office_id, case_id, key

    @contextmanager
    def line(self) -> Iterator[psycopg.Connection]:
        """A superuser's connection on which no trigger of ours stands; constraints do."""
        with psycopg.connect(address(self.house.server, CASES)) as line:
            line.execute("SET session_replication_role = replica")
            yield line

    def lay(self, plains: list[bytes], a_line: int = 500) -> None:
        """Entries with these bytes under their seal, and lines that say so of `a_line` each."""
        at = datetime.now().astimezone()
        rows, hashes = [], {}
        for plain in plains:
            row_id = uuid4()
            place = cipher.Address(self.office_id, "shared/entry", row_id, self.case_id)
            blob = cipher.seal(self._key, place, plain)
            hashes[f"{row_id}/entry"] = hashlib.sha256(blob).hexdigest()[:32]
            number = next(NUMBERS)
            rows.append((row_id, self.office_id, self.case_id, number, at, blob))
        with self.line() as line:
            line.cursor().executemany(ENTRY, rows)
            lines = []
            for some in batched(hashes.items(), a_line):
                seq = next(NUMBERS) + 10**9
                told = (uuid4(), self.office_id, seq, at, self.case_id, json.dumps(dict(some)))
                lines.append(told)
            line.cursor().executemany(LINE, lines)

    def opened(self, *how: str) -> dict[str, float]:
        words = ("-m", "tests.proof.long_case", "open", str(self.case_id), *how)
        program = self.house.start(DESK, *words)
        said, _ = program.communicate(timeout=600)
        assert program.returncode == 0, said
        figures: dict[str, float] = json.loads(said.splitlines()[-1])
        print(figures)
        return figures

    def require_within(self) -> dict[str, float]:
        figures = self.opened()
        assert figures["worked_s"] <= AT_MOST_S, figures
        assert figures["mib"] <= AT_MOST_MIB, figures
        return figures


def text(signs: int, last: str = "") -> bytes:
    return json.dumps({"text": "あ" * signs + last}, ensure_ascii=False).encode()


@contextmanager
def without(house: Users, table: str, constraint: str) -> Iterator[None]:
    """Control: the constraint is dropped, and stands again afterwards for new rows."""
    with psycopg.connect(address(house.server, CASES), autocommit=True) as line:
        asked = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
        (told,) = line.execute(asked, (constraint,)).fetchone()  # type: ignore[misc]
        line.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        try:
            yield
        finally:
            line.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {told} NOT VALID")


def test_the_longest_that_the_database_takes_opens_in_time(case: Case) -> None:
    most = LONGEST["record_entry.words"] - 500
    case.lay([text(most // 3, "\u200b")] * 21)  # what hides is made visible, sign by sign
    figures = case.require_within()
    assert figures["older"] == 1


def test_a_hundred_thousand_rows_of_a_kilobyte(case: Case) -> None:
    case.lay([text(300)] * 100_000)
    figures = case.require_within()
    assert figures["entries"] == ROWS_A_PAGE
    assert figures["older"] == 1


def test_a_hundred_thousand_lines(case: Case) -> None:
    case.lay([text(3)] * 100_000, a_line=1)
    figures = case.require_within()
    assert figures["wall_s"] <= AT_MOST_S
    assert figures["damaged"] == 0


def test_brackets_digits_and_a_list_for_a_string_are_damaged(case: Case) -> None:
    case.lay([b"[" * 480_000, b'{"minutes": ' + b"7" * 5_000 + b"}", b'{"text": ["a"]}'])
    assert case.require_within()["damaged"] == 3


def test_sixty_megabytes_are_refused_by_the_database(case: Case, house: Users) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="record_entry_words_longest"):
        case.lay([text(SIXTY // 3)])
    with without(house, "record_entry", "record_entry_words_longest"):
        case.lay([text(SIXTY // 3)])  # and without its bound, they are not fetched
        assert case.require_within()["damaged"] == 1
        assert case.opened("unasked")["mib"] > AT_MOST_MIB  # control


ODD = {
    "UPDATE cases_case SET state = 'zzz'": "cases_case_codes",
    "UPDATE cases_case SET contact_rule = '<b>x'": "cases_case_codes",
    "UPDATE cases_case SET next_on = 'infinity'": "cases_case_years",
    "UPDATE cases_case SET opened_at = '-infinity'": "cases_case_years",
    "UPDATE cases_due SET \"on\" = 'infinity'": "cases_due_years",
    "UPDATE record_entry SET at = 'infinity'": "record_entry_years",
    "UPDATE record_entry SET kind = 'boom'": "record_entry_codes",
}


@pytest.mark.parametrize("statement", ODD)
def test_no_code_and_no_day_that_a_list_cannot_tell(case: Case, statement: str) -> None:
    with case.line() as line, pytest.raises(psycopg.errors.CheckViolation, match=ODD[statement]):
        line.execute(statement)
