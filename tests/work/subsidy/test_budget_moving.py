"""A year's budget under the acts on grants: never overspent, never negative, whoever comes when."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from madoguchi.rules.decision import Refused
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.budget import moving
from madoguchi.work.subsidy.models import Budget

YEAR, CAP = 2026, 150_000


def opened(office: OfficeCard, yen: int = 1_000_000, **also: int) -> Budget:
    row = Budget(
        office_id=office.id,
        fiscal_year=YEAR,
        budget_yen=yen,
        warn_below_yen=CAP,
        terms="new",
        **also,
    )
    row.save(force_insert=True)
    return row


def figures(office: OfficeCard) -> tuple[int, int]:
    """What is reserved, and what is spent."""
    row = Budget.of(office.id).get(fiscal_year=YEAR)
    return row.reserved_yen, row.spent_yen


def heard(move: Callable[..., None], office: OfficeCard, *sums: int) -> str:
    """The reason on which it is refused; empty where it is done."""
    try:
        move(office.id, YEAR, *sums)
    except Refused as refused:
        return refused.reasons[0].code
    return ""


def test_a_decision_reserves_a_payment_spends_a_refund_comes_back(office: OfficeCard) -> None:
    opened(office)
    assert heard(moving.reserve, office, 150_000) == ""
    assert heard(moving.move, office, 150_000, 120_000) == ""
    assert figures(office) == (120_000, 0)
    assert heard(moving.spend, office, 120_000) == ""
    assert figures(office) == (0, 120_000)
    assert heard(moving.give_back, office, 20_000) == ""
    assert figures(office) == (0, 100_000)
    assert moving.left(moving.require_year(office.id, YEAR)) == 900_000


def test_a_withdrawal_gives_the_sum_back(office: OfficeCard) -> None:
    opened(office)
    moving.reserve(office.id, YEAR, 150_000)
    assert heard(moving.release, office, 150_000) == ""
    assert figures(office) == (0, 0)


@pytest.mark.parametrize(("yen", "reason"), [(100_000, ""), (100_001, "subsidy.budget")])
def test_to_the_last_yen_and_no_further(office: OfficeCard, yen: int, reason: str) -> None:
    opened(office, 1_000_000, reserved_yen=400_000, spent_yen=500_000)
    assert heard(moving.reserve, office, yen) == reason
    assert heard(moving.move, office, 300_000, 300_000 + yen) == (reason or "subsidy.budget")


def test_the_refusal_says_what_is_left(office: OfficeCard) -> None:
    opened(office, 1_000_000, reserved_yen=877_000)
    with pytest.raises(Refused) as refused:
        moving.reserve(office.id, YEAR, 150_000)
    assert refused.value.reasons[0].values == {"left": "123,000"}


def test_a_year_that_nobody_opened_moves_nothing(office: OfficeCard) -> None:
    for move in (moving.reserve, moving.release, moving.spend, moving.give_back):
        assert heard(move, office, 1) == "subsidy.year"
    assert heard(moving.move, office, 1, 2) == "subsidy.year"


def test_what_the_books_never_held_is_not_taken_from_them(office: OfficeCard) -> None:
    """A second payment, a second withdrawal: the state refuses them, and the books do too."""
    opened(office, reserved_yen=100_000, spent_yen=50_000)
    assert heard(moving.release, office, 100_001) == "budget.books"
    assert heard(moving.spend, office, 100_001) == "budget.books"
    assert heard(moving.move, office, 150_000, 160_000) == "budget.books"
    assert heard(moving.give_back, office, 50_001) == "budget.books"
    assert figures(office) == (100_000, 50_000)


def test_another_offices_year_is_not_touched(office: OfficeCard, other_office: OfficeCard) -> None:
    opened(office)
    opened(other_office, 1)
    moving.reserve(office.id, YEAR, 150_000)
    assert figures(other_office) == (0, 0)
    assert heard(moving.reserve, other_office, 2) == "subsidy.budget"


@pytest.mark.parametrize("sums", [(-1,), (0, -1), (-1, 0)])
def test_a_negative_sum_is_a_mistake_of_the_program(
    office: OfficeCard, sums: tuple[int, ...]
) -> None:
    opened(office, reserved_yen=5)
    move = moving.move if len(sums) > 1 else moving.reserve
    with pytest.raises(ValueError, match="not negative"):
        move(office.id, YEAR, *sums)


@pytest.mark.parametrize(
    "sums", [{"reserved_yen": 1_000_001}, {"reserved_yen": 600_000, "spent_yen": 400_001}]
)
def test_the_database_says_it_too(office: OfficeCard, sums: dict[str, int]) -> None:
    opened(office)
    with pytest.raises(IntegrityError), atomic():
        Budget.of(office.id).update(**sums)
