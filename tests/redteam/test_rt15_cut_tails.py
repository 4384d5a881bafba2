"""Red team 15: the audit's tail cut before and after a checkpoint; files cut, or sent twice."""

import io
import os
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.ops import checkpoints
from madoguchi.ops.findings import Finding
from madoguchi.ops.soundness import findings
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.chain import Checkpoint
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import files
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.models import HeldFile
from tests import lying
from tests.redteam.house import asked_with_file
from tests.redteam.tampering import cut
from tests.tools.vault.uploads import upload

KINDS = ("cut", "checkpoint")


@pytest.fixture
def row(office: OfficeCard, now: datetime, tmp_path: Path, settings: Settings) -> Office:
    """An office with twenty lines, whose last checkpoint is kept outside."""
    settings.CHECKPOINTS = tmp_path
    lines(office.id, 20, now)
    checkpoints.write(now)
    return Office.objects.get(pk=office.id)


def lines(office_id: object, count: int, now: datetime) -> None:
    """So many more lines."""
    for _ in range(count):
        with transaction():
            chain.append(Actor(office_id, "auditor"), "audit.read", None, outcome="done", now=now)  # type: ignore[arg-type]


def cut_tail(office: Office, keep: int, *, mend_head: bool) -> None:
    """Delete the lines after `keep`; with the head mended, the table alone shows nothing."""
    Line.objects.filter(office_id=office.pk, seq__gt=keep).delete()
    if mend_head:
        last = Line.objects.get(office_id=office.pk, seq=keep)
        Head.objects.filter(pk=office.pk).update(seq=keep, hash=bytes(last.hash))


def kinds(office: Office) -> set[str]:
    return {finding.kind for finding in findings(office, deep=False)}


@pytest.mark.parametrize("mend_head", [False, True])
@pytest.mark.parametrize("keep", [1, 10, 19])
def test_a_tail_cut_before_the_checkpoint_is_found(
    row: Office, keep: int, *, mend_head: bool
) -> None:
    assert kinds(row) == set()  # the control
    cut_tail(row, keep, mend_head=mend_head)
    assert kinds(row) == ({"checkpoint"} if mend_head else {"cut", "checkpoint"})


def test_also_when_other_lines_are_written_in_its_place(row: Office, now: datetime) -> None:
    cut_tail(row, 10, mend_head=True)
    lines(row.pk, 30, now)
    assert kinds(row) == {"checkpoint"}


def test_a_tail_cut_after_the_checkpoint_shows_at_the_head_or_never(
    row: Office, now: datetime
) -> None:
    """What docs/threat-model.md says: later lines cannot be promised; the next one settles it."""
    lines(row.pk, 5, now)
    cut_tail(row, 22, mend_head=False)
    assert kinds(row) == {"cut"}
    cut_tail(row, 22, mend_head=True)
    assert kinds(row) == set()
    lines(row.pk, 5, now)
    checkpoints.write(now.replace(hour=11))
    cut_tail(row, 22, mend_head=True)
    assert kinds(row) == {"checkpoint"}


def test_control_without_a_checkpoint_outside_a_mended_cut_is_not_found(
    row: Office, tmp_path: Path
) -> None:
    for mark in tmp_path.glob("*.txt"):
        mark.unlink()
    cut_tail(row, 10, mend_head=True)
    assert kinds(row) == set()


def test_a_forged_checkpoint_is_found(row: Office, tmp_path: Path) -> None:
    cut_tail(row, 10, mend_head=True)
    (mark,) = tmp_path.glob("shibukawa-*.txt")
    last = Line.objects.get(office_id=row.pk, seq=10)
    _, separator, signature = mark.read_text("utf-8").partition(checkpoints.SEPARATOR)
    forged = Checkpoint(row.pk, 10, bytes(last.hash)).text
    mark.write_text(forged + separator + signature, "utf-8")
    assert kinds(row) == {"checkpoint"}


def plain(file_id: object, about: files.About) -> bytes:
    return b"".join(files.read(file_id, about))  # type: ignore[arg-type]


def test_an_upload_sent_again_takes_a_new_key_and_no_byte_of_the_first(office: OfficeCard) -> None:
    content = os.urandom(2_500_000)
    first, again = upload("a.jpg", content), upload("a.jpg", content)
    assert plain(again.file_id, again.about) == content
    assert first.file_id != again.file_id
    assert first.about.key != again.about.key
    here, there = lying.place(first.file_id), lying.place(again.file_id)
    pieces, others = cut(here.read_bytes()), cut(there.read_bytes())
    assert not set(pieces) & set(others)
    for place in range(len(pieces)):  # resumed with a segment of the other attempt
        there.write_bytes(b"".join([*others[:place], pieces[place], *others[place + 1 :]]))
        with pytest.raises(Unreadable):
            plain(again.file_id, again.about)
    here.replace(there)  # or with all of it
    with pytest.raises(Unreadable):
        plain(again.file_id, again.about)


def test_a_last_segment_cut_off_is_named_even_when_the_row_agrees(
    office: OfficeCard, now: datetime
) -> None:
    asked_with_file(office, now)
    row = Office.objects.get(pk=office.id)
    held = HeldFile.objects.get()
    path = lying.place(held.pk)
    pieces = cut(path.read_bytes())
    assert findings(row) == []  # the control
    path.write_bytes(b"".join(pieces[:-1]))
    HeldFile.objects.update(stored_bytes=path.stat().st_size)
    assert findings(row) == [Finding("exchanged", f"相談 {held.case_id} {held.pk}")]


def test_each_segment_but_the_last_is_no_file(office: OfficeCard) -> None:
    """Cut exactly between segments: the flag of the last one is missing."""
    sent = upload("a.jpg", os.urandom(2_500_000))
    path = lying.place(sent.file_id)
    pieces = cut(path.read_bytes())
    assert len(pieces) == 4
    key, data = bytes.fromhex(sent.about.key), files.associated(sent.file_id)
    for kept in range(1, len(pieces)):
        source = io.BytesIO(b"".join(pieces[:kept]))
        with pytest.raises(Unreadable):
            list(files.unsealed_segments(source, key, data, sent.about.length))
