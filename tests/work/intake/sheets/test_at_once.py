"""One sheet filed by many presses at once is one case; screens that save at once lose none."""

import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connections

from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.sheets import actions, queries
from madoguchi.work.intake.sheets.queries import Sheet
from tests.work.intake.desk.test_take_in import CALL

TIMES = 20
WORDS = {"text": ["つづきは明日"]}
pytestmark = pytest.mark.race


def at_once[One, Result](do: Callable[[One], Result], ones: Iterable[One]) -> list[Result]:
    """What comes of doing it for each of them at the same time."""

    def alone(one: One) -> Result:
        try:
            return do(one)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(alone, ones))


def test_many_presses_are_one_case(office: OfficeCard, now: datetime, who: Actor) -> None:
    sheet = actions.save(who, Sheet(uuid.uuid4(), "phone"), WORDS, now=now).sheet
    cases = at_once(lambda _: actions.file(who, office, sheet, WORDS, CALL, now=now), range(TIMES))
    assert len(set(cases)) == 1
    assert Case.objects.count() == 1
    assert queries.unfinished(who, now) == ()
    assert chain.faults(office.id) == []


def test_control_without_the_key_they_are_many(
    office: OfficeCard, now: datetime, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = actions.save(who, Sheet(uuid.uuid4(), "phone"), WORDS, now=now).sheet
    take_in = desk.take_in
    monkeypatch.setattr(actions, "filed", lambda *_: None)
    monkeypatch.setattr(
        actions,
        "take_in",
        lambda *args, idempotency_key, **more: take_in(
            *args, idempotency_key=f"{idempotency_key[:30]}{uuid.uuid4().hex}", **more
        ),
    )
    at_once(lambda _: actions.file(who, office, sheet, WORDS, CALL, now=now), range(TIMES))
    assert Case.objects.count() == TIMES


def test_all_that_was_typed_on_many_screens_is_kept(now: datetime, who: Actor) -> None:
    sheet = actions.save(who, Sheet(uuid.uuid4(), "phone"), WORDS, now=now).sheet
    typed = [f"画面{number}" for number in range(TIMES)]
    at_once(lambda words: actions.save(who, sheet, {"text": [words]}, now=now), typed)
    kept = [one.answers["text"][0] for one in queries.unfinished(who, now)]
    assert sorted(kept) == sorted(typed)


def test_control_without_the_revision_the_last_one_wins(
    office: OfficeCard, now: datetime, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = actions.save(who, Sheet(uuid.uuid4(), "phone"), WORDS, now=now).sheet
    monkeypatch.setattr(queries, "sheet", lambda *_: None)  # nobody looks what lies there
    at_once(lambda number: actions.save(who, sheet, {"text": [str(number)]}, now=now), range(TIMES))
    monkeypatch.undo()
    assert len(queries.unfinished(who, now)) == 1
