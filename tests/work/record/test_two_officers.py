"""P23: two officers save at once, a hundred times; both texts are kept, and none overwrites."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs, queries
from madoguchi.work.cases.models import Due
from madoguchi.work.record import actions as record
from madoguchi.work.record import public
from madoguchi.work.record.models import Entry
from madoguchi.work.record.queries import entries
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file

ROUNDS = 100
pytestmark = pytest.mark.race


@pytest.fixture
def officers(office: OfficeCard, now: datetime) -> tuple[Actor, Actor]:
    one, other = (make_staff(office, "supervisor", name, now) for name in ("木村", "佐藤"))
    return actor_of(one), actor_of(other)


@pytest.fixture
def case_id(office: OfficeCard, officers: tuple[Actor, Actor], now: datetime) -> UUID:
    made = asked_with_file(office, now).case_id
    jobs.adopt(made, now=now)
    cases.take(officers[0], queries.find(officers[0], made), now=now)
    return made


def both[R](officers: tuple[Actor, Actor], save: Callable[[Actor], R]) -> list[R]:
    """What each of the two gets for saving at the same moment."""
    ready = Barrier(2)

    def press(actor: Actor) -> R:
        try:
            ready.wait()
            return save(actor)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, officers))


def texts(actor: Actor, case_id: UUID, now: datetime) -> list[str]:
    read = entries(queries.open_case(actor, case_id, now=now))
    return [entry.words.get("text", "") for entry in reversed(read) if entry.kind == "note"]


def test_p23_both_corrections_of_one_note_are_kept(
    office: OfficeCard, officers: tuple[Actor, Actor], case_id: UUID, now: datetime
) -> None:
    first = record.note(officers[0], queries.find(officers[0], case_id), "はじめ", now=now)
    for at in range(ROUNDS):

        def save(actor: Actor, at: int = at) -> UUID:
            case = queries.find(actor, case_id)
            return record.correct(actor, case, first, f"{at}/{actor.staff_id}", None, "", now=now)

        both(officers, save)
    kept = texts(officers[0], case_id, now)
    wanted = {f"{at}/{actor.staff_id}" for at in range(ROUNDS) for actor in officers}
    assert kept[0] == "はじめ"
    assert set(kept[1:]) == wanted
    assert len(kept) == 2 * ROUNDS + 1
    numbers = Entry.of(office.id).filter(case_id=case_id).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, len(kept) + 2))
    assert chain.faults(office.id) == []


def test_control_a_note_that_is_overwritten_loses_a_text(
    officers: tuple[Actor, Actor], case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same savers, were a correction not an entry of its own."""
    first = record.note(officers[0], queries.find(officers[0], case_id), "はじめ", now=now)

    def overwrite(drawer: Drawer, _kind: str, words: dict[str, Any], **_: object) -> Entry:
        row = Entry.objects.get(pk=first)
        row.words = drawer.seal("entry", row.id, words)
        row.save(update_fields=["words"])
        return row

    def save(actor: Actor) -> UUID:
        case = queries.find(actor, case_id)
        return record.correct(actor, case, first, str(actor.staff_id), None, "", now=now)

    monkeypatch.setattr(public, "write", overwrite)
    both(officers, save)
    assert len(texts(officers[0], case_id, now)) == 1


def logs(officers: tuple[Actor, Actor], case_id: UUID, now: datetime, rounds: int) -> int:
    """Both write down a call on the page they opened before; how many were sent back, and again."""
    back = 0
    for at in range(rounds):
        read = {actor: queries.find(actor, case_id) for actor in officers}

        def save(actor: Actor, at: int = at, read: dict[Actor, queries.Found] = read) -> bool:
            text = f"{at}/{actor.staff_id}"
            call = record.Contact("call", "phone", "in", Outcome.CALL_BACK, text=text)
            try:
                record.log(actor, read[actor], call, now=now)
            except Refused:
                record.log(actor, queries.find(actor, case_id), call, now=now)
                return True
            return False

        back += sum(both(officers, save))
    return back


def test_p23_of_two_calls_one_is_sent_back_and_both_are_kept(
    officers: tuple[Actor, Actor], case_id: UUID, now: datetime
) -> None:
    assert logs(officers, case_id, now, ROUNDS) == ROUNDS
    assert Entry.objects.filter(kind="call").count() == 2 * ROUNDS
    promised = Due.objects.filter(case_id=case_id, done_at__isnull=True)
    assert promised.exclude(kind="first_answer").count() == 1  # to call back on that day


def test_control_without_the_version_nobody_learns_of_the_other(
    officers: tuple[Actor, Actor], case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "hold", lambda _case: None)
    assert logs(officers, case_id, now, 5) == 0
