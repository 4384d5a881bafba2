"""A paper is kept as it left the desk, and opened again byte for byte, each time with a line."""

import hashlib
from datetime import datetime

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, store, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.models import HeldFile
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs, queries
from madoguchi.work.issued.actions import copy
from madoguchi.work.issued.models import Issued
from madoguchi.work.issued.queries import issued
from madoguchi.work.record import queries as record
from tests import looking, lying
from tests.offices import actor_of, make_staff
from tests.work.issued.papers import PDF, TITLE, issue, made, taken

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def test_a_paper_is_kept_and_opened_as_it_was_issued(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    assert (card.number, card.title, card.pages, card.missing) == (1, TITLE, 2, ("𪚥",))
    assert (card.paper, card.document_number) == ("subsidy_application", "渋人第12号")
    assert (card.staff_id, card.at, card.length) == (actor.staff_id, now, len(PDF))
    assert card.sha256 == hashlib.sha256(PDF).hexdigest()
    assert copy(actor, case, card.id, now=now) == (card, PDF)
    second = issue(actor, case, made(b"%PDF-2"), now=now)
    _, staff = looking.drawers(office.id, case_id)
    assert issued(staff) == (second, card)
    assert second.number == 2


def test_nothing_of_it_lies_in_the_clear(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    copy(actor, case, card.id, now=now)
    row = Issued.objects.get()
    assert TITLE.encode() not in bytes(row.about)
    kept = lying.on_disk()
    assert [path.name for path in kept] == [card.id.hex]
    assert b"%PDF" not in kept[0].read_bytes()
    lines = Line.objects.filter(verb__startswith="paper.").order_by("seq")
    assert [(one.verb, one.case_id, one.told) for one in lines] == [
        ("paper.issue", case_id, {}),
        ("paper.copy", case_id, {}),
    ]
    assert f"{card.id}/issued" in lines[0].seals
    assert TITLE not in repr(card) + repr(made())


def test_it_stands_in_the_record(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    issue(actor, queries.find(actor, case_id), made(), now=now)
    entry = record.entries(queries.open_case(actor, case_id, now=now))[0]
    assert (entry.kind, entry.words["text"], entry.words["number"]) == ("paper", TITLE, 1)
    assert entry.staff_id == actor.staff_id
    assert not entry.internal


def test_a_repeated_submission_issues_once(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    first = issue(actor, case, made(), now=now, idempotency_key="key")
    assert issue(actor, case, made(b"%PDF-2"), now=now, idempotency_key="key") == first
    assert [path.name for path in lying.on_disk()] == [first.id.hex]
    assert HeldFile.objects.count() == Issued.objects.count() == 1
    assert Line.objects.filter(verb="paper.issue").count() == 1


@REAL
def test_who_may_not_finds_nothing_and_leaves_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    denied = actor_of(make_staff(office, "counsellor", "佐藤", now))
    cases.deny(actor, queries.find(actor, case_id), denied.colleague, now=now)
    auditor = actor_of(make_staff(office, "auditor", "監査", now))
    elsewhere = actor_of(make_staff(other_office, "supervisor", "県", now))
    for other in (denied, auditor, elsewhere):
        with pytest.raises(Absent):
            issue(other, case, made(), now=now)
        with pytest.raises(Absent):
            copy(other, case, card.id, now=now)
    assert [path.name for path in lying.on_disk()] == [card.id.hex]
    assert Issued.objects.count() == 1
    assert Line.objects.filter(verb__startswith="paper.", outcome="absent").count() == 6


@REAL
def test_a_paper_of_another_case_is_not_there(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    card = issue(actor, queries.find(actor, case_id), made(), now=now)
    other, other_id = taken(office, now)
    with pytest.raises(Absent):
        copy(other, queries.find(other, other_id), card.id, now=now)


def test_changed_bytes_are_not_given_out_and_the_line_stays(
    office: OfficeCard, now: datetime
) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    path = lying.place(card.id)
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(Unreadable):
        copy(actor, case, card.id, now=now)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        copy(actor, case, card.id, now=now)
    assert Line.objects.filter(verb="paper.copy", outcome="done").count() == 2


def test_bytes_that_do_not_fit_the_written_hash_are_not_given_out(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the file's key can seal other bytes under it; the hash lies in the drawer."""
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    monkeypatch.setattr(files, "read", lambda *_: iter([b"%PDF-other"]))
    with pytest.raises(Unreadable):
        copy(actor, case, card.id, now=now)


def test_a_changed_row_is_refused(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    first, second = (issue(actor, case, made(pdf), now=now) for pdf in (b"%PDF-1", b"%PDF-2"))
    older = Issued.objects.get(pk=first.id)
    Issued.objects.filter(pk=second.id).update(about=older.about)
    with pytest.raises(Tampered):
        copy(actor, case, second.id, now=now)


def test_a_full_disk_issues_nothing(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, case_id = taken(office, now)

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(store, "begin", full)
    with pytest.raises(OSError, match="no space"):
        issue(actor, queries.find(actor, case_id), made(), now=now)
    assert not Issued.objects.exists()
    assert not Line.objects.filter(verb="paper.issue").exists()


@pytest.mark.race
def test_with_the_case_its_papers_are_forgotten(office: OfficeCard, now: datetime) -> None:
    actor, case_id = taken(office, now)
    case = queries.find(actor, case_id)
    card = issue(actor, case, made(), now=now)
    jobs.forget(case_id, now=now)
    assert lying.on_disk() == []
    with pytest.raises(unseal.Forgotten):
        copy(actor, case, card.id, now=now)
