"""A bundle holds all that belongs to a grant, each file with its hash; what lacks is named."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.bundle.actions import (
    CHANGED,
    FILE,
    GONE,
    HASHES,
    INDEX,
    LOCKED,
    Bundle,
    Part,
    archive,
    bundle,
    ending,
    zipped,
)
from tests import lying
from tests.work.subsidy.drawn import JPEG, PDF, auditor, corrected, draw, whole
from tests.work.subsidy.filed import deny
from tests.work.subsidy.granting import Desk, sent
from tests.work.subsidy.turning import RECEIVED, SENT_AT

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
PAPER = "paper-01.pdf"
ESTIMATE, SCREEN = "別封/annex-02.pdf", "別封/annex-01.jpg"


def made(desk: Desk, who: Actor | None = None) -> Bundle:
    """The bundle of the grant."""
    return bundle(who or desk.officer, desk.grant, "別封", now=desk.now)


def opened(pieces: Iterator[bytes]) -> dict[str, bytes]:
    """The files of an archive, by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def named(desk: Desk) -> dict[str, bytes]:
    """The files of the grant's bundle, with stand-ins for what the pages make."""
    return opened(zipped(made(desk), b"index", b"file"))


def test_index_first_then_papers_then_what_was_attached_apart(
    office: OfficeCard, now: datetime
) -> None:
    found = named(whole(office, now))
    assert list(found) == [INDEX, FILE, PAPER, *sorted([ESTIMATE, SCREEN]), HASHES]
    assert (found[PAPER], found[SCREEN], found[ESTIMATE]) == (PDF, JPEG, PDF + b" estimate")


def test_every_hash_is_that_of_the_bytes(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    bundled = made(desk)
    found = opened(zipped(bundled, b"index", b"file"))
    for piece in (*bundled.papers, *bundled.annexes):
        assert piece.sha256 == hashlib.sha256(found[piece.name]).hexdigest()
        assert piece.length == len(found[piece.name])
    lines = [line.split("  ", 1) for line in found[HASHES].decode().splitlines()]
    told = {name: sha256 for sha256, name in lines}
    assert told == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in found.items()
        if name != HASHES
    }


def test_no_file_name_says_anything_of_anybody(office: OfficeCard, now: datetime) -> None:
    names = "".join(named(whole(office, now)))
    assert "花子" not in names
    assert "CANARY" not in names


def test_what_lacks_is_named_and_the_rest_is_there(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    first, second = Item.objects.order_by("at", "id")
    store.delete(first.pk)
    Item.objects.filter(pk=second.pk).update(locked=True)
    bundled = made(desk)
    assert [piece.lacking for piece in bundled.annexes] == [GONE, LOCKED]
    assert all(piece.sha256 for piece in bundled.annexes)
    found = opened(zipped(bundled, b"index", b"file"))
    assert list(found) == [INDEX, FILE, PAPER, HASHES]
    store.delete(bundled.dossier.papers[0].id)
    assert [piece.lacking for piece in made(desk).papers] == [GONE]


def test_changed_bytes_are_named_and_left_out(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    bundled = made(desk)
    for file_id in (Item.objects.order_by("at", "id")[0].pk, bundled.dossier.papers[0].id):
        path = lying.place(file_id)
        kept = bytearray(path.read_bytes())
        kept[20] ^= 1
        path.write_bytes(kept)
    again = made(desk)
    assert [piece.lacking for piece in again.papers] == [CHANGED]
    assert [piece.lacking for piece in again.annexes] == [CHANGED, ""]


def test_a_file_without_its_row_is_named(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now, state="received")
    corrected(desk, replace(desk.opened.applied, other_files=(uuid4(),)))
    pieces = made(desk).annexes
    assert [piece.lacking for piece in pieces] == ["", "", GONE]
    assert pieces[2].name == "別封/annex-03"


def test_a_file_of_the_early_morning_came_on_that_day(office: OfficeCard, now: datetime) -> None:
    bundled = made(whole(office, now.replace(hour=8)))
    assert {piece.on for piece in bundled.pieces} == {now.date()}


def test_a_file_goes_by_the_rules_of_its_application(office: OfficeCard) -> None:
    desk = replace(sent(office, SENT_AT), now=RECEIVED)
    desk.receive(online_counts=True)
    opened = made(desk).dossier
    assert opened.received_on == RECEIVED.date()
    assert opened.by_rules_of == SENT_AT.date()


def test_a_bundle_has_its_line_and_each_paper_too(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    before = Line.objects.latest("seq").seq
    made(desk)
    lines = Line.objects.filter(seq__gt=before).order_by("seq")
    assert [(line.verb, line.told) for line in lines] == [
        ("grant.bundle", {"papers": 1, "files": 2, **desk.grant.called}),
        ("paper.copy", desk.grant.called),
    ]
    assert chain.faults(office.id) == []


@REAL
def test_who_may_bundle(office: OfficeCard, other_office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    who = auditor(office, now)
    for actor in (who, auditor(other_office, now)):
        with pytest.raises(Absent):
            made(desk, actor)
    draw(who, desk)
    assert len(made(desk, who).annexes) == 2
    for actor in (who, desk.officer):
        deny(actor, desk.grant, now)
        with pytest.raises(Absent):
            made(desk, actor)
    assert len(made(desk, desk.supervisor).papers) == 1


def test_an_archive_never_piles_up() -> None:
    held = 0

    def pieces(size: int) -> Iterator[bytes]:
        nonlocal held
        for _ in range(50):
            held += size
            yield b"x" * size

    def parts() -> Iterator[Part]:
        yield Part("a.bin", lambda: pieces(100_000))

    most = total = 0
    for piece in archive(parts()):
        total += len(piece)
        most = max(most, held - total)
    assert total > 5_000_000
    assert most <= 100_000


def test_the_same_files_give_the_same_archive() -> None:
    def whole_one() -> bytes:
        return b"".join(archive([Part("a.txt", lambda: [b"1", b"2"]), Part("b.txt", list)]))

    assert whole_one() == whole_one()
    assert opened(iter([whole_one()])) == {"a.txt": b"12", "b.txt": b""}


def test_an_ending_is_by_what_the_bytes_are() -> None:
    kinds: dict[str, Any] = {"jpeg": "jpg", "pdf": "pdf", "program": "bin", "markup": "bin"}
    assert {looks: ending(looks) for looks in kinds} == kinds
