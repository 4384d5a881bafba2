"""B20: Back, double clicks, reloads and second tabs: one case, nothing typed lost."""

import re

import pytest
from django.test import Client

from madoguchi.rules import limits
from madoguchi.tools.act.models import Once
from madoguchi.web.portal.follow import session
from madoguchi.work.cases.models import Case
from madoguchi.work.intake import public as intake
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.badinputs.ends import words
from tests.web.portal import browsing
from tests.web.portal.browsing import Pair

SENT = {"text": "はじめの文章", "token": "same-page"}
FURTHER = "前に送った内容は届いています"


@pytest.mark.parametrize("times", [2, 5])
def test_b20_a_second_press_shows_the_same_receipt(filled: Client, times: int) -> None:
    pairs = {browsing.send(filled) for _ in range(times)}
    assert len(pairs) == 1
    assert (Case.objects.count(), Once.objects.count()) == (1, 1)


def test_b20_reloading_the_receipt_shows_the_same(filled: Client) -> None:
    assert browsing.send(filled) == browsing.receipt(filled)


def test_b20_going_back_after_sending_leads_to_the_receipt(filled: Client) -> None:
    browsing.send(filled)
    for path in ("/s/c/danger/", "/s/c/wishes/", "/s/c/check/", "/s/c/danger/lines/"):
        assert filled.get(path)["Location"] == "/s/c/done/"
    assert filled.post("/s/c/check/")["Location"] == "/s/c/done/"
    assert Case.objects.count() == 1


def test_b20_a_stale_tab_keeps_what_was_typed_and_makes_no_second_case(filled: Client) -> None:
    pair = browsing.send(filled)
    typed = {"text": "別の画面で書いていた文章", "files": [browsing.file("late.png")]}
    late = browsing.answer(filled, "story", **typed)
    assert late["Location"] == "/s/c/done/"
    assert "お預かりしています" in words(filled.get("/s/c/done/"))
    assert filled.post("/s/c/check/")["Location"] == "/s/c/done/"
    assert Case.objects.count() == 1
    browsing.open_receipt(filled, *pair)
    page = squeezed(filled.get("/s/f/"))
    assert "別の画面で書いていた文章" in page
    assert "late.png" in page


def test_b20_two_tabs_write_one_request(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    browsing.answer(portal, "story", text="二つ目の画面から")
    browsing.answer(portal, "contact", **browsing.CONTACT)
    browsing.answer(portal, "story", text="一つ目の画面から", finish="1")
    assert browsing.send(portal) == browsing.receipt(portal)
    assert Case.objects.count() == 1


def test_b20_a_page_of_yesterday_begins_anew_with_its_words(portal: Client) -> None:
    response = browsing.answer(portal, "story", text="きのう開いた画面で書いた文章")
    assert response["Location"] == "/s/c/contact/"
    assert "きのう開いた画面で書いた文章" in squeezed(portal.get("/s/c/story/"))


def test_b20_a_message_pressed_twice_is_one(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    portal.get("/s/f/")
    for _ in range(3):
        portal.post(
            "/s/f/m/", {"text": "一度だけ", "token": "same-page", "case": browsing.mark(portal)}
        )
    assert Entry.objects.filter(kind="received").count() == 2
    page = squeezed(portal.get("/s/f/"))
    assert page.count("一度だけ") == 1


def sent(portal: Client, pair: Pair) -> dict[str, str]:
    """The form of a message that was sent with a file, as Back shows it again."""
    browsing.open_receipt(portal, *pair)
    form = SENT | {"case": browsing.mark(portal)}
    portal.post("/s/f/m/", form | {"files": [browsing.file("first.png")]})
    return form


def test_b20_words_changed_after_back_are_kept_and_sent_as_a_further_message(
    portal: Client, pair: Pair
) -> None:
    form = sent(portal, pair)
    answer = portal.post("/s/f/m/", form | {"text": "書き直した文章"})
    page = squeezed(answer)
    assert answer.status_code == 200
    assert FURTHER in page
    assert ">\n書き直した文章</textarea>" in page
    assert "はじめの文章" in page
    assert Entry.objects.filter(kind="received").count() == 2
    assert ">\n書き直した文章</textarea>" in squeezed(portal.get("/s/f/"))
    browsing.add(portal, "書き直した文章")
    page = squeezed(portal.get("/s/f/"))
    assert page.count("書き直した文章") == 1
    assert "書き直した文章</textarea>" not in page
    assert Entry.objects.filter(kind="received").count() == 3


def test_b20_a_file_added_after_back_is_kept_without_the_words_that_arrived(
    portal: Client, pair: Pair
) -> None:
    form = sent(portal, pair)
    files = [browsing.file("first.png"), browsing.file("second.png")]
    for _ in range(2):  # the second time, the page is reloaded
        for one in files:
            one.seek(0)
        page = squeezed(portal.post("/s/f/m/", form | {"files": files}))
    kept, _, arrived = page.partition("送ったファイル")
    assert FURTHER in page
    assert kept.count("<span>second.png</span>") == 1
    assert "first.png" not in kept
    assert "first.png" in arrived
    assert "はじめの文章</textarea>" not in page


def test_b20_a_file_added_after_back_leaves_a_further_message_as_it_is(
    portal: Client, pair: Pair
) -> None:
    form = sent(portal, pair)
    further = {"text": "次の文章", "token": "next-page", "case": form["case"], "remove": "none"}
    portal.post("/s/f/m/", further)
    page = squeezed(portal.post("/s/f/m/", form | {"files": [browsing.file("second.png")]}))
    assert "second.png" in page.partition("送ったファイル")[0]
    assert ">\n次の文章</textarea>" in page


def test_b20_the_same_again_is_one_message_and_leaves_no_draft(portal: Client, pair: Pair) -> None:
    form = sent(portal, pair)
    for again in (form, form | {"files": [browsing.file("first.png")]}, form | {"text": ""}):
        assert portal.post("/s/f/m/", again)["Location"] == "/s/f/"
    page = squeezed(portal.get("/s/f/"))
    assert "送りました" in page
    assert (page.count("はじめの文章"), page.count("first.png")) == (1, 1)


def test_b20_a_quicker_press_with_other_words_takes_none_away(
    portal: Client, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first press is filed after the second has looked for it."""
    form = sent(portal, pair)
    monkeypatch.setattr(intake, "added", lambda *_: None)
    page = squeezed(portal.post("/s/f/m/", form | {"text": "書き直した文章"}))
    assert FURTHER in page
    assert ">\n書き直した文章</textarea>" in squeezed(portal.get("/s/f/"))
    assert Entry.objects.filter(kind="received").count() == 2


def test_b20_a_quicker_press_without_a_file_takes_it_not_away(
    portal: Client, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = sent(portal, pair)
    monkeypatch.setattr(intake, "added", lambda *_: None)
    files = [browsing.file("first.png"), browsing.file("second.png")]
    portal.post("/s/f/m/", form | {"files": files})
    page = squeezed(portal.get("/s/f/"))
    kept, _, arrived = page.partition("送ったファイル")
    assert FURTHER in page
    assert ("first.png" in kept, "second.png" in kept) == (False, True)
    assert ("first.png" in arrived, "second.png" in arrived) == (True, False)
    assert "はじめの文章</textarea>" not in page
    browsing.add(portal, "")
    page = squeezed(portal.get("/s/f/"))
    assert (page.count("first.png"), page.count("second.png")) == (1, 1)


def test_b20_control_without_the_comparison_the_changed_words_are_gone(
    portal: Client, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "not_yet_filed", lambda *_: ({"text": []}, []))
    form = sent(portal, pair)
    assert portal.post("/s/f/m/", form | {"text": "書き直した文章"})["Location"] == "/s/f/"
    assert "書き直した文章" not in squeezed(portal.get("/s/f/"))


def test_b20_a_step_changed_after_sending_is_kept_by_question(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file("first.png")])
    pair = browsing.send(portal)
    changed = browsing.CONTACT | {"contact_rule": "wait", "phone": ""}
    assert browsing.answer(portal, "contact", **changed)["Location"] == "/s/c/done/"
    story = browsing.STORY | {"text": "書き直した文章"}
    browsing.answer(portal, "story", **story, files=[browsing.file("first.png")])
    assert "まだ送っていません" in words(portal.get("/s/c/done/"))
    browsing.open_receipt(portal, *pair)
    (kept,) = re.findall(
        r"<textarea[^>]*>(.*?)</textarea>", squeezed(portal.get("/s/f/")), re.DOTALL
    )
    assert "電話番号\n書いていません" in kept
    assert "わたしから連絡するまで、連絡しないでほしい" in kept
    assert "書き直した文章" in kept
    assert browsing.CONTACT["name"] not in kept, "what was filed as it stands is not asked again"
    assert browsing.STORY["urls"] not in kept
    assert "first.png" not in squeezed(portal.get("/s/f/")).partition("送ったファイル")[0]


def test_b20_a_step_sent_again_unchanged_is_not_put_aside(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file("first.png")])
    browsing.send(portal)
    again = browsing.STORY | {"files": [browsing.file("first.png")]}
    assert browsing.answer(portal, "story", **again)["Location"] == "/s/c/done/"
    assert browsing.answer(portal, "contact", **browsing.CONTACT)["Location"] == "/s/c/done/"
    assert "お預かりしています" not in words(portal.get("/s/c/done/"))


@pytest.mark.parametrize("room", [0, limits.DAY_BYTES], ids=["", "control: there is room"])
def test_b20_a_file_added_after_sending_that_is_not_kept_is_reported(
    filled: Client, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    browsing.send(filled)
    monkeypatch.setattr(limits, "DAY_BYTES", room)
    late = browsing.answer(filled, "story", **browsing.STORY, files=[browsing.file("late.png")])
    page = words(filled.get(late["Location"]))
    assert ("受け取れなかったものがあります" in page) is (room == 0)
    assert "受け取れなかったものがあります" not in words(filled.get("/s/c/done/"))


def test_b20_control_without_marks_what_was_filed_is_put_aside_as_new(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_said", lambda *_: {})
    browsing.fill(portal)
    browsing.send(portal)
    browsing.answer(portal, "story", **browsing.STORY)
    assert "お預かりしています" in words(portal.get("/s/c/done/"))
