"""Opening at the desk: each wrap at its own place, the right master key or none."""

from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from madoguchi.tools.audit import chain, opening
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import cipher, masterkey, seal, unseal
from madoguchi.tools.vault.models import DrawerKey, OfficeKey
from tests import looking


@dataclass(frozen=True)
class Opened:
    """A case that was opened for the first time, and its shared key."""

    office: OfficeCard
    case_id: UUID
    key: bytes


def posted(office: OfficeCard) -> Opened:
    case_id = uuid4()
    return Opened(office, case_id, seal.new_shared(office, case_id, cipher.new_key()).key)


def adopted(office: OfficeCard, now: datetime) -> Opened:
    case = posted(office)
    worker = Actor(office.id, "worker")
    with transaction(), opening.recorded(worker, "case.adopt", case.case_id, now=now):
        unseal.adopt(office.id, case.case_id)
    return case


def keys(case: Opened) -> tuple[bytes, ...]:
    return tuple(drawer.key for drawer in looking.drawers(case.office.id, case.case_id))


def test_the_first_opening_drops_the_letter_and_makes_a_staff_key(
    office: OfficeCard, now: datetime
) -> None:
    case = adopted(office, now)
    shared, staff = keys(case)
    assert shared == case.key != staff
    wraps = set(DrawerKey.objects.filter(case_id=case.case_id).values_list("drawer", "by"))
    assert wraps == {("shared", "office"), ("staff", "office"), ("shared", "receipt")}
    with looking.inside():
        unseal.adopt(office.id, case.case_id)  # once more changes nothing
    assert keys(case) == (shared, staff)


def test_before_the_first_opening_there_is_nothing_to_open(office: OfficeCard) -> None:
    case = posted(office)
    with pytest.raises(unseal.Forgotten):
        looking.drawers(office.id, case.case_id)


def test_a_letter_is_opened_by_its_own_office_only(
    office: OfficeCard, other_office: OfficeCard
) -> None:
    case = posted(office)
    with pytest.raises(unseal.Forgotten), looking.inside(), chain.seals():
        unseal.adopt(other_office.id, case.case_id)
    DrawerKey.objects.filter(case_id=case.case_id).update(office_id=other_office.id)
    with pytest.raises(cipher.Unreadable), looking.inside(), chain.seals():
        unseal.adopt(other_office.id, case.case_id)


def test_every_wrap_moved_to_another_place_is_refused(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    cases = [adopted(where, now) for where in (office, office, other_office)]
    where = {
        row.pk: next(case for case in cases if case.case_id == row.case_id)
        for row in DrawerKey.objects.filter(by="office")
    }
    blobs = {row.pk: bytes(row.blob) for row in DrawerKey.objects.filter(by="office")}
    assert len(blobs) == 6
    for here, there in permutations(blobs, 2):
        DrawerKey.objects.filter(pk=here).update(blob=blobs[there])
        with pytest.raises(cipher.Unreadable):
            keys(where[here])
        DrawerKey.objects.filter(pk=here).update(blob=blobs[here])
    assert all(len(keys(case)) == 2 for case in cases)  # control


def test_the_keys_of_two_offices_cannot_be_exchanged(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    case = adopted(office, now)
    others = OfficeKey.objects.get(office_id=other_office.id)
    mine = OfficeKey.objects.filter(office_id=office.id)
    for column in ("symmetric", "private"):
        kept = bytes(getattr(mine.get(), column))
        mine.update(**{column: getattr(others, column)})
        with pytest.raises(cipher.Unreadable):
            unseal._office_key(office.id, column)
        mine.update(**{column: kept})
    assert keys(case)[0] == case.key  # control


@pytest.fixture
def key_file(tmp_path: Path, office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The variable names another file, which is not there yet."""
    path = tmp_path / "key"
    monkeypatch.setattr(settings, "MASTER_KEY_FILE", path)
    return path


def test_another_master_key_is_refused_by_its_check_value(
    key_file: Path, office: OfficeCard
) -> None:
    masterkey.make(key_file)
    with pytest.raises(Misconfigured, match="別の鍵です") as refusal:
        unseal.office_drawer_key(office.id, "sign-in")
    key = key_file.read_text()
    assert masterkey.check_value(bytes.fromhex(key)) in str(refusal.value)
    assert key not in str(refusal.value)
    assert key[:8] not in str(refusal.value)


@pytest.mark.parametrize("told", [None, "", "zz", "00" * 31, "00" * 33, "鍵"])
def test_a_file_without_a_key_is_refused_with_its_name_and_the_remedy(
    key_file: Path, told: str | None
) -> None:
    if told is not None:
        key_file.write_text(told, "utf-8")
    with pytest.raises(Misconfigured) as refusal:
        masterkey.current()
    assert str(key_file) in str(refusal.value)
    assert "MADOGUCHI_MASTER_KEY_FILE" in str(refusal.value)
    assert "madoguchi key init" in str(refusal.value)


def test_a_master_key_is_for_its_owner_only_and_never_written_over(key_file: Path) -> None:
    masterkey.make(key_file)
    key = key_file.read_text()
    assert key_file.stat().st_mode & 0o777 == 0o400
    with pytest.raises(Misconfigured):
        masterkey.make(key_file)
    assert key_file.read_text() == key


def test_a_signature_holds_for_its_office_and_its_text(
    office: OfficeCard, other_office: OfficeCard
) -> None:
    signature = unseal.sign(office.id, b"text")
    assert unseal.signed(office.id, b"text", signature)
    assert not unseal.signed(office.id, b"texts", signature)
    assert not unseal.signed(other_office.id, b"text", signature)
    assert not unseal.signed(office.id, b"text", bytes(64))
    assert not unseal.signed(office.id, b"text", b"")


def test_no_key_is_printed(office: OfficeCard, now: datetime) -> None:
    case = adopted(office, now)
    for drawer in looking.drawers(office.id, case.case_id):
        assert repr(drawer.key) not in repr(drawer)
