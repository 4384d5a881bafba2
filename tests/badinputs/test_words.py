"""What bad input gets: a sentence at the field, everything typed still there; never a 500.

The numbers are those of the house's list of sixty bad inputs (X text, F files, B forms).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from madoguchi.rules import limits
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.record import public as record
from tests.web.portal import browsing

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from madoguchi.tools.office.public import OfficeCard

type Pair = tuple[str, str]


def sent_story(portal: Client, office: OfficeCard, now: datetime, **story: str) -> dict[str, str]:
    """What work received of a request with this story."""
    browsing.fill(portal, **story)
    held = browsing.holding(office, browsing.send(portal))
    (entry,) = record.read(cases.consultee(office.id), held, now=now)
    return entry.words


TEXTS = {
    "X3 direction and invisible signs": "a\u202eb\u2066c\u2069d\u200de\u200bf\ufeffg\u2028h",
    "X5 emoji": "👨‍👩‍👧‍👦🇯🇵👋🏽 🧑",
    "X6 variants": "葛󠄀城 辻󠄀 𠮷田 髙﨑 神\ufa19",
    "X7 own signs": "外字\ue000\uf8ff",
    "X8 widths": "ｶﾞｷﾞｸﾞ ０９０ー１２３４",
    "X9 marks apart": "か\u3099き\u3099",
    "X10 many marks": "Z" + "\u0301" * 500,
    "X11 code": "<script>alert(1)</script>{{7*7}}{% load x %}${jndi:x}%s%n'; DROP TABLE x;--",
    "X11 links": "![x](https://a.example/x.png) <meta http-equiv=refresh> javascript:alert(1)",
    "X14 long address": "https://example.com/" + "a" * 8_000,
    "X14 other addresses": "xn--r8jz45g.jp javascript:x http://abc.onion line://x URLなし",
    "B7 dates as people write them": "平成31年5月1日 令和元年 昭和64年1月7日 明治45年",
}


@pytest.mark.parametrize("words", TEXTS.values(), ids=TEXTS)
def test_words_arrive_exactly_and_stay_words(
    portal: Client, office: OfficeCard, now: datetime, words: str
) -> None:
    told = sent_story(portal, office, now, text=words, urls=words)
    assert (told["text"], told["urls"]) == (words, words)
    page = portal.get("/s/c/done/").content.decode()
    browsing.open_receipt(portal, *browsing.receipt(portal))
    page = portal.get("/s/f/").content.decode()
    assert "<script>alert" not in page
    assert 'src="https://a.example' not in page
    assert "49" not in words or "{{7*7}}" in page


@pytest.mark.parametrize(
    ("number", "name"), [(2, "name"), (2, "phone"), (3, "town"), (4, "text"), (4, "when")]
)
def test_x1_a_control_character_is_pointed_out(portal: Client, number: int, name: str) -> None:
    browsing.begin(portal)
    typed = browsing.CONTACT if number == 2 else {}
    response = browsing.answer(portal, number, **typed | {name: "前\x00後"})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#f-{name}"' in page
    assert "\x00" not in page
    assert "前後" in page


def test_x2_half_a_character_breaks_nothing(portal: Client) -> None:
    browsing.begin(portal)
    broken = b"text=%ED%A0%80&when=%FF%FE"
    response = portal.post("/s/c/4/", broken, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (303, 422)
    json_body = json.dumps({"text": "\ud800"})
    assert portal.post("/s/c/4/", json_body, content_type="application/json").status_code == 400
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["あ" * 20_001, "a" * 1_000_000, "\n" * 100_000, "a b " * 6_000],
    ids=["one over", "no space", "newlines", "spaces"],
)
def test_x4_too_much_text_is_counted_and_kept(portal: Client, words: str) -> None:
    browsing.begin(portal)
    response = browsing.answer(portal, 4, text=words)
    page = response.content.decode()
    assert response.status_code == 422
    assert "20000文字までです" in page.replace(",", "")
    assert words in page
    cut = len(words) > limits.WORDS_A_DRAFT
    assert ("はじめの20000文字だけが残ります" in page) == cut
    later = portal.get("/s/c/4/").content.decode()
    assert words[: limits.WORDS_A_FIELD] in later
    assert (words in later) != cut


def test_x4_twenty_thousand_characters_are_taken_however_lines_end(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    words = "あ\r\n" * 10_000
    assert sent_story(portal, office, now, text=words)["text"] == "あ\n" * 10_000


def test_x4_more_than_a_request_may_hold_is_refused_with_the_telephone(portal: Client) -> None:
    browsing.begin(portal)
    response = browsing.answer(portal, 4, text="a" * 3_000_000)
    assert response.status_code in (400, 413)
    assert "0279-25-8526" in response.content.decode()


@pytest.mark.parametrize("name", ["name", "email", "phone"])
def test_x12_a_line_break_cannot_reach_a_mail_header(portal: Client, name: str) -> None:
    browsing.begin(portal)
    typed = browsing.CONTACT | {name: "x@example.jp\r\nBcc: y@example.jp"}
    response = browsing.answer(portal, 2, **typed)
    assert response.status_code == 422
    assert f'href="#f-{name}"' in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        '"a b"@example.jp',
        "taro+net@example.jp",
        "taro..x.@docomo.ne.jp",
        "花子@例え.jp",
        "ｔａｒｏ@example.jp",
        "a" * 300 + "@example.jp",
    ],
)
def test_x13_addresses_that_exist_are_taken(portal: Client, address: str) -> None:
    browsing.begin(portal)
    response = browsing.answer(portal, 2, contact_rule="mail_only", email=address)
    assert response.status_code == 303


@pytest.mark.parametrize("address", ["taro", "taro@", "@example.jp", "a b@example.jp"])
def test_x13_what_is_no_address_is_shown_again(portal: Client, address: str) -> None:
    browsing.begin(portal)
    response = browsing.answer(portal, 2, contact_rule="mail_only", email=address)
    assert response.status_code == 422
    assert f'value="{address}"' in response.content.decode()
