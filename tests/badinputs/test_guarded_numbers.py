"""X15: a マイナンバー or a card's number is asked about before anything holds it."""

import re
from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from madoguchi.rules.numbers import is_luhn, is_my_number, numbers
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.badinputs.ends import case_page, story, taken
from tests.web.desk.colleagues import do
from tests.web.portal import browsing

MINE = "1234-5678-9018"
DIGITS = MINE.replace("-", "")
CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (f"番号は{DIGITS}です", ["my_number"]),
        ("１２３４　５６７８　９０１８", ["my_number"]),
        ("カード 4111-1111-1111-1111 と 3782 822463 10005", ["card", "card"]),
        (f"{DIGITS} {DIGITS}", ["my_number"]),
        (f"{DIGITS}、{MINE}", ["my_number"]),
        ("1234-5678-9012", []),
        ("0279-25-8526 090-1234-5678 2026-11-30", []),
        ("受付番号 1234-5678-90128", []),
        (f"https://x.example/status/{DIGITS}?id={CARD}", []),
        (f"@user{DIGITS} item_{DIGITS} 3.{DIGITS}", []),
    ],
)
def test_x15_what_is_asked_about(words: str, kinds: list[str]) -> None:
    assert [one.kind for one in numbers(words)] == kinds


@given(st.text("0123456789", min_size=11, max_size=11))
def test_x15_one_check_digit_of_ten_fits(body: str) -> None:
    assert sum(is_my_number(body + last) for last in "0123456789") == 1
    assert sum(is_luhn(body + last) for last in "0123456789") == 1


@pytest.mark.parametrize("number", [MINE, CARD])
def test_x15_a_citizen_is_asked_and_nothing_is_filed(
    filled: Client, office: OfficeCard, now: datetime, number: str
) -> None:
    response = browsing.answer(filled, "story", text=f"番号は{number}です")
    page = squeezed(response)
    assert response.status_code == 422
    assert number in page
    bare = number.replace("-", "")
    assert f"{bare[:2]}＊" in page
    assert f'type="checkbox" id="f-text-number-0" name="text" value="{bare}">' in page
    assert filled.post("/s/c/check/").status_code == 422
    assert not Case.objects.exists()
    assert browsing.answer(filled, "story", text="番号は消しました").status_code == 303
    pair = browsing.send(filled)
    assert bare not in str(story(office, pair, now)).replace("-", "")


@pytest.mark.parametrize("number", [MINE, CARD])
def test_x15_who_sends_what_is_written_so_far_sends_it_masked(
    filled: Client, office: OfficeCard, now: datetime, number: str
) -> None:
    """Sending early asks nothing, and files no such number."""
    answer = browsing.answer(filled, "story", text=f"番号は{number}です", finish="1")
    assert answer["Location"].startswith("/s/c/done/")
    bare = number.replace("-", "")
    said = story(office, browsing.receipt(filled), now)["text"]
    assert said == f"番号は{bare[:2]}{'＊' * (len(bare) - 2)}です"


def test_x15_what_is_said_to_be_none_is_kept_as_it_was_written(
    filled: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    words = f"注文番号 {MINE}"
    assert (
        browsing.answer(filled, "story", text=[words, DIGITS], back="1")["Location"]
        == "/s/c/check/"
    )
    again = squeezed(filled.get("/s/c/story/?back"))
    assert f'value="{DIGITS}" checked>' in again
    more = browsing.answer(filled, "story", text=[f"{words}、{CARD}", DIGITS])
    assert more.status_code == 422  # what was said of one number is not said of another
    browsing.answer(filled, "story", text=[words, DIGITS])
    assert story(office, browsing.send(filled), now)["text"] == words
    assert words in case_page(settings, office, now)


def test_x15_a_later_message_is_asked_about_too(portal: Client, pair: tuple[str, str]) -> None:
    browsing.open_receipt(portal, *pair)
    response = browsing.add(portal, f"{MINE}です")
    assert response.status_code == 422
    assert Entry.objects.count() == 1
    said = {"text": [f"{MINE}です", DIGITS], "token": "t", "case": browsing.mark(portal)}
    assert portal.post("/s/f/m/", said).status_code == 303
    assert Entry.objects.count() == 2


def test_x15_the_desk_is_asked_too(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: tuple[str, str]
) -> None:
    browser, case = taken(settings, office, now)
    for act, field in (("answer", "answer_text"), ("note", "note_text")):
        typed = {field: f"番号は{MINE}", "answer_days": "5"}
        response = do(browser, case, act, **typed)
        assert response.status_code == 422
        assert "マイナンバーのような数字（12＊＊" in squeezed(response)
    assert Entry.objects.count() == 1


def test_x15_a_long_list_is_asked_about_part_by_part(portal: Client) -> None:
    """Numbers of orders, say: one in eleven looks like a マイナンバー."""
    listed = [f"{n:012}" for n in range(10**11, 10**11 + 1_000) if is_my_number(f"{n:012}")]
    words, sure = "、".join(listed), list[str]()
    assert len(listed) > 60
    browsing.fill(portal)
    while (page := browsing.answer(portal, "story", text=[words, *sure])).status_code == 422:
        boxes = re.findall(r'name="text" value="(\d{12})"', squeezed(page))
        assert len(boxes) <= len(sure) + 20
        assert len(boxes) > len(sure)
        sure = boxes
    assert sure == listed
