"""What a password costs whoever has stolen the table of colleagues."""

from django.contrib.auth.hashers import check_password, make_password
from pytest_django import Settings

from madoguchi.config import settings as product

COST = ["scrypt", "16384", "8", "5"]  # 2**14 steps of 1 KiB, five times over


def cost(kept: str) -> list[str]:
    algorithm, steps, _salt, block, times, _hash = kept.split("$")
    return [algorithm, steps, block, times]


def test_the_product_asks_its_full_price_which_the_tests_do_not(settings: Settings) -> None:
    cheap = make_password("mihon")
    assert cost(cheap) == ["scrypt", "2", *COST[2:]]
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    assert cost(make_password("mihon")) == COST
    assert check_password("mihon", cheap)
