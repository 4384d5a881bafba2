"""Forgetting: with all old data, the master key and the secret, nothing opens any more."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import cipher, forget, receipt, seal, unseal, visit
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.public import ask
from tests import looking
from tests.lying import on_disk
from tests.tools.vault.uploads import upload
from tests.work.intake.test_ask import request

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # a log to truncate


@dataclass(frozen=True)
class Told:
    """A case that the desk has opened, its receipt, and its wraps as an old copy has them."""

    case_id: UUID
    number: str
    secret: str
    wraps: tuple[bytes, ...]


def tell(office: OfficeCard, now: datetime) -> Told:
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now, [upload("a.jpg", b"x")])
    ask(who, office, request(now), "net", now=now)
    done = visit.recall(who, "done", now)
    assert done is not None
    case_id = Case.objects.order_by("-opened_at").values_list("id", flat=True)[0]
    letter = DrawerKey.objects.get(case_id=case_id, by="letter")
    jobs.adopt(case_id, now=now)
    rows = (letter, *DrawerKey.objects.filter(case_id=case_id))
    visit.leave(who)
    return Told(case_id, done["number"], done["secret"], tuple(bytes(row.blob) for row in rows))


def forgotten(case_id: UUID) -> None:
    with transaction():
        doomed = forget.destroy_keys(case_id)
    assert forget.settle(doomed)


def in_database(what: bytes) -> bool:
    """Whether the database's files, its log included, hold these bytes."""
    file = Path(str(connection.settings_dict["NAME"]))
    return any(what in path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


@pytest.fixture
def told(office: OfficeCard, now: datetime) -> Told:
    return tell(office, now)


def test_nothing_opens_any_more(told: Told, office: OfficeCard) -> None:
    assert receipt.present(office.id, told.number, told.secret, "net") is not None  # control
    assert len(looking.drawers(office.id, told.case_id)) == 2  # control
    forgotten(told.case_id)
    assert receipt.present(office.id, told.number, told.secret, "net") is None
    with pytest.raises(unseal.Forgotten):
        looking.drawers(office.id, told.case_id)
    with pytest.raises(unseal.Forgotten), looking.inside(), transaction():
        unseal.adopt(office.id, told.case_id)
    assert not DrawerKey.objects.filter(case_id=told.case_id).exists()
    assert not Receipt.objects.filter(case_id=told.case_id).exists()
    assert not HeldFile.objects.filter(case_id=told.case_id).exists()
    assert on_disk() == []


def test_another_case_is_not_touched(office: OfficeCard, now: datetime) -> None:
    told, other = tell(office, now), tell(office, now.replace(hour=11))
    forgotten(told.case_id)
    assert receipt.present(office.id, other.number, other.secret, "net") is not None
    assert len(looking.drawers(office.id, other.case_id)) == 2
    assert len(on_disk()) == HeldFile.objects.count() == 1


@pytest.mark.sqlite("reads the files of SQLite")
def test_the_wraps_are_gone_from_the_database_and_its_log(told: Told) -> None:
    kept = told.wraps[1:]  # without the letter, which the first opening dropped
    assert len(kept) == 3
    assert all(in_database(wrap) for wrap in kept)  # control: the search finds them before
    forgotten(told.case_id)
    assert not any(in_database(wrap) for wrap in told.wraps)


@pytest.mark.sqlite("reads the files of SQLite")
def test_control_without_truncating_the_log_remembers(told: Told) -> None:
    with transaction():
        forget.destroy_keys(told.case_id)
    assert any(in_database(wrap) for wrap in told.wraps)


@pytest.mark.sqlite("reads the files of SQLite")
def test_a_log_that_somebody_reads_is_said_to_linger(told: Told) -> None:
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vault_drawerkey").fetchall()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=20")
        with transaction():
            doomed = forget.destroy_keys(told.case_id)
        assert not forget.settle(doomed)
        reader.rollback()
        assert forget.settle([])
    assert not any(in_database(wrap) for wrap in told.wraps)


def test_a_letter_posted_anew_brings_nothing_back(told: Told, office: OfficeCard) -> None:
    """Whoever has the public key posts another drawer for a case that was opened once."""
    forgotten(told.case_id)
    seal.new_shared(office, told.case_id, cipher.new_key())
    with pytest.raises(unseal.Forgotten), looking.inside(), transaction():
        unseal.adopt(office.id, told.case_id)


def in_tables(what: bytes) -> bool:
    """Whether the files of PostgreSQL's tables hold these bytes (its log is another matter)."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        tables = Path(cursor.fetchone()[0]) / "base"
    return any(what in path.read_bytes() for path in tables.glob("*/*") if path.is_file())


@pytest.mark.postgresql("reads the files of PostgreSQL")
def test_the_wraps_are_gone_from_the_tables(told: Told) -> None:
    kept = told.wraps[1:]
    assert all(in_tables(wrap) for wrap in kept)  # control: the search finds them before
    forgotten(told.case_id)
    assert not any(in_tables(wrap) for wrap in kept)


@pytest.mark.postgresql("reads the files of PostgreSQL")
def test_control_dead_rows_remember(told: Told) -> None:
    with transaction():
        forget.destroy_keys(told.case_id)
    assert any(in_tables(wrap) for wrap in told.wraps)
