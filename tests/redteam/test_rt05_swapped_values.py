"""5. Swap all values across rows, cases, offices: every one is refused."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from uuid import UUID

import pytest

from madoguchi.ops.soundness import SEALED
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import queries
from madoguchi.work.interviews import actions as interviews
from tests.redteam.house import asked_with_file, read_and_answered
from tests.work.interviews.coming import FRIDAY, WANTED, desk

type Value = tuple[Drawer, str, UUID, bytes]

STAFF_LABELS = ("due", "referral")


@pytest.fixture
def values(office: OfficeCard, other_office: OfficeCard, now: datetime) -> list[Value]:
    """Every sealed value of three cases in two offices, with the drawer that opens it."""
    found: list[Value] = []
    for place in (office, office, other_office):
        asked = asked_with_file(place, now)
        actor = read_and_answered(place, asked, now)
        case = queries.find(actor, asked.case_id)
        interviews.book(actor, case, desk(), (), FRIDAY, WANTED, now=now)
        opened = queries.open_case(actor, asked.case_id, now=now)
        for table, label, column in SEALED:
            for row in table.of(place.id).filter(case_id=asked.case_id):
                blob = bytes(getattr(row, column))
                drawer = opened.staff if label in STAFF_LABELS else opened.shared
                if getattr(row, "drawer", "shared") == "staff":
                    drawer = opened.staff
                if blob:
                    found.append((drawer, label, row.pk, blob))
    return found


def opens(drawer: Drawer, label: str, row_id: UUID, blob: bytes) -> bool:
    try:
        drawer.open(label, row_id, blob)
    except (Tampered, cipher.Unreadable):
        return False
    return True


def test_every_swapped_value_is_refused(values: list[Value]) -> None:
    assert len(values) >= 27
    assert "interview" in {label for _, label, _, _ in values}
    assert all(opens(*value) for value in values)  # the control: unswapped, all open
    swaps = [(here, there) for here, there in permutations(values, 2)]
    assert not [1 for here, there in swaps if opens(*here[:3], there[3])]


def test_even_when_the_line_is_forged_to_agree(values: list[Value]) -> None:
    """Whoever also rewrites the audit fails at the cipher: address and key do not fit."""
    for (drawer, label, row_id, _), (*_, blob) in permutations(values, 2):
        known = chain.Hashes.of({f"{row_id}/{label}": chain.seal_hash(blob)})
        assert not opens(replace(drawer, known=known), label, row_id, blob)
