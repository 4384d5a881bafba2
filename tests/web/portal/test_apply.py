"""Applying on the portal: tasks in any order, kept as they go, sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from madoguchi.work.subsidy.applying import public as applying
from tests.web.portal import applying as page
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client

    from madoguchi.tools.office.public import OfficeCard

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


@pytest.fixture
def pair(portal: Client, office: OfficeCard) -> tuple[str, str]:
    """A person whose receipt is open."""
    assert office
    return page.come(portal)


def test_without_a_receipt_two_lines_say_what_is_needed_first(portal: Client) -> None:
    found = portal.get("/s/h/")
    said = found.content.decode()
    assert found.status_code == 200
    assert "先に、相談の受付番号が要ります" in said
    assert all(f'href="{way}"' in said for way in ("/s/f/", "/s/", "/s/h/check/"))


def test_it_is_written_in_any_order_and_sent_once(
    portal: Client, office: OfficeCard, pair: tuple[str, str]
) -> None:
    none, done, later = "未入力", "完了", "まだ始められません"
    assert page.statuses(portal) == [none, done, none, none, none, later]
    page.write(portal)
    assert page.statuses(portal) == [done] * 5 + [none]
    sent = page.send(portal)
    assert (sent.status_code, sent["Location"]) == (303, "/s/h/sent/")
    said = portal.get("/s/h/sent/").content.decode()
    assert "下書きを預かりました" in said
    assert "申請の日は、窓口が書類を受け取った日です" in said
    told = applying.told(browsing.holding(office, pair))
    assert told is not None
    assert (told.name, told.phone, told.kana) == (
        "𠮷田 花子",
        "０２７９−００−００００",
        "ヨシダ ハナコ",
    )
    assert (told.costs[0].yen, told.costs[0].tax_yen) == (330_000, 30_000)
    assert (told.contract_on, told.delivery.how) == ("2026-12-21", "post")
