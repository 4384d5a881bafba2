"""Several colleagues press at once: one is done, the others are told; each with its control."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import fields
from datetime import datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.acts import review
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.models import Budget, Grant, Step
from tests.work.subsidy.granting import YEN, Desk, opened_year, sent
from tests.work.subsidy.states import TRIES, returned

pytestmark = pytest.mark.race
MANY = 12
GUARD = next(one for one in Grant._meta.constraints if one.name == "subsidy_one_number")


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """What came of acts that are done at one moment: empty where one was done, else the reason."""
    gate = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        gate.wait()
        try:
            act()
        except Refused as refused:
            return refused.reasons[0].code
        except IntegrityError:
            return "integrity"
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def receive(desk: Desk) -> Callable[[], object]:
    """The desk receives it today, from a page that was drawn before."""
    arrival = Receive(received_on=desk.now.date())
    return partial(perform, desk.officer, desk.grant, arrival, now=desk.now)


def numbers() -> list[int | None]:
    """The numbers that were given, in their order."""
    return list(Grant.objects.order_by("number").values_list("number", flat=True))


def test_who_receives_at_once_gives_each_a_number_of_its_own(
    office: OfficeCard, now: datetime
) -> None:
    desks = [sent(office, now) for _ in range(MANY)]
    assert at_once([receive(desk) for desk in desks]) == [""] * MANY
    assert numbers() == list(range(1, MANY + 1))
    assert chain.faults(office.id) == []


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everybody reads the last number before anybody has written the next one."""
    meta, whole = Grant._meta, Grant._meta.constraints
    meta.constraints = [one for one in whole if one is not GUARD]
    with connection.schema_editor() as tables:
        tables.remove_constraint(Grant, GUARD)
    monkeypatch.setattr(review, "next_number", lambda *_: 1)
    yield
    Grant.objects.all().delete()
    meta.constraints = whole
    with connection.schema_editor() as tables:
        tables.add_constraint(Grant, GUARD)


@pytest.mark.usefixtures("unguarded")
def test_control_without_turn_and_constraint_all_have_the_first(
    office: OfficeCard, now: datetime
) -> None:
    desks = [sent(office, now) for _ in range(MANY)]
    assert at_once([receive(desk) for desk in desks]) == [""] * MANY
    assert numbers() == [1] * MANY


def test_control_without_turn_the_constraint_lets_one_have_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "next_number", lambda *_: 1)
    desks = [sent(office, now) for _ in range(MANY)]
    heard = at_once([receive(desk) for desk in desks])
    assert sorted(heard) == ["", *["integrity"] * (MANY - 1)]
    assert numbers().count(1) == 1


def press_at_once(desk: Desk, *verbs: Verb) -> list[str]:
    """Colleagues press these verbs, each on a page that was drawn before."""
    page = desk.grant

    class _Page(Desk):
        @property
        def grant(self) -> Grant:
            return copy(page)

    seen = _Page(**{each.name: getattr(desk, each.name) for each in fields(desk)})
    who = {Verb.PAY: desk.other}
    return at_once(
        [partial(TRIES[verb], seen, who.get(verb, desk.officer), desk.now) for verb in verbs]
    )


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        ("claimed", (Verb.PAY,) * 6),
        ("drafted", (Verb.DECIDE, Verb.UNDRAFT, Verb.WITHDRAW) * 2),
        ("reported", (Verb.FIX, Verb.SEND_BACK, Verb.REVOKE) * 2),
        ("paid", (Verb.UNDO,) * 6),
        ("decided", (Verb.UNDO, Verb.CHANGE, Verb.WITHDRAW) * 2),
    ],
)
def test_of_several_who_press_at_once_one_is_done(
    office: OfficeCard, now: datetime, state: str, verbs: tuple[Verb, ...]
) -> None:
    opened_year(office)
    desk = sent(office, now).until(state)
    count = Step.objects.count()
    heard = press_at_once(desk, *verbs)
    assert sorted(heard) == ["", *["grant.stale"] * (len(verbs) - 1)]
    assert Step.objects.count() == count + 1
    assert chain.faults(office.id) == []


def test_control_without_the_look_at_the_revision_more_than_one_is_done(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = sent(office, now).until("claimed")
    monkeypatch.setattr(history, "lock_row", lambda _: None)
    Budget.objects.update(reserved_yen=2 * YEN)  # so that the books refuse none
    heard = press_at_once(desk, *(Verb.PAY,) * 2)  # a third finds a count of acts that is wrong
    assert heard.count("") > 1
    assert Budget.objects.get().spent_yen > YEN


def test_a_correction_that_two_type_in_at_once_is_answered_once(
    office: OfficeCard, now: datetime
) -> None:
    desk = returned(sent(office, now))
    heard = press_at_once(desk, *(Verb.COMPLETE,) * 4)
    assert sorted(heard) == ["", *["grant.answered"] * 3]
    assert Step.objects.filter(verb="complete").count() == 1
