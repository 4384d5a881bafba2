"""The chain of lines: every change is found, an untouched chain has no faults."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.transaction import atomic, set_rollback

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction

LINES = 12
FIELDS = 18  # changes of one line
CHANCE = random.Random(20261130)


def append(office: OfficeCard, number: int, now: datetime) -> Line:
    actor = Actor(office.id, "counsellor", UUID(int=number))
    sealed = {f"{UUID(int=number)}/entry": f"{number:032x}"}
    with transaction():
        return chain.append(
            actor, "case.note", UUID(int=number % 3), outcome="done", now=now, sealed=sealed
        )


@pytest.fixture
def lines(office: OfficeCard, other_office: OfficeCard, now: datetime) -> list[Line]:
    """Twelve lines of one office, a few of another."""
    for number in range(3):
        append(other_office, number, now)
    return [append(office, n, now + timedelta(seconds=n)) for n in range(LINES)]


def edits(line: Line, other: OfficeCard) -> list[dict[str, object]]:
    """Each field with another value."""
    return [
        {"id": UUID(int=CHANCE.getrandbits(128))},
        {"office_id": other.id, "seq": 4},  # the next number there
        {"seq": line.seq + 1000},
        {"at": line.at - timedelta(microseconds=1)},
        {"at": line.at + timedelta(microseconds=1)},
        {"at": line.at + timedelta(seconds=1)},
        {"role": "supervisor"},
        {"staff_id": None},
        {"verb": "case.read"},
        {"case_id": UUID(int=99)},
        {"outcome": "absent"},
        {"seals": {}},
        {"seals": dict.fromkeys(line.seals, "f" * 32)},
        {"told": {"of": "another"}},
        {"before": CHANCE.randbytes(32)},
        {"hash": CHANCE.randbytes(32)},
        {"mac": None},
        {"mac": CHANCE.randbytes(36)},
    ]


def edit(lines: list[Line], other: OfficeCard, place: int, number: int) -> str:
    line = lines[place]
    change = edits(line, other)[number]
    Line.objects.filter(pk=line.pk).update(**change)
    return f"line {line.seq}: {change}"


def delete(lines: list[Line], _other: OfficeCard) -> str:
    line = CHANCE.choice(lines)
    Line.objects.filter(pk=line.pk).delete()
    return f"line {line.seq} deleted"


def insert(lines: list[Line], _other: OfficeCard) -> str:
    """A well-formed line between two others or after the last, its own hash right."""
    line = CHANCE.choice(lines)
    for later in reversed(lines[line.seq :]):
        Line.objects.filter(pk=later.pk).update(seq=later.seq + 1)
    new = Line(
        office_id=line.office_id,
        seq=line.seq + 1,
        at=line.at,
        role="supervisor",
        verb="case.read",
        outcome="done",
        before=bytes(line.hash),
    )
    new.hash = chain.digest(new)
    new.save(force_insert=True)
    return f"a line after {line.seq}"


def renumber(lines: list[Line], _other: OfficeCard) -> str:
    """Two lines change places."""
    one, two = CHANCE.sample(lines, 2)
    for line, seq in ((one, 10**6), (two, one.seq), (one, two.seq)):
        Line.objects.filter(pk=line.pk).update(seq=seq)
    return f"{one.seq} and {two.seq} exchanged"


def swap(lines: list[Line], _other: OfficeCard) -> str:
    """Two lines exchange what they say, but not their places in the chain."""
    one, two = CHANCE.sample(lines, 2)
    Line.objects.filter(pk=one.pk).update(staff_id=two.staff_id, seals=two.seals)
    Line.objects.filter(pk=two.pk).update(staff_id=one.staff_id, seals=one.seals)
    return f"contents of {one.seq} and {two.seq} exchanged"


def rehash(lines: list[Line], other: OfficeCard) -> str:
    """A changed line whose own hash was made to fit."""
    line = CHANCE.choice(lines)
    Line.objects.filter(pk=line.pk).update(verb="case.read")
    row = Line.objects.get(pk=line.pk)
    Line.objects.filter(pk=line.pk).update(hash=chain.digest(row))
    return f"line {line.seq} changed with its hash"


def head(lines: list[Line], _other: OfficeCard) -> str:
    changes: list[dict[str, Any]] = [{"seq": LINES - 1}, {"seq": LINES + 1}, {"hash": bytes(32)}]
    change = CHANCE.choice(changes)
    Head.objects.filter(pk=lines[0].office_id).update(**change)
    return f"head {change}"


KINDS: tuple[Callable[[list[Line], OfficeCard], str], ...] = (
    *(delete, insert, renumber, swap, rehash, head),
)


def test_every_change_is_found(
    office: OfficeCard, other_office: OfficeCard, lines: list[Line]
) -> None:
    tries = [partial(edit, place=at, number=n) for at in (0, 5, LINES - 1) for n in range(FIELDS)]
    tries += [partial(kind) for kind in KINDS for _ in range(12)]
    assert {name for change in edits(lines[0], other_office) for name in change} == {
        field.attname for field in Line._meta.fields
    }, "each column is changed"
    missed = []
    for change in tries:
        with atomic():
            done = change(lines, other_office)
            if not chain.faults(office.id):
                missed.append(done)
            set_rollback(True)
        assert chain.faults(office.id) == [], "control: without the edit nothing is wrong"
    assert missed == []


def test_the_fault_names_the_line(office: OfficeCard, lines: list[Line]) -> None:
    Line.objects.filter(pk=lines[4].pk).update(verb="case.read")
    assert chain.faults(office.id) == [5]


def test_a_line_moved_to_another_office_is_missed_at_home_and_noticed_there(
    office: OfficeCard, other_office: OfficeCard, lines: list[Line]
) -> None:
    Line.objects.filter(pk=lines[-1].pk).update(office_id=other_office.id, seq=4)
    assert chain.faults(office.id) == [LINES]
    assert chain.faults(other_office.id) == [4, 5]


def test_a_cut_tail_with_a_made_up_head_shows_against_the_checkpoint_only(
    office: OfficeCard, lines: list[Line]
) -> None:
    mark = chain.current_checkpoint(office.id)
    assert chain.Checkpoint.read(office.id, mark.text) == mark
    assert chain.still_stands(mark)
    Line.objects.filter(office_id=office.id, seq__gt=LINES - 2).delete()
    last = lines[LINES - 3]
    Head.objects.filter(pk=office.id).update(seq=last.seq, hash=bytes(last.hash))
    assert chain.faults(office.id) == []  # what the table alone cannot know
    assert not chain.still_stands(mark)


def test_the_newest_hash_of_a_sealed_value_holds(
    office: OfficeCard, lines: list[Line], now: datetime
) -> None:
    actor, case, column = Actor(office.id, "counsellor"), UUID(int=2), f"{UUID(int=2)}/entry"
    assert chain.sealed_hashes(office.id, case).by_any[column] == f"{2:032x}"
    with transaction():
        chain.append(actor, "case.note", case, outcome="done", now=now, sealed={column: "ff"})
    assert chain.sealed_hashes(office.id, case).by_any[column] == "ff"


def writers(office: OfficeCard, now: datetime, threads: int, each: int) -> list[str]:
    """What went wrong while that many threads appended."""

    def thread(number: int) -> list[str]:
        wrong = []
        try:
            for turn in range(each):
                try:
                    append(office, number * each + turn, now)
                except Exception as error:  # noqa: BLE001 - collected
                    wrong.append(type(error).__name__)
        finally:
            connections.close_all()
        return wrong

    with ThreadPoolExecutor(threads) as pool:
        return [name for names in pool.map(thread, range(threads)) for name in names]


@pytest.mark.race
def test_eight_threads_keep_one_chain(office: OfficeCard, now: datetime) -> None:
    assert writers(office, now, threads=8, each=10) == []
    assert chain.faults(office.id) == []
    assert Head.objects.get(pk=office.id).seq == Line.objects.filter(office_id=office.id).count()
    assert Line.objects.filter(office_id=office.id).count() == 80


@pytest.mark.race
def test_control_without_a_transaction_the_chain_breaks(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head read outside a transaction: two lines want one number."""
    monkeypatch.setitem(globals(), "transaction", nullcontext)
    monkeypatch.setattr(
        Head.objects, "select_for_update", lambda *_args, **_kwargs: Head.objects.all()
    )
    assert writers(office, now, threads=8, each=10) or chain.faults(office.id)


def test_each_line_is_heard_once_and_in_order_however_many_there_are(
    office: OfficeCard, lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Line.objects.filter(office_id=office.id).order_by("seq")
    whole = [line.seq for line, _ in chain.heard(office.id, own)]
    assert whole == [line.seq for line in lines]
    for few in (1, LINES - 1, LINES, LINES + 1):
        monkeypatch.setattr(chain, "FEW", few)
        assert [line.seq for line, _ in chain.heard(office.id, own)] == whole, few
