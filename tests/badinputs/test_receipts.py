"""B18: one receipt many times, typed in any way, at the wrong city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.parametrize(
    "spell",
    [
        lambda digits: digits.replace("-", ""),
        lambda digits: digits.replace("-", "　"),
        lambda digits: digits.replace("-", "ー").replace("0", "O").replace("1", "l"),
        lambda digits: digits.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
        lambda digits: f" {digits} ",
    ],
)
def test_b18_the_numbers_may_be_typed_in_any_way(
    portal: Client, pair: tuple[str, str], spell: object
) -> None:
    assert callable(spell)
    assert browsing.open_receipt(portal, spell(pair[0]), spell(pair[1])).status_code == 303


def test_b18_thirty_tries_lock_nobody_out(portal: Client, pair: tuple[str, str]) -> None:
    for _ in range(30):
        browsing.open_receipt(portal, pair[0], "1" * 16)
    assert browsing.open_receipt(portal, *pair).status_code == 303
