"""B20: Back, double clicks, reloads and second tabs: one case, nothing typed lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from madoguchi.tools.act.models import Once
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.badinputs.ends import words
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.parametrize("times", [2, 5])
def test_b20_a_second_press_shows_the_same_receipt(portal: Client, times: int) -> None:
    browsing.fill(portal)
    pairs = {browsing.send(portal) for _ in range(times)}
    assert len(pairs) == 1
    assert (Case.objects.count(), Once.objects.count()) == (1, 1)


def test_b20_reloading_the_receipt_shows_the_same(portal: Client) -> None:
    browsing.fill(portal)
    assert browsing.send(portal) == browsing.receipt(portal)


def test_b20_going_back_after_sending_leads_to_the_receipt(portal: Client) -> None:
    browsing.fill(portal)
    browsing.send(portal)
    for path in ("/s/c/1/", "/s/c/5/", "/s/c/check/", "/s/c/1/lines/"):
        assert portal.get(path)["Location"] == "/s/c/done/"
    assert portal.post("/s/c/check/")["Location"] == "/s/c/done/"
    assert Case.objects.count() == 1


def test_b20_a_stale_tab_keeps_what_was_typed_and_makes_no_second_case(portal: Client) -> None:
    browsing.fill(portal)
    pair = browsing.send(portal)
    typed = {"text": "別の画面で書いていた文章", "files": [browsing.file("late.png")]}
    late = browsing.answer(portal, 4, **typed)
    assert late["Location"] == "/s/c/done/"
    assert "お預かりしています" in words(portal.get("/s/c/done/"))
    assert portal.post("/s/c/check/")["Location"] == "/s/c/done/"
    assert Case.objects.count() == 1
    browsing.open_receipt(portal, *pair)
    page = portal.get("/s/f/").content.decode()
    assert "別の画面で書いていた文章" in page
    assert "late.png" in page


def test_b20_two_tabs_write_one_request(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 1, **browsing.START)
    browsing.answer(portal, 4, text="二つ目の画面から")
    browsing.answer(portal, 2, **browsing.CONTACT)
    browsing.answer(portal, 4, text="一つ目の画面から", finish="1")
    assert browsing.send(portal) == browsing.receipt(portal)
    assert Case.objects.count() == 1


def test_b20_a_page_of_yesterday_begins_anew_with_its_words(portal: Client) -> None:
    response = browsing.answer(portal, 4, text="きのう開いた画面で書いた文章")
    assert response["Location"] == "/s/c/5/"
    assert "きのう開いた画面で書いた文章" in portal.get("/s/c/4/").content.decode()


def test_b20_a_message_pressed_twice_is_one(portal: Client, pair: tuple[str, str]) -> None:
    browsing.open_receipt(portal, *pair)
    portal.get("/s/f/")
    for _ in range(3):
        portal.post(
            "/s/f/m/", {"text": "一度だけ", "token": "same-page", "case": browsing.mark(portal)}
        )
    assert Entry.objects.filter(kind="received").count() == 2
    page = portal.get("/s/f/").content.decode()
    assert page.count("一度だけ") == 1
