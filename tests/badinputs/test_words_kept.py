"""X3, X5 to X10, X14, X16: words arrive exactly as they were typed; the desk sees what hides.

Each is sent in every field that takes words, read where work keeps it, and looked at on the pages
of both doors; what has several spellings is found by each of them.
"""

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.search.queries import PURPOSES
from tests.answers import squeezed
from tests.badinputs.ends import case_page, open_desk, story, taken
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.portal import browsing

type Told = Callable[[str], str]
LONGEST_LINE = 100


@pytest.fixture
def told(portal: Client, office: OfficeCard, now: datetime, settings: Settings) -> Told:
    """Sends the words in every field, finds them there, and gives what the desk's page says."""

    def send(words: str) -> str:
        line, addressed = words[:LONGEST_LINE].strip(), f"https://example.com/1 {words}"
        contact = browsing.CONTACT | {"name": line, "kana": line}
        steps: dict[str, dict[str, Any]] = {
            "danger": browsing.START,
            "story": {"text": words, "urls": addressed, "when": line},
            "contact": contact,
            "about": {"town": line, "language": line},
            "wishes": {"how": "any", "visit_when": line},
        }
        browsing.begin(portal)
        for step, typed in steps.items():
            assert browsing.answer(portal, step, **typed).status_code == 303
        pair = browsing.send(portal)
        held = browsing.holding(office, pair)
        about = cases.about(held.drawer)
        assert {about[name] for name in ("name", "kana", "town", "language")} == {line}
        received = story(office, pair, now)
        assert (received["text"], received["urls"]) == (words, addressed)
        assert (received["when"], received["visit_when"]) == (line, line)
        browsing.open_receipt(portal, *pair)
        assert html.escape(words, quote=True) in squeezed(portal.get("/s/f/"))
        page = case_page(settings, office, now)
        case = Case.objects.get()
        assert line not in case.short_name
        return html.unescape(page)

    return send


def test_x03_signs_that_hide_or_turn_are_kept_and_made_visible(told: Told) -> None:
    hidden = "\u202e\u2066\u2069\u200b\ufeff\u2028\u00ad\u3164\ufff9"
    page = told("前" + "中".join(hidden) + "中a\u200db後")
    for sign in (*hidden, "\u200d"):
        assert f"⟦U+{ord(sign):04X}⟧" in page
        assert sign not in page


def test_x05_pictures_joined_from_several_stay_whole(told: Told) -> None:
    joined = "👨‍👩‍👧‍👦 🇯🇵 👋🏽 👁️‍🗨️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🧑"
    page = told(joined)
    assert joined in page
    assert "⟦" not in page


def test_x06_old_and_rare_forms_stay_what_they_are(told: Told) -> None:
    forms = "葛\U000e0100城 葛\U000e0101飾 辻\U000e0100 𠮷田 髙﨑 神\ufa19 ㈱①"
    page = told(forms)
    assert forms in page
    assert "⟦" not in page


def test_x07_signs_of_one_office_only_are_listed(told: Told) -> None:
    page = told("外字\ue000と\uf8ff\ue000")
    assert "外字\ue000と\uf8ff\ue000" in page
    assert "外字があります。相手やほかの機器では見えません。 U+E000 U+F8FF<" in page


def test_x07_a_colleague_who_sends_one_reads_so(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: tuple[str, str]
) -> None:
    browser, case = taken(settings, office, now)
    typed = {"answer_text": "渡\ue123様", "answer_days": "5"}
    assert do(browser, case, "answer", **typed).status_code == 303
    plan = {"plan_kind": "call", "plan_days": "3", "plan_why": "\ue124さんへ"}
    assert do(browser, case, "plan", **plan).status_code == 303
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "見えません。 U+E123<" in page
    assert "見えません。 U+E124<" in page


@pytest.mark.parametrize(
    ("typed", "dial"),
    [
        ("０９０１２３４５６７８", "09012345678"),
        ("0279ー25‐8526", "0279258526"),
        ("0279−25–8526", "0279258526"),
        ("0279~25〜8526 内線 12", "0279258526"),
        ("09012345678", ""),
    ],
)
def test_x08_a_telephone_is_dialled_from_any_width_and_shown_as_typed(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, typed: str, dial: str
) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    browsing.answer(portal, "contact", **browsing.CONTACT | {"phone": typed}, finish="1")
    about = cases.about(browsing.holding(office, browsing.receipt(portal)).drawer)
    assert about["phone"] == typed
    assert about["phone_digits"] == (dial or typed)
    page = case_page(settings, office, now)
    assert typed in page
    assert re.findall(r"かける番号 (\d+)", page) == ([dial] if dial else [])


def test_x08_half_width_kana_stay(told: Told) -> None:
    assert "ｶﾞｷﾞｸﾞ ０９０ー１２３４" in told("ｶﾞｷﾞｸﾞ ０９０ー１２３４")


def test_x09_marks_apart_stay_apart(told: Told) -> None:
    assert "か\u3099き\u3099" in told("か\u3099き\u3099")


@pytest.mark.parametrize(
    ("typed", "asked_for"),
    [
        ("葛\U000e0100城さん", "葛城"),
        ("𠮷田です", "吉田"),
        ("髙﨑市", "高崎"),
        ("神\ufa19社", "神社"),
        ("か\u3099っこう", "がっこう"),
        ("ｶﾞｯｺｳ", "がっこう"),
        ("０９０ー１２３４", "090-1234"),
    ],
)
def test_x06_x08_x09_what_has_several_spellings_is_found(
    portal: Client,
    office: OfficeCard,
    now: datetime,
    settings: Settings,
    typed: str,
    asked_for: str,
) -> None:
    open_desk(settings)
    case = asked(office, now, text=f"きのう{typed}から")
    _, browser = colleague(office, "counsellor", now)
    assert browser.get(f"/cases/{case.pk}/").status_code == 200  # opened once: search may look in
    found = browser.post("/search/", {"words": asked_for, "purpose": PURPOSES[0]})
    assert f'href="/cases/{case.pk}/"' in squeezed(found)
    other = browser.post("/search/", {"words": "どこにもない", "purpose": PURPOSES[0]})
    assert str(case.pk) not in squeezed(other)  # the control


def test_x10_a_tower_of_marks_is_kept_and_shown_cut(told: Told) -> None:
    page = told("Z" + "\u0301" * 500 + "終")
    assert "Z" + "\u0301" * 8 + "終" in page
    assert "\u0301" * 9 not in page.partition("<main")[2]


def test_x14_long_and_strange_addresses_are_words(told: Told) -> None:
    told("https://example.com/" + "a" * 8_000)


def test_x16_what_arrived_unreadable_is_kept_and_flagged(
    filled: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    """A sender of Shift_JIS that says nothing of it; the page itself declares UTF-8."""
    sent = b"how=any&visit_when=" + "あした".encode("cp932").hex("%").join(("%", "")).encode()
    kind = "application/x-www-form-urlencoded"
    assert filled.post("/s/c/wishes/", sent, content_type=kind).status_code == 303
    received = story(office, browsing.send(filled), now)
    assert "\ufffd" in received["visit_when"]
    assert "文字化けかもしれません" in case_page(settings, office, now)


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_x16_a_declared_spelling_is_read(
    filled: Client, office: OfficeCard, now: datetime, charset: str
) -> None:
    words = "日本語の文章です".encode(charset)
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + words + b"\r\n--b--\r\n"
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    assert filled.generic("POST", "/s/c/story/", body, content_type=kind).status_code == 303
    assert story(office, browsing.send(filled), now)["text"] == "日本語の文章です"


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp"])
def test_x16_a_spelling_that_such_a_form_cannot_declare_is_refused_clearly(
    filled: Client, charset: str
) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    response = filled.generic("POST", "/s/c/wishes/", b"how=any&visit_when=x", content_type=kind)
    assert response.status_code == 400
    assert "0279-25-8526" in squeezed(response)
