"""B18: one receipt many times, typed in any way, at the wrong city."""

import pytest
from django.test import Client

from tests.offices import OTHER_PORTAL_HOST, browser_of
from tests.web.portal import browsing
from tests.web.portal.browsing import Pair


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
def test_b18_the_numbers_may_be_typed_in_any_way(portal: Client, pair: Pair, spell: object) -> None:
    assert callable(spell)
    assert browsing.open_receipt(portal, spell(pair[0]), spell(pair[1])).status_code == 303


def test_b18_thirty_tries_lock_nobody_out(portal: Client, pair: Pair) -> None:
    for _ in range(30):
        browsing.open_receipt(portal, pair[0], "1" * 16)
    assert browsing.open_receipt(portal, *pair).status_code == 303


@pytest.mark.usefixtures("other_office")
def test_b18_another_citys_receipt_gets_the_answer_of_every_wrong_one(
    portal: Client, pair: Pair
) -> None:
    elsewhere = browser_of(OTHER_PORTAL_HOST)
    number, other = pair[0].replace("-", ""), "1" * 13
    wrong = browsing.open_receipt(elsewhere, other, "1" * 16)
    away = browsing.open_receipt(elsewhere, number, pair[1])
    answered = away.content.replace(number.encode(), other.encode())  # the number stays typed
    assert (away.status_code, answered) == (wrong.status_code, wrong.content)
    assert not away.cookies
    assert browsing.open_receipt(portal, *pair).status_code == 303  # the control: at its own city
