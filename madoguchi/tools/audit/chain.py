"""Writes and checks the hash-chained lines (帳簿): in the act's own transaction.

A checkpoint (検証点) is what is signed and kept outside, so that a cut tail shows.
"""

import base64
import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self
from uuid import UUID

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor

START = bytes(32)
_seals: ContextVar[dict[str, str] | None] = ContextVar("seals", default=None)
_told: ContextVar[dict[str, str | int] | None] = ContextVar("told", default=None)
MOST_OFF = timedelta(seconds=5)


class NoLine(Exception):
    """Something was sealed outside an action: it would have no line."""


@contextmanager
def seals() -> Iterator[dict[str, str]]:
    """Collect what is sealed inside the block: row id → hash of its ciphertext."""
    collected: dict[str, str] = {}
    token = _seals.set(collected)
    try:
        yield collected
    finally:
        _seals.reset(token)


@contextmanager
def telling() -> Iterator[dict[str, str | int]]:
    """Collect what the act inside the block tells of itself: codes and numbers."""
    collected: dict[str, str | int] = {}
    token = _told.set(collected)
    try:
        yield collected
    finally:
        _told.reset(token)


def tell(**said: str | int) -> None:
    """Have the current act's line hold these codes and numbers, never anything that was typed.

    Raises:
        NoLine: outside an action.
    """
    collected = _told.get()
    if collected is None:
        raise NoLine
    collected.update(said)


def seal_hash(ciphertext: bytes, associated_data: bytes = b"") -> str:
    """What a line holds of a sealed value: half of its SHA-256, in hexadecimal.

    `associated_data`: what stands in the clear beside the value and is bound to it.
    """
    bound = len(associated_data).to_bytes(4, "big") + associated_data if associated_data else b""
    return hashlib.sha256(bound + ciphertext).hexdigest()[:32]


def note(row_id: UUID, column: str, ciphertext: bytes, associated_data: bytes = b"") -> None:
    """Have the current act's line hold the hash of this sealed value.

    Raises:
        NoLine: outside an action.
    """
    collected = _seals.get()
    if collected is None:
        raise NoLine
    collected[f"{row_id}/{column}"] = seal_hash(ciphertext, associated_data)


def digest(line: Line) -> bytes:
    """The hash of a line: everything it says, after the hash of the line before it."""
    said = [
        str(line.id),
        str(line.office_id),
        line.seq,
        line.at.timestamp(),
        line.role,
        str(line.staff_id),
        line.verb,
        str(line.case_id),
        line.outcome,
        line.seals,
        line.told,
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(bytes(line.before) + hashlib.sha256(text.encode()).digest()).digest()


def append(
    actor: Actor,
    verb: str,
    case_id: UUID | None,
    *,
    outcome: str,
    now: datetime,
    sealed: dict[str, str] | None = None,
    told: dict[str, str | int] | None = None,
) -> Line:
    """Add the office's next line; call it inside the transaction of the act."""
    head, _ = Head.objects.select_for_update().get_or_create(
        pk=actor.office_id, defaults={"hash": START}
    )
    line = Line(
        office_id=actor.office_id,
        seq=head.seq + 1,
        at=now,
        role=actor.role,
        staff_id=actor.staff_id,
        verb=verb,
        case_id=case_id,
        outcome=outcome,
        seals=sealed or {},
        told=told or {},
        before=bytes(head.hash),
    )
    line.hash = digest(line)
    line.save(force_insert=True)
    Head.objects.filter(pk=head.pk).update(seq=line.seq, hash=line.hash)
    return line


def sealed_hashes(case_id: UUID) -> dict[str, str]:
    """What the lines say of a case's sealed values now: `row/column` → hash."""
    return sealed_hashes_of([case_id])[case_id]


def sealed_hashes_of(case_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The same of many cases."""
    known: dict[UUID, dict[str, str]] = {case_id: {} for case_id in case_ids}
    lines = Line.objects.filter(case_id__in=case_ids).exclude(seals={}).order_by("case_id", "seq")
    written = list(lines.values_list("case_id", Cast("seals", TextField())))
    read = json.loads(f"[{','.join(seals for _, seals in written)}]")  # at once: many lines
    for (case_id, _), entries in zip(written, read, strict=True):
        known[case_id].update(entries)
    return known


def cases_with(office_id: UUID, verb: str) -> frozenset[UUID]:
    """The cases to which this was done, by the lines."""
    lines = Line.objects.filter(office_id=office_id, verb=verb, outcome="done")
    return frozenset(case_id for case_id in lines.values_list("case_id", flat=True) if case_id)


def faults(office_id: UUID) -> list[int]:
    """The numbers of lines that are missing, moved or changed; empty when all hold.

    The tail after the last checkpoint kept outside can be cut without a trace in the table
    itself; the head row shows a cut unless it was changed as well.
    """
    wrong: list[int] = []
    before, expected = START, 1
    for line in Line.objects.filter(office_id=office_id).order_by("seq").iterator():
        holds = line.seq == expected and bytes(line.before) == before
        if not holds or digest(line) != bytes(line.hash):
            wrong.append(line.seq)
        before, expected = bytes(line.hash), line.seq + 1
    head = Head.objects.filter(pk=office_id).first()
    last = (head.seq, bytes(head.hash)) if head else (0, START)
    if last != (expected - 1, before):
        wrong.append(expected)
    return wrong


def newest(office_id: UUID, before: int | None, count: int) -> list[Line]:
    """The newest lines of an office, older than `before` where given."""
    lines = Line.objects.filter(office_id=office_id)
    if before is not None:
        lines = lines.filter(seq__lt=before)
    return list(lines.order_by("-seq")[:count])


@dataclass(frozen=True)
class Checkpoint:
    """The number and the hash of an office's last line at one moment."""

    office_id: UUID
    seq: int
    hash: bytes

    @property
    def text(self) -> str:
        """What is signed: origin, number, hash."""
        return f"madoguchi/{self.office_id}\n{self.seq}\n{base64.b64encode(self.hash).decode()}\n"

    @classmethod
    def read(cls, office_id: UUID, text: str) -> Self:
        """A checkpoint from its text.

        Raises:
            ValueError: not a checkpoint of this office.
        """
        origin, seq, hashed = text.split("\n")[:3]
        if origin != f"madoguchi/{office_id}":
            raise ValueError(origin)
        return cls(office_id, int(seq), base64.b64decode(hashed, validate=True))


def current_checkpoint(office_id: UUID) -> Checkpoint:
    """The checkpoint of this moment."""
    head = Head.objects.filter(pk=office_id).first()
    return (
        Checkpoint(office_id, head.seq, bytes(head.hash))
        if head
        else Checkpoint(office_id, 0, START)
    )


def still_stands(mark: Checkpoint) -> bool:
    """Whether the chain still contains what the checkpoint saw."""
    if mark.seq == 0:
        return True
    line = Line.objects.filter(office_id=mark.office_id, seq=mark.seq).first()
    return line is not None and bytes(line.hash) == mark.hash


def clock_wrong(now: datetime) -> bool:
    """Whether our clock went back behind a written line, or differs from PostgreSQL's."""
    last = [
        Q(office_id=office_id, seq=seq)
        for office_id, seq in Head.objects.values_list("office_id", "seq")
    ]
    newest = Line.objects.filter(reduce(or_, last, Q(pk=None)))
    ahead = any(at > now + MOST_OFF for at in newest.values_list("at", flat=True))
    return ahead or abs(_difference(now)) > MOST_OFF


def _difference(now: datetime) -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta(0)  # SQLite has no clock but ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told - now
