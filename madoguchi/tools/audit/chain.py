"""Writes and checks the hash-chained lines (操作記録): in the act's own transaction.

A checkpoint (検証点) is what is signed and kept outside, so that a cut tail shows.
"""

import base64
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import batched
from operator import or_
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import DatabaseError, connection, models
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from madoguchi.tools.audit import macs
from madoguchi.tools.audit.macs import PERSON, PERSONS_LABELS, Voice
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction

START = bytes(32)
_seals: ContextVar[dict[str, str] | None] = ContextVar("seals", default=None)
_told: ContextVar[dict[str, str | int] | None] = ContextVar("told", default=None)
MOST_OFF = timedelta(seconds=5)
READ_ONLY = re.compile("read-?only")  # as either database says it


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


class ReadLine(NamedTuple):
    """A line as many are read at once."""

    id: UUID
    office_id: UUID
    seq: int
    at: datetime
    role: str
    staff_id: UUID | None
    verb: str
    case_id: UUID | None
    outcome: str
    before: bytes
    hash: bytes
    mac: bytes | None
    seals: dict[str, str]
    told: dict[str, Any]


def digest(line: Line | ReadLine) -> bytes:
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


def locked_head(office_id: UUID) -> Head:
    """The last line's number and hash, held until the transaction ends."""
    head, _ = Head.objects.select_for_update().get_or_create(pk=office_id, defaults={"hash": START})
    return head


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
    head = locked_head(actor.office_id)
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
    line.mac = mac(line)
    line.save(force_insert=True)
    Head.objects.filter(pk=head.pk).update(seq=line.seq, hash=line.hash)
    return line


def mac(line: Line) -> bytes | None:
    """The MAC of a line that desk or worker writes; None for a person's, and before MACs began."""
    keys = None if line.role == PERSON else macs.keys_of(line.office_id)
    return keys.mac(bytes(line.hash)) if keys else None


HASHED = ("id", "office_id", "at", "before", "hash")
FEW = 200  # lines that most cases do not have


def read(lines: QuerySet[Line], *, many: bool = False, whole: bool = True) -> Iterator[ReadLine]:
    """Lines, as they stand; `many` are not held together. JSON is parsed for a thousand at once.

    Not `whole`: of a person's line, which carries no MAC, what only its hash needs is None.
    """
    desks = ~Q(role=PERSON)
    plain: list[Any] = [
        name if whole or name not in HASHED else models.Case(models.When(desks, then=name))
        for name in ReadLine._fields[:-2]
    ]
    texts = (Cast("seals", TextField()), Cast("told", TextField()))
    found = lines.values_list(*plain, *texts)
    for rows in batched(found.iterator() if many else found, 1000):
        texts_of_all = ",".join(f"{seals},{told}" for *_, seals, told in rows)
        parsed = iter(json.loads(f"[{texts_of_all}]"))
        for row in rows:
            yield ReadLine._make((*row[:-2], next(parsed), next(parsed)))


def _few_first(lines: QuerySet[Line]) -> Iterator[ReadLine]:
    few = list(read(lines[:FEW]))
    yield from few
    if len(few) == FEW:
        yield from read(lines[FEW:], whole=False)


def heard(
    office_id: UUID, lines: QuerySet[Line], *, many: bool = False
) -> Iterator[tuple[ReadLine, Voice]]:
    """Lines, which are in order, with whose they are; the forged ones are left out.

    A few are read whole, which is quick to ask. Where there are more, the rest as far as it needs.
    """
    keys = macs.keys_of(office_id)
    for line in read(lines, many=True, whole=False) if many else _few_first(lines):
        hashed = b"" if line.role == PERSON else digest(line)
        voice = macs.voice(line, hashed, keys)
        if voice is not Voice.FORGED:
            yield line, voice


@dataclass
class Hashes:
    """What lines say of sealed values: `row/column` → hash.

    `by_desk`: by lines of desk and worker alone. `by_any`: with what persons sealed, which never
    stands in the place of something that the desk did. `upto`: the number of the newest line.
    """

    by_desk: dict[str, str] = field(default_factory=dict)
    by_any: dict[str, str] = field(default_factory=dict)
    upto: int = 0

    @classmethod
    def of(cls, hashes: dict[str, str]) -> Self:
        """What a line of the desk would say."""
        return cls(by_desk=hashes, by_any=hashes)

    def add(self, seq: int, seals: Mapping[str, str], voice: Voice) -> None:
        """Take in what the next line says."""
        self.upto = seq
        if voice is Voice.DESK:
            self.by_desk.update(seals)
            self.by_any.update(seals)
            return
        for place, hashed in seals.items():
            if place not in self.by_desk and place.partition("/")[2] in PERSONS_LABELS:
                self.by_any[place] = hashed


def sealed_hashes(office_id: UUID, case_id: UUID) -> Hashes:
    """What the lines say of a case's sealed values now."""
    return sealed_hashes_of(office_id, [case_id])[case_id]


def sealed_hashes_of(office_id: UUID, case_ids: Collection[UUID]) -> dict[UUID, Hashes]:
    """The same of many cases."""
    known = {case_id: Hashes() for case_id in case_ids}
    _take_in(office_id, known, Line.objects.filter(case_id__in=case_ids))
    return known


def read_on(office_id: UUID, case_id: UUID, known: Hashes) -> None:
    """Take in the lines of a case that were written since."""
    lines = Line.objects.filter(case_id=case_id, seq__gt=known.upto)
    _take_in(office_id, {case_id: known}, lines)


def _take_in(office_id: UUID, known: Mapping[UUID, Hashes], lines: QuerySet[Line]) -> None:
    """Take in what these lines of cases say.

    The portal reads no more of a line than what it seals, and has no key: there any line counts.
    """
    lines = lines.exclude(seals={}).order_by("case_id", "seq")
    if macs.keys_of(office_id) is None:
        written = list(lines.values_list("case_id", "seq", Cast("seals", TextField())))
        seals = json.loads(f"[{','.join(text for *_, text in written)}]")  # at once: many lines
        for (case_id, seq, _), entries in zip(written, seals, strict=True):
            known[case_id].add(seq, entries, Voice.DESK)
    else:
        for line, voice in heard(office_id, lines):
            if line.case_id is not None:
                known[line.case_id].add(line.seq, line.seals, voice)


def cases_with(office_id: UUID, verb: str) -> frozenset[UUID]:
    """The cases to which this was done, by lines of desk and worker."""
    done = Line.objects.filter(office_id=office_id, verb=verb, outcome="done")
    lines = done.order_by("seq")
    return frozenset(
        line.case_id
        for line, voice in heard(office_id, lines)
        if line.case_id and voice is Voice.DESK
    )


class Fault(NamedTuple):
    """A line that does not hold.

    `kind`: `line` (missing, moved or changed), `forged` (written by others), `cut` (from here on
    lines were taken away: it is not there, or the desk wrote it where MACs had not begun yet).
    """

    seq: int
    kind: str


class Seen(NamedTuple):
    """Up to which line somebody has looked, and the numbers of those that do not hold."""

    seq: int
    faulty: frozenset[int]


def checked(office_id: UUID, after: int = 0) -> Iterator[Fault]:
    """The lines after one that do not hold.

    The tail after the last checkpoint kept outside can be cut without a trace in the table
    itself; the head row shows a cut unless it was changed as well.
    """
    last = Line.objects.filter(office_id=office_id, seq=after).first() if after else None
    before, expected = bytes(last.hash) if last else START, after + 1
    keys, lines = macs.keys_of(office_id), Line.objects.filter(office_id=office_id)
    while True:
        began = expected
        newer = lines.filter(seq__gte=expected) if expected > 1 else lines
        for line in read(newer.order_by("seq"), many=True):
            hashed = digest(line)
            if line.seq != expected or line.before != before or hashed != line.hash:
                yield Fault(line.seq, "line")
            elif macs.voice(line, hashed, keys) is Voice.FORGED:
                yield Fault(line.seq, "forged")
            elif keys and line.mac is not None and line.seq < keys.since:
                yield Fault(line.seq, "cut")
            before, expected = line.hash, line.seq + 1
        head = current_checkpoint(office_id)
        if (head.seq, head.hash) == (expected - 1, before):
            if keys and expected < keys.since:
                yield Fault(expected, "cut")
            return
        if expected == began:  # else a line may have been added meanwhile
            yield Fault(expected, "cut" if head.seq >= expected else "line")
            return


def faults(office_id: UUID) -> list[int]:
    """The numbers of the lines that do not hold; empty when all do."""
    return [fault.seq for fault in checked(office_id)]


def newest_lines(seen: Mapping[UUID, Seen], count: int = 500) -> dict[UUID, Seen]:
    """Look at the lines of every office since the last look; at the newest `count` at first."""
    looked: dict[UUID, Seen] = {}
    for office_id, last in Head.objects.values_list("office_id", "seq"):
        seq, faulty = seen.get(office_id, Seen(max(0, last - count), frozenset()))
        lines = Line.objects.filter(office_id=office_id, seq__gt=seq)
        keys = macs.keys_of(office_id)
        newer = {
            line.seq
            for line in read(lines)
            if digest(line) != line.hash or macs.voice(line, line.hash, keys) is Voice.FORGED
        }
        looked[office_id] = Seen(last, faulty | newer)
    return looked


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


def writable() -> bool:
    """Whether a line can be written: not in a standby, nor in a file that is not ours."""
    try:
        with transaction():
            Head.objects.filter(hash=b"").update(seq=F("seq"))  # no head is so short
    except DatabaseError as error:
        if READ_ONLY.search(str(error)):
            return False
        raise
    return True


def written_before(office_id: UUID, after: int, moment: datetime) -> bool:
    """Whether the first line after this number is of before the moment."""
    lines = Line.objects.filter(office_id=office_id, seq__gt=after).order_by("seq")
    first = lines.values_list("at", flat=True).first()
    return first is not None and first < moment


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
