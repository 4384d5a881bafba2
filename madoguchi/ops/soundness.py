"""Is everything still as it was written down? Lines, checkpoints, sealed rows, files (点検)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.ops import checkpoints
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.vault import files
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.work.cases.models import Consultee, Due, Wish
from madoguchi.work.evidence.models import Item
from madoguchi.work.record.models import Entry
from madoguchi.work.referrals.models import Referral

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from madoguchi.tools.office.models import Office

type Place = tuple[UUID | None, str]
SEALED = (
    (Consultee, "consultee", "about"),
    (Wish, "wish", "wishes"),
    (Entry, "entry", "words"),
    (Item, "item", "about"),
    (Referral, "referral", "details"),
    (Due, "due", "why"),
)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written down; ids and names, never content.

    Kinds: `line`, `checkpoint`, `changed`, `missing`, `unwritten` (no line holds it), `file`.
    """

    kind: str
    what: str


def findings(office: Office) -> list[Finding]:
    """All that is wrong with an office's records; empty when everything holds."""
    lines = [Finding("line", str(seq)) for seq in chain.faults(office.id)]
    marks = [Finding("checkpoint", name) for name in checkpoints.broken(office.id, office.slug)]
    return [*lines, *marks, *_seals(office.id), *_files(office.id)]


def _seals(office_id: UUID) -> Iterator[Finding]:
    said, there = _said(office_id), dict(_sealed_rows(office_id))
    for place in sorted(said.keys() | there.keys(), key=str):
        case_id, row = place
        what = f"{row} of case {case_id}"
        if place not in there:
            yield Finding("missing", what)
        elif place not in said:
            yield Finding("unwritten", what)
        elif said[place] != there[place]:
            yield Finding("changed", what)


def _said(office_id: UUID) -> dict[Place, str]:
    """What the lines say: the newest hash of every sealed place."""
    lines = Line.objects.filter(office_id=office_id).exclude(seals={}).order_by("seq")
    return {
        (case_id, row): hashed
        for case_id, seals in lines.values_list("case_id", "seals").iterator()
        for row, hashed in seals.items()
    }


def _sealed_rows(office_id: UUID) -> Iterator[tuple[Place, str]]:
    """What the tables hold: the hash of every sealed place."""
    for table, label, column in SEALED:
        rows = table.of(office_id).exclude(**{column: b""})
        for row_id, case_id, blob in rows.values_list("id", "case_id", column).iterator():
            yield (case_id, f"{row_id}/{label}"), _hash(blob)
    for key in DrawerKey.objects.filter(office_id=office_id, by="office").iterator():
        yield (key.case_id, f"{key.id}/wrap/{key.drawer}"), _hash(key.blob)
    for receipt in Receipt.objects.filter(office_id=office_id).iterator():
        proof = bytes(receipt.salt) + bytes(receipt.commitment)
        yield (receipt.case_id, f"{receipt.id}/receipt"), _hash(proof)


def _hash(sealed: bytes | memoryview[int]) -> str:
    return chain.seal_hash(bytes(sealed))


def _files(office_id: UUID) -> Iterator[Finding]:
    """The files of cases whose bytes are gone, unreadable or of another length."""
    held = HeldFile.objects.filter(office_id=office_id, case_id__isnull=False)
    lengths = dict(held.values_list("id", "stored_bytes"))
    for file_id in Item.of(office_id).values_list("id", flat=True).iterator():
        if file_id not in lengths:
            yield Finding("file", f"{file_id}: no row names its bytes")
        elif not files.whole(file_id, lengths[file_id]):
            yield Finding("file", f"{files.place(file_id)}: not there or not whole")
