"""Words of danger in what is written: the lines once, the desk's hour, and the way goes on."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.ops import worker
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival
from madoguchi.work.cases import danger
from madoguchi.work.cases.models import Case
from madoguchi.work.interviews.models import Interview
from tests.answers import Response, squeezed
from tests.offices import OTHER_PORTAL_HOST, browser_of
from tests.web.portal import applying, booking, browsing, test_own_grant_answer
from tests.web.portal.browsing import CONTACT, START, STORY, answer
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS, send
from tests.web.portal.saturdays import Clock
from tests.work.subsidy import owning

DYING = "もう消えたいです"
LINE = "tel:0120061338"
SATURDAY = datetime.fromisoformat("2026-11-28T23:00+09:00")
READS = "窓口がこれを読むのは、早くて月曜日8時30分です。"


@pytest.fixture(autouse=True)
def _night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "now", lambda: SATURDAY)


def at_the_story(portal: Client) -> None:
    """Answer what comes before the story."""
    browsing.begin(portal)
    for step, typed in (("danger", START), ("contact", CONTACT), ("about", {"age": "32"})):
        assert answer(portal, step, **typed).status_code == 303


def shown(response: Response) -> bool:
    """Whether the page shows the line for who wants to die."""
    return 'id="calm"' in squeezed(response) and LINE in squeezed(response)


def test_the_story_brings_the_lines_once_and_goes_on(portal: Client) -> None:
    at_the_story(portal)
    sent = answer(portal, "story", **STORY | {"text": DYING})
    assert sent["Location"] == "/s/c/story/lines/"
    page = portal.get(sent["Location"])
    assert shown(page)
    assert READS in squeezed(page)
    assert 'href="/s/c/contact/"' in squeezed(page)
    assert 'href="/s/c/story/"' in squeezed(page)
    assert answer(portal, "story", **STORY | {"text": DYING})["Location"] == "/s/c/contact/"
    assert answer(portal, "wishes", how="any")["Location"] == "/s/c/check/"
    assert portal.post("/s/c/check/")["Location"] == "/s/c/done/"


@pytest.mark.parametrize("words", [DYING, "殺すぞと言われました", "元夫に殴られます"])
@pytest.mark.parametrize(
    ("column", "said", "chat"),
    [
        ("", "電話やチャットで", True),
        ("/easy", "電話や チャットで", True),
        ("/en", "call or chat", False),
    ],
)
def test_a_chat_is_named_where_one_is_open_and_else_not_spoken_of(
    portal: Client, words: str, column: str, said: str, *, chat: bool
) -> None:
    """At 23 o'clock no chat in English is open."""
    page = squeezed(portal.post(f"{column}/search/", {"words": words}))
    calm = page.split('id="calm"')[1].split("<details")[0]
    assert (said in calm, 'href="https://talkme.jp/"' in calm) == (chat, chat)


def test_by_day_a_chat_in_english_is_named_to_who_is_threatened(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: SATURDAY.replace(hour=13))
    page = squeezed(portal.post("/en/search/", {"words": "he hits me"}))
    calm = page.split('id="calm"')[1].split("</section>")[0]
    assert "call or chat" in calm
    assert 'href="https://soudanplus.jp/"' in calm


@pytest.mark.parametrize("column", ["", "/easy"])
def test_an_adult_in_danger_finds_a_chat_among_the_lines(portal: Client, column: str) -> None:
    browsing.begin(portal)
    answer(portal, "danger", **START | {"danger": "yes"})
    page = squeezed(portal.get(f"{column}/s/c/danger/lines/")).split('class="calls"')[1]
    assert page.index("tel:110") < page.index('href="https://talkme.jp/"')


def test_who_sends_early_sees_them_before_it_goes(portal: Client) -> None:
    at_the_story(portal)
    sent = answer(portal, "story", **STORY | {"text": DYING, "finish": "1"})
    page = portal.get(sent["Location"])
    assert shown(page)
    assert 'action="/s/c/check/"' in squeezed(page)
    assert portal.post("/s/c/check/")["Location"] == "/s/c/done/"


@pytest.mark.parametrize(
    ("prefix", "unsent"),
    [
        ("", "まだ送られていません"),
        ("/easy", "まだ 送って いません"),
        ("/en", "Nothing has been sent yet"),
    ],
)
def test_who_sends_early_reads_first_that_nothing_is_sent_in_each_language(
    portal: Client, prefix: str, unsent: str
) -> None:
    at_the_story(portal)
    sent = answer(portal, "story", **STORY | {"text": DYING, "finish": "1"})
    assert f'href="{prefix}{sent["Location"]}"' in squeezed(portal.get(sent["Location"]))
    page = squeezed(portal.get(prefix + sent["Location"]))
    assert f"<h1>{unsent}</h1>" in page
    assert page.index("<h1>") < page.index('name="finish"') < page.index('id="calm"')


OTHERS_TOO = (
    (
        "元彼に裸の写真をばらまかれました",
        "元彼に裸の写真をばらまかれました。もう死にたい。自殺します。",
    ),
    ("もう生きていたくない", "もう生きていたくない。殺すと言われています"),
)


@pytest.mark.parametrize(("first", "then"), OTHERS_TOO)
@pytest.mark.parametrize(
    ("pressed", "leads"),
    [
        ({}, "/s/c/story/lines/"),
        ({"finish": "1"}, "/s/c/story/lines/send/"),
        ({"back": "1"}, "/s/c/story/lines/check/"),
        ({"before": "1"}, "/s/c/story/lines/before/"),
    ],
)
def test_words_of_another_danger_bring_the_lines_again(
    portal: Client, first: str, then: str, pressed: dict[str, str], leads: str
) -> None:
    at_the_story(portal)
    assert answer(portal, "story", **STORY | {"text": first})["Location"] == "/s/c/story/lines/"
    assert answer(portal, "story", **STORY | {"text": then} | pressed)["Location"] == leads
    assert 'id="calm"' in squeezed(portal.get(leads))
    assert "/lines/" not in answer(portal, "story", **STORY | {"text": then} | pressed)["Location"]


def test_who_changes_an_answer_comes_from_the_lines_to_the_check_page(portal: Client) -> None:
    browsing.fill(portal)
    sent = answer(portal, "story", **STORY | {"text": DYING, "back": "1"})
    page = squeezed(portal.get(sent["Location"]))
    assert 'class="button" href="/s/c/check/"' in page
    assert 'href="/s/c/story/?back"' in page


def test_who_takes_a_file_back_sees_them_too(portal: Client) -> None:
    at_the_story(portal)
    assert shown(answer(portal, "story", **STORY | {"text": DYING, "remove": "1"}))


def test_a_page_that_is_not_right_yet_shows_them_itself(portal: Client) -> None:
    browsing.begin(portal)
    answer(portal, "danger", **START)
    wrong = answer(portal, "contact", name="死にたい")
    assert wrong.status_code == 422
    assert shown(wrong)


def test_who_goes_back_sees_them_once_too_and_comes_to_the_page_before(portal: Client) -> None:
    at_the_story(portal)
    sent = answer(portal, "story", text=DYING, before="1")
    page = portal.get(sent["Location"])
    assert shown(page)
    assert 'href="/s/c/danger/"' in squeezed(page)
    assert answer(portal, "story", text=DYING, before="1")["Location"] == "/s/c/danger/"


def test_other_words_lead_on_as_before(portal: Client) -> None:
    at_the_story(portal)
    assert answer(portal, "story", **STORY)["Location"] == "/s/c/contact/"


def test_a_message_is_sent_and_its_page_shows_the_lines(portal: Client) -> None:
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    assert not shown(portal.get("/s/f/"))
    browsing.add(portal, DYING)
    assert shown(portal.get("/s/f/"))
    assert not shown(portal.get("/s/f/"))


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(("words", "wanted"), [(DYING, True), ("消したい", False)])
def test_a_booking_and_an_application_show_the_lines_before_they_are_sent(
    portal: Client, office: OfficeCard, words: str, *, wanted: bool
) -> None:
    booking.publish(office, SATURDAY)
    booking.fill(portal, subject=words)
    assert shown(portal.get("/s/l/check/")) is wanted
    assert booking.send(portal)["Location"] == "/s/l/done/"
    other = browser_of("portal.test")
    applying.come(other)
    applying.write(other, law_office=words)
    assert shown(other.get("/s/h/6/")) is wanted
    assert applying.send(other)["Location"] == "/s/h/sent/"


CONTRACT: dict[str, Any] = {
    "signed_on": ["2026", "11", "28"],
    "contract_lawyer": "法務 一郎",
    "contract_yen": "30万円",
}
REPORT: dict[str, Any] = {
    "receipt_on": ["2026", "11", "28"],
    "paid_yen": "300,000",
    "receipt_bring": "yes",
}


def written(portal: Client, what: str, words: str) -> Response:
    """A page of the grant, sent with these words of one's own."""
    match what:
        case "a/":
            return test_own_grant_answer.answer(portal, answer_words=words)
        case "c/":
            return send(portal, what, **CONTRACT, contract_words=words)
        case "r/":
            return send(portal, what, **REPORT, report_words=words)
        case _:
            return send(portal, what, withdraw_words=words)


OF_GRANT = [("returned", "a/"), ("decided", "c/"), ("contracted", "r/"), ("received", "x/")]


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(("state", "what"), OF_GRANT)
@pytest.mark.parametrize(("words", "wanted"), [(DYING, True), ("消したい", False)])
def test_words_with_a_step_of_the_grant_bring_the_lines_once_it_is_sent_and_the_mark(
    comes: Comes, portal: Client, clock: Clock, state: str, what: str, words: str, *, wanted: bool
) -> None:
    clock.now = SATURDAY
    one = comes(state)
    assert written(portal, what, words)["Location"] == ADDRESS
    after = portal.get(ADDRESS)
    assert shown(after) is wanted
    assert (READS in squeezed(after)) is wanted
    assert not shown(portal.get(ADDRESS))
    worker.empty()
    assert danger.noticed(Case.objects.get(pk=one.held.case_id)) is wanted


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(("words", "wanted"), [(DYING, True), ("消したい", False)])
def test_a_page_of_the_grant_that_is_not_right_yet_shows_them_unsent(
    comes: Comes, portal: Client, clock: Clock, words: str, *, wanted: bool
) -> None:
    clock.now = SATURDAY
    comes("decided")
    typed = CONTRACT | {"contract_yen": "", "contract_words": words}
    wrong = send(portal, "c/", **typed)
    assert wrong.status_code == 422
    assert shown(wrong) is wanted
    assert (f"まだ送られていません。送っても、{READS}" in squeezed(wrong)) is wanted
    assert not shown(portal.get(f"{ADDRESS}c/"))


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_what_stands_in_the_application_brings_no_lines_with_an_answer(
    comes: Comes, portal: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = SATURDAY
    told = {"application": {**owning.APPLICATION, "law_office": DYING}}
    monkeypatch.setitem(owning.TOLD, Verb.APPLY, told)
    comes("returned")
    wrong = test_own_grant_answer.answer(portal)
    assert wrong.status_code == 422
    assert not shown(wrong)
    assert written(portal, "a/", "撮り直しました")["Location"] == ADDRESS
    assert not shown(portal.get(ADDRESS))


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize(("note", "wanted"), [(DYING, True), ("車いすです", False)])
@pytest.mark.usefixtures("portal")
def test_a_note_for_an_interview_brings_the_lines_with_the_booking(
    note: str, *, wanted: bool
) -> None:
    browser = browser_of(OTHER_PORTAL_HOST)
    browsing.fill(browser)
    browsing.open_receipt(browser, *browsing.send(browser))
    refused = browsing.book(browser, "", note=note)
    assert refused.status_code == 422
    assert shown(refused) is wanted
    assert ("まだ送られていません" in squeezed(refused)) is wanted
    booked = browsing.book(browser, browsing.free(browser)[0], note=note)
    assert shown(booked) is wanted
    after = booked if wanted else browser.get(booked["Location"])
    assert "面談を予約しました" in squeezed(after)
    assert "まだ送られていません" not in squeezed(after)
    assert ("窓口がこれを読むのは、早くて" in squeezed(after)) is wanted
    for address in ("/s/f/", "/s/f/v/"):
        assert not shown(browser.get(address)), address
    assert Interview.objects.count() == 1


def test_what_was_sent_stands_on_top_though_no_danger_was_ticked(portal: Client) -> None:
    """Until somebody has read it: the desk's page says why, at the entry."""
    at_the_story(portal)
    answer(portal, "story", **STORY | {"text": DYING, "finish": "1"})
    portal.post("/s/c/check/")
    assert Case.objects.get().urgent
    other = browser_of("portal.test")
    browsing.fill(other)
    browsing.send(other)
    assert [each.urgent for each in Case.objects.order_by("-urgent")] == [True, False]


@pytest.mark.parametrize(
    ("kind", "line"), [("threat", "tel:110"), ("sexual", "tel:%238103"), ("lie", "")]
)
def test_a_ticked_danger_brings_the_lines_once(portal: Client, kind: str, line: str) -> None:
    """Who dares no words ticks a box; it does not put the case on top."""
    at_the_story(portal)
    kinds = STORY | {"kinds": [kind]}
    page = squeezed(portal.get(answer(portal, "story", **kinds)["Location"]))
    assert ('id="calm"' in page) == bool(line)
    assert line in page
    assert answer(portal, "story", **kinds)["Location"] == "/s/c/contact/"
    answer(portal, "wishes", how="any")
    portal.post("/s/c/check/")
    assert not Case.objects.get().urgent


def test_a_tick_for_the_danger_of_the_words_brings_no_lines_again(portal: Client) -> None:
    at_the_story(portal)
    words = STORY | {"text": "殺すぞと言われました"}
    assert answer(portal, "story", **words)["Location"] == "/s/c/story/lines/"
    ticked = words | {"kinds": ["threat"]}
    assert answer(portal, "story", **ticked)["Location"] == "/s/c/contact/"


def test_whoever_else_answers_stands_on_the_page_so_that_nothing_is_left(portal: Client) -> None:
    """No link to another page: that one would stand in the history, by its title."""
    at_the_story(portal)
    answer(portal, "story", **STORY | {"text": DYING})
    page = squeezed(portal.get("/s/c/story/lines/"))
    panel = page.split('id="calm"')[1].split("</section>")[0]
    assert 'href="/guide/danger' not in panel
    assert "tel:" in panel.split("ほかの話せる所を見る")[1]
    assert "110番アプリ" in panel, "whoever cannot speak or hear finds ways too"


@pytest.mark.parametrize(
    ("who", "words", "lines"),
    [
        ("self", DYING, ["0120061338"]),
        ("self", "裸の写真をばらまくと言われました", ["%238103", "0120061338"]),
        ("child", "お父さんにたたかれます", ["0120078310", "0120061338"]),
        ("guardian", DYING, ["0120078310", "0120061338"]),
    ],
)
def test_the_receipt_names_who_answers_each_danger_that_was_sent(
    portal: Client, who: str, words: str, lines: list[str]
) -> None:
    browsing.begin(portal)
    answer(portal, "danger", **START | {"who": who})
    answer(portal, "story", **STORY | {"text": words, "finish": "as_it_is"})
    portal.post("/s/c/check/", {"finish": "as_it_is"})
    note = squeezed(portal.get("/s/c/done/")).split("noprint")[1].split("</div>")[0]
    assert [note.count(f"tel:{line}") for line in lines] == [1] * len(lines)


def test_a_letter_that_wants_an_answer_brings_who_reads_it_before_the_date(portal: Client) -> None:
    """Once, and no danger: the case does not stand on top."""
    at_the_story(portal)
    letter = STORY | {"text": "意見照会書が届きました。期限は12月3日です"}
    assert answer(portal, "story", **letter)["Location"] == "/s/c/story/lines/"
    page = squeezed(portal.get("/s/c/story/lines/"))
    assert 'id="calm"' not in page
    assert "被害を受けた方のためのもの" in page
    assert "法テラス" in page
    assert answer(portal, "story", **letter)["Location"] == "/s/c/contact/"
    answer(portal, "wishes", how="any")
    portal.post("/s/c/check/")
    assert not Case.objects.get().urgent


@pytest.mark.parametrize(
    "words", ["加害者に謝ってほしい", "手紙を書きました", "弁護士に相談したい"]
)
def test_other_words_of_letters_and_wrongs_bring_nothing(portal: Client, words: str) -> None:
    at_the_story(portal)
    assert answer(portal, "story", **STORY | {"text": words})["Location"] == "/s/c/contact/"


@pytest.mark.parametrize(
    "words",
    [
        "「家に行く」と書かれました",
        "家に行くと言われた",
        "家に行くぞ、住所は分かってる",
        "はだかの しゃしんを おくれって いわれた",
        "おかあさんに ぶたれます",
        "いたい。ママが おこって たたいた",
        "しんだら らくに なる",
        "首を吊る",
        "消してほしければ10万円払えと言われました",
        "家を知っている",
        "家知ってるぞ",
        "I know where you live",
        "he checks my phone",
        "担任です。生徒の裸の写真がクラスのLINEで回っています",
    ],
)
def test_who_is_told_that_somebody_comes_or_wants_pictures_sees_the_lines(
    portal: Client, words: str
) -> None:
    at_the_story(portal)
    assert answer(portal, "story", **STORY | {"text": words})["Location"] == "/s/c/story/lines/"


def test_a_file_beside_words_of_intimate_pictures_is_asked_about(portal: Client) -> None:
    at_the_story(portal)
    picture = SimpleUploadedFile("a.png", b"x", "image/png")
    answer(portal, "story", **STORY | {"text": "娘の裸の写真をばらまかれました", "files": picture})
    page = squeezed(portal.get("/s/c/story/lines/"))
    assert "18歳未満の人の裸などの写真があるときは、送らないで" in page
    answer(portal, "story", text="殺すぞと言われました")
    assert "裸などの写真" not in squeezed(portal.get("/s/c/story/lines/"))


def test_who_cannot_speak_finds_ways_on_the_lines_and_on_the_receipt(portal: Client) -> None:
    browsing.begin(portal)
    answer(portal, "danger", **START | {"danger": "yes"})
    lines = squeezed(portal.get("/s/c/danger/lines/"))
    answer(portal, "story", **STORY | {"finish": "as_it_is"})
    receipt = squeezed(portal.get("/s/c/done/"))
    for page in (lines, receipt):
        ways = page.split("声を出せない方・聞こえない方")[1].split("</details>")[0]
        assert "NET119" in ways
        assert "https://talkme.jp/" in ways


@pytest.mark.parametrize("told", ["by words", "by a tick", "by neither"])
def test_who_said_so_finds_the_ways_without_a_voice_first_and_open(
    portal: Client, told: str
) -> None:
    at_the_story(portal)
    deaf = "耳が聞こえません。電話は使えません。" if told == "by words" else ""
    lines = portal.get(
        answer(portal, "story", **STORY | {"text": f"{deaf}殺すと脅されています"})["Location"]
    )
    if told == "by a tick":
        answer(portal, "about", age="32", support=["writing"])
    answer(portal, "wishes", how="any")
    portal.post("/s/c/check/")
    receipt = squeezed(portal.get("/s/c/done/"))
    assert ("<details open>" in squeezed(lines)) == (told == "by words")
    assert ("声を使わない次の方法で" in receipt) == (told != "by neither")
    assert ("110番へお電話ください" in receipt) == (told == "by neither")
    first = receipt.index("声を出せない方") < receipt.index("tel:110")
    assert first == (told != "by neither")


def test_on_an_english_page_it_is_said_who_answers_in_which_language(portal: Client) -> None:
    browsing.begin(portal)
    answer(portal, "danger", **START | {"who": "guardian"})
    lines = squeezed(portal.get("/en/s/c/danger/lines/"))
    assert lines.index("Press 2 for other languages") < lines.index("24-hour Children")
    child = lines.split("24-hour Children")[1].split("</li>")[0]
    assert "Japanese" in child
    english = lines.split("TELL")[1].split("</li>")[0]
    assert "Japanese" not in english


@pytest.mark.parametrize(("who", "named"), [("child", True), ("guardian", True), ("self", False)])
def test_a_child_in_danger_finds_who_listens_to_children(
    portal: Client,
    who: str,
    named: bool,  # noqa: FBT001 - a case of the table
) -> None:
    at_the_story(portal)
    answer(portal, "danger", **START | {"who": who})
    said = STORY | {"text": "殺すと言われています"}
    page = squeezed(portal.get(answer(portal, "story", **said)["Location"]))
    first = page.partition('id="calm"')[2].partition("</ul>")[0]
    assert ("0120-0-78310" in first) is named
