"""States are put back as they were left, and truly walked to where anything else happened."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from unittest import mock

import pytest
from django.conf import settings
from django.db import transaction

from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from tests import built
from tests.built import HERE
from tests.emptied import empty
from tests.offices import two_offices
from tests.redteam.house import asked_with_file
from tests.work.cases.staff_acts import ACTS

pytestmark = pytest.mark.sqlite("PostgreSQL walks truly")
WALKED: list[str] = []


@dataclass(frozen=True)
class Wish:
    """As the product has them: what it holds is not printed."""

    said: str = field(repr=False)


@built.built
def step(office: OfficeCard, now: datetime, wish: Wish) -> str:
    WALKED.append(wish.said)
    return asked_with_file(office, now, wish.said).number


@pytest.fixture
def from_empty(office: OfficeCard) -> Callable[[], OfficeCard]:
    """An empty house again and again; what was walked to before this test is forgotten."""
    HERE.kept.clear()
    HERE.patched = (
        ""  # what was patched before the test began, once for the process, is not its own
    )
    WALKED.clear()

    def again() -> OfficeCard:
        for database in ("default", "staff"):
            empty(database)
        HERE.begin(race=False, walk=False)
        return two_offices()[0]

    return again


def test_what_was_left_is_put_back(from_empty: Callable[[], OfficeCard], now: datetime) -> None:
    left = []
    for _ in range(2):
        number = step(from_empty(), now, Wish("one"))
        left.append((number, built.rows(), built.files()))
    assert left[0] == left[1]
    assert WALKED == ["one"]


def test_what_is_not_printed_parts_two_states_too(
    from_empty: Callable[[], OfficeCard], now: datetime
) -> None:
    numbers = {step(from_empty(), now, Wish(said)) for said in ("one", "two", "one")}
    assert (WALKED, len(numbers)) == (["one", "two"], 2)


def patched_in_a_block() -> None:
    with mock.patch.object(Wish, "__doc__", "another"):
        pass


@mock.patch.object(Wish, "__doc__", "another")
def patched_by_a_decorator() -> None:
    pass


def patched_and_started() -> None:
    patch = mock.patch.object(Wish, "__doc__", "another")
    patch.start()
    patch.stop()


def patched_in_a_dictionary() -> None:
    with mock.patch.dict(ACTS):
        pass


def written() -> None:
    Office.objects.update(name="another")


def a_file_taken_away() -> None:
    next(path for path in built.paths() if settings.INBOX in path.parents).unlink()


@pytest.mark.parametrize(
    "between",
    [
        patched_in_a_block,
        patched_by_a_decorator,
        patched_and_started,
        patched_in_a_dictionary,
        written,
        a_file_taken_away,
    ],
)
def test_after_anything_else_it_is_truly_walked(
    from_empty: Callable[[], OfficeCard], now: datetime, between: Callable[[], None]
) -> None:
    step(from_empty(), now, Wish("one"))
    step(step_on(from_empty(), now), now, Wish("two"))
    assert WALKED == ["one", "two"]
    office = step_on(from_empty(), now)
    between()
    step(office, now, Wish("two"))
    assert WALKED == ["one", "two", "two"]


def step_on(office: OfficeCard, now: datetime) -> OfficeCard:
    step(office, now, Wish("one"))
    return office


def test_what_was_rolled_back_did_not_happen(
    from_empty: Callable[[], OfficeCard], now: datetime
) -> None:
    office = from_empty()
    with transaction.atomic():
        step(office, now, Wish("one"))
        transaction.set_rollback(True)
    step(office, now, Wish("two"))
    office = from_empty()
    step(step_on(office, now), now, Wish("two"))
    assert WALKED == ["one", "two", "two"]


def test_another_environment_is_another_state(
    from_empty: Callable[[], OfficeCard], now: datetime
) -> None:
    step(from_empty(), now, Wish("one"))
    os.environ["MADOGUCHI_TESTS_OWN"] = "1"
    try:
        step(from_empty(), now, Wish("one"))
    finally:
        del os.environ["MADOGUCHI_TESTS_OWN"]
    assert WALKED == ["one", "one"]
