"""Asking for help, from the first page to the receipt: one case, nothing typed lost."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.kit import arrival
from madoguchi.web.portal.consult.steps import ORDER
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import public as record
from tests.answers import Response, squeezed
from tests.conftest import TOKYO
from tests.web.portal import browsing

SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=TOKYO)


def words(response: Response) -> str:
    """The page as text without tags."""
    return re.sub(r"<[^>]+>", "", response.content.decode())


def story(office: OfficeCard, pair: tuple[str, str], now: datetime) -> dict[str, Any]:
    """What the request said."""
    (entry,) = record.read(cases.consultee(office.id), browsing.holding(office, pair), now=now).rows
    return entry.words


def test_a_request_becomes_a_case_with_all_its_answers(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.fill(portal, files=[browsing.file("a.jpg"), browsing.file("b.pdf")], when="先週の夜")
    check = portal.get("/s/c/check/").content.decode()
    shown = ("０２７９−００−００００", "a.jpg", "b.pdf", "掲示板", "先週の夜")
    assert all(told in check for told in shown)
    assert "書いていない項目" in check
    pair = browsing.send(portal)
    assert (len(pair[0]), len(pair[1])) == (15, 19)
    case = browsing.holding(office, pair)
    about = cases.about(case.drawer)
    assert (about["name"], about["age"], about["who"]) == ("𠮷田 花子", 32, "self")
    assert (about["phone"], about["phone_digits"]) == ("０２７９−００−００００", "0279000000")
    told = story(office, pair, now)
    assert told["text"] == browsing.STORY["text"]
    assert told["place"] == ["x", "board"]
    assert cases.wishes(case.drawer) == cases.Wishes("no_voicemail", name_desk=False)


def test_danger_shows_lines_first_and_marks_the_case(begun: Client) -> None:
    to = browsing.answer(begun, "danger", danger="yes", who="self")["Location"]
    assert to == "/s/c/danger/lines/"
    page = begun.get(to).content.decode()
    assert all(number in page for number in ("tel:110", "tel:%239110", 'href="/s/c/story/"'))
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    assert "110番" in begun.get("/s/c/done/").content.decode()
    assert Case.objects.get().urgent


def test_in_danger_a_reader_of_english_sees_next_who_answers_in_it(begun: Client) -> None:
    browsing.answer(begun, "danger", danger="yes", who="self")
    page = words(begun.get("/en/s/c/danger/lines/")).split("If you feel in danger")[1]
    order = ["Police (110)", "Fire and ambulance", "Yorisoi", "Press 2 for", "TELL", "#Inochi"]
    assert [page.index(each) for each in order] == sorted(page.index(each) for each in order)
    assert "TELL" not in words(begun.get("/s/c/danger/lines/"))


@pytest.mark.parametrize("who", ["child", "guardian"])
def test_a_child_sees_lines_for_children(begun: Client, who: str) -> None:
    to = browsing.answer(begun, "danger", danger="no", who=who)["Location"]
    page = begun.get(to).content.decode()
    assert "tel:0120007110" in page
    assert "tel:0120078310" in page


@pytest.mark.parametrize("typed", [{"age": "17"}, {"age_band": "under_18"}])
def test_a_young_age_leads_to_lines_for_children(begun: Client, typed: dict[str, str]) -> None:
    assert browsing.answer(begun, "about", **typed)["Location"] == "/s/c/about/lines/"
    assert 'href="/s/c/wishes/"' in begun.get("/s/c/about/lines/").content.decode()


def test_what_has_been_written_so_far_can_be_sent(
    begun: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    assert 'name="finish"' not in begun.get("/s/c/danger/").content.decode()
    assert 'name="finish"' in begun.get("/s/c/contact/").content.decode()
    browsing.answer(begun, "contact", **browsing.CONTACT)
    response = browsing.answer(begun, "story", text="ここまで", finish="1")
    assert response["Location"] == "/s/c/done/"
    assert story(office, browsing.receipt(begun), now) == {"text": "ここまで"}


def test_a_change_returns_to_the_check_page(filled: Client) -> None:
    page = filled.get("/s/c/check/").content.decode()
    assert 'href="/s/c/contact/?back#f-phone"' in page
    form = filled.get("/s/c/contact/?back").content.decode()
    assert 'name="back"' in form
    changed = browsing.CONTACT | {"phone": "0279-00-1111", "back": "1"}
    assert browsing.answer(filled, "contact", **changed)["Location"] == "/s/c/check/"
    assert "0279-00-1111" in filled.get("/s/c/check/").content.decode()


def hidden(response: Response, name: str) -> str:
    """A hidden field of the page."""
    found = re.search(f'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("other", "field", "now"), [("about", "age", "33"), ("story", "text", "別の文")]
)
def test_what_another_tab_changed_is_not_sent_unseen(
    filled: Client, other: str, field: str, now: str
) -> None:
    shown = hidden(filled.get("/s/c/check/"), "shown")
    browsing.answer(filled, other, **{field: now})
    again = filled.post("/s/c/check/", {"shown": shown})
    assert again.status_code == 409
    assert "別の画面で、内容が変わりました" in squeezed(again)
    assert now in words(again)
    sent = filled.post("/s/c/check/", {"shown": hidden(again, "shown")})
    assert sent["Location"] == "/s/c/done/"


def test_an_empty_page_of_another_tab_takes_no_words_away(begun: Client) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    other_tab = begun.get("/s/c/story/")
    was = hidden(other_tab, "was")
    browsing.answer(begun, "story", **browsing.STORY)
    browsing.answer(begun, "story", text="", was=was)
    page = begun.get("/s/c/story/")
    assert str(browsing.STORY["text"]) in words(page)
    browsing.answer(begun, "story", text="", was=hidden(page, "was"))
    gone = words(begun.get("/s/c/story/"))
    assert str(browsing.STORY["text"]) not in gone, "who empties the field means it"


def test_what_two_tabs_wrote_stands_in_one_and_is_said(begun: Client) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    was = hidden(begun.get("/s/c/story/"), "was")
    browsing.answer(begun, "story", text="先に書いた\r\n長い文", was=was)
    page = browsing.answer(begun, "story", text="みじかい文", was=was)
    assert "別の画面で書いた文を、下につなげました" in squeezed(page)
    both = words(page).split("みじかい文")[1]
    assert "先に書いた\r\n長い文" in both
    on = {"text": "みじかい文", "was": hidden(page, "was")}
    assert browsing.answer(begun, "story", **on).status_code == 303
    assert "先に書いた" not in words(begun.get("/s/c/story/")), "taken out by who saw it"


@pytest.mark.parametrize(
    ("typed", "lacking"),
    [
        ({}, "f-contact_rule"),
        ({"contact_rule": "phone", "name_desk": "no"}, "f-phone"),
        ({"contact_rule": "phone", "phone": "0279-00-0000"}, "f-name_desk"),
        ({"contact_rule": "mail_only"}, "f-email"),
        ({"contact_rule": "wait", "mail": "yes"}, "f-email"),
        ({"contact_rule": "everything"}, "f-contact_rule"),
    ],
)
def test_a_chosen_way_needs_its_number_or_address(
    begun: Client, typed: dict[str, str], lacking: str
) -> None:
    response = browsing.answer(begun, "contact", name="花子", **typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{lacking}"' in page
    assert "エラー：" in page
    assert 'value="花子"' in page
    assert 'value="花子"' in begun.get("/s/c/contact/").content.decode()


@pytest.mark.parametrize(
    ("contact", "mails", "reached"),
    [
        ({"contact_rule": "mail_only", "email": "h@example.jp", "mail": "yes"}, 1, True),
        ({"contact_rule": "mail_only", "email": "h@example.jp"}, 0, True),
        ({"contact_rule": "mail_only", "email": "h@example.jp", "mail": "no"}, 0, False),
        ({"contact_rule": "wait", "email": "h@example.jp", "mail": "yes"}, 0, False),
        ({"contact_rule": "wait", "email": "h@example.jp", "mail": "no"}, 0, False),
        ({"contact_rule": "wait", "email": "h@example.jp"}, 0, False),
    ],
)
def test_a_mail_goes_out_only_where_it_was_allowed(
    begun: Client,
    contact: dict[str, str],
    mails: int,
    reached: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """Who chose mail and left the question open is told of an answer, and not at once."""
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", **contact, finish="1")
    assert Outgoing.objects.count() == mails
    pair = browsing.receipt(begun)
    silent = "窓口からは連絡しません。番号で返事を読んでください。"
    assert (silent in words(begun.get("/s/c/done/"))) is (not reached)
    assert ("メールでお知らせします" in words(begun.get("/s/c/done/"))) is reached
    browsing.open_receipt(begun, *pair)
    assert (silent in words(begun.get("/s/f/"))) is (not reached)


def test_the_receipt_leaves_the_screen_when_its_time_is_over(
    begun: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    assert begun.get("/s/c/done/")["Refresh"] == "1801"
    monkeypatch.setattr(arrival, "now", lambda: now + timedelta(minutes=29, seconds=50))
    assert begun.get("/s/c/done/")["Refresh"] == "11"
    monkeypatch.setattr(arrival, "now", lambda: now + timedelta(seconds=1801))
    assert begun.get("/s/c/done/")["Location"] == "/s/"


def test_the_receipt_says_when_somebody_reads(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: SATURDAY)
    browsing.fill(portal)
    browsing.answer(portal, "danger", danger="yes", who="self")
    browsing.send(portal)
    page = words(portal.get("/s/c/done/"))
    assert "月曜日8時30分以降に、担当が読みます" in page
    assert "夜間・休日は、職員が確認できません" in page
    assert "3開庁日" not in page
    assert "画面の写真は残ります。紙に書いてください" in page
    assert Due.objects.get().on.isoformat() == "2026-11-30"


def test_there_are_five_steps(begun: Client) -> None:
    assert begun.get("/s/c/0/").status_code == 404
    assert begun.get("/s/c/6/").status_code == 404


def test_a_full_lane_keeps_the_draft(filled: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:

        def full(_secret: str) -> None:
            raise Busy

        patched.setattr(receipt, "prepare", full)
        response = filled.post("/s/c/check/")
    assert response.status_code == 503
    assert "混み合って" in words(response)
    assert browsing.send(filled)


def test_the_receipt_page_is_gone_after_half_an_hour(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    browsing.fill(portal)
    browsing.send(portal)
    monkeypatch.setattr(arrival, "now", lambda: now + visit.LIVES["done"])
    assert portal.get("/s/c/done/")["Location"] == "/s/"


def test_a_new_request_can_follow_a_sent_one(portal: Client) -> None:
    browsing.fill(portal)
    first = browsing.send(portal)
    browsing.fill(portal)
    assert browsing.send(portal) != first
    assert Case.objects.count() == 2


NEUTRAL = re.compile("誹謗|中傷|被害|弁護士|加害|いじめ|脅")


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_titles_and_addresses_say_nothing(filled: Client, column: str) -> None:
    paths = [f"{column}/s/c/{step}/" for step in ORDER]
    pages = [filled.get(path) for path in [*paths, f"{column}/s/c/check/", f"{column}/s/f/"]]
    titles = re.findall(r"<title>(.*?)</title>", " ".join(p.content.decode() for p in pages))
    assert len(titles) == len(set(titles)) == len(pages)
    assert not [title for title in titles if NEUTRAL.search(title)]
    assert all(page["Cache-Control"] == "no-store" for page in pages)


def test_autocomplete_knows_only_the_persons_own_contact(begun: Client) -> None:
    tokens = set()
    for step in ORDER:
        page = begun.get(f"/s/c/{step}/").content.decode()
        main = page.partition("<main")[2].partition("</main")[0]
        tokens |= set(re.findall(r'name="(\w+)"[^>]*autocomplete="([^"]+)"', main))
    assert {(name, token) for name, token in tokens if token != "off"} == {
        ("name", "name"),
        ("phone", "tel"),
        ("email", "email"),
    }


def test_beginning_anew_does_not_take_the_receipt_away(filled: Client) -> None:
    first = browsing.send(filled)
    browsing.begin(filled)
    assert browsing.receipt(filled) == first


def test_who_wants_no_mail_gets_none(begun: Client) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    contact = {"contact_rule": "mail_only", "email": "hana@example.jp", "mail": "no"}
    browsing.answer(begun, "contact", **contact, finish="1")
    browsing.receipt(begun)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("age", ["三十二くらい", "300"])
def test_an_optional_answer_that_is_not_understood_is_asked_about_once_at_its_step(
    begun: Client, office: OfficeCard, now: datetime, age: str
) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", **browsing.CONTACT)
    asked = browsing.answer(begun, "about", age=age)
    assert asked.status_code == 422
    for page in (asked.content.decode(), begun.get("/s/c/about/").content.decode()):
        assert 'href="#f-age"' in page
        assert "直さなくても進めます" in page
    assert browsing.answer(begun, "about", age=age)["Location"] == "/s/c/wishes/"
    browsing.answer(begun, "story", text="書いたこと")
    browsing.answer(begun, "wishes")
    told = story(office, browsing.send(begun), now)
    assert told["text"] == f"書いたこと\n\n年齢\n{age}"


def test_what_was_kept_on_the_way_back_is_asked_about_at_its_step(begun: Client) -> None:
    assert (
        browsing.answer(begun, "about", age="さんじゅう", before="1")["Location"] == "/s/c/contact/"
    )
    page = begun.get("/s/c/about/")
    assert page.status_code == 200
    assert 'href="#f-age"' in page.content.decode()


def test_what_a_chosen_way_needs_is_still_asked_for(begun: Client) -> None:
    for _ in range(2):
        assert browsing.answer(begun, "contact", contact_rule="mail_only").status_code == 422
        assert browsing.answer(begun, "story", text="あ" * 20_001).status_code == 422
    page = begun.get("/s/c/contact/").content.decode()
    assert 'id="slips"' not in page


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("", "この端末を使う人も"),
        ("/easy", "この スマホを つかう 人も"),
        ("/en", "whoever uses this device"),
    ],
)
def test_who_does_not_leave_is_told_who_can_see_it(portal: Client, column: str, said: str) -> None:
    assert said in words(portal.get(f"{column}/s/"))
    browsing.begin(portal)
    browsing.answer(portal, "contact", contact_rule="wait", finish="1")
    assert said.replace("人も", "人") in words(portal.get(f"{column}/s/c/done/"))


@pytest.mark.parametrize(
    ("typed", "how", "rule"),
    [
        ({}, "here", "wait"),
        ({"email": "hana@example.jp"}, "here", "wait"),
        ({"email": "hana@example.jp", "mail": "yes"}, "here", "mail_only"),
        ({"email": "hana@example.jp"}, "mail", "mail_only"),
        ({"email": "hana@example.jp", "mail": "no"}, "mail", "no_voicemail"),
        ({}, "mail", "no_voicemail"),
        ({}, "any", "no_voicemail"),
        ({"contact_rule": "wait"}, "phone", "wait"),
    ],
)
def test_who_asks_later_not_to_be_called_is_not_called_and_reads_so(
    filled: Client, office: OfficeCard, typed: dict[str, str], how: str, rule: str
) -> None:
    chosen = browsing.CONTACT | typed
    browsing.answer(filled, "contact", **chosen)
    browsing.answer(filled, "wishes", how=how)
    said = {
        "wait": "窓口からは連絡しません。番号で返事を読んでください。",
        "mail_only": "電話はしません。",
        "no_voicemail": "書いていただいた番号に電話します。",
    }[rule]
    assert (said in words(filled.get("/s/c/check/"))) is (rule != chosen["contact_rule"])
    filled.post("/s/c/check/")
    pair = browsing.receipt(filled)
    assert said in words(filled.get("/s/c/done/"))
    assert cases.wishes(browsing.holding(office, pair).drawer).contact_rule == rule


@pytest.mark.parametrize(
    "number", ["090 1234 567", "1234567890", "０９０１２３４５６７８９", "0279-25-852", "+81"]
)
@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_a_number_that_nobody_can_call_is_asked_about(
    begun: Client, column: str, number: str
) -> None:
    answer = begun.post(f"{column}/s/c/contact/", browsing.CONTACT | {"phone": number})
    assert answer.status_code == 422
    assert "090" in words(answer)
    assert number in answer.content.decode()


@pytest.mark.parametrize(
    "number",
    [
        *("090-1234-5678", "０５０（１２３４）５６７８", "0279-25-8526", "0120 061 338"),
        *("+1 415 555 0100", "03-1234-5678 内線12"),
    ],
)
def test_control_a_number_that_can_be_called_is_taken(begun: Client, number: str) -> None:
    assert (
        browsing.answer(begun, "contact", **browsing.CONTACT | {"phone": number}).status_code == 303
    )


def test_the_story_stands_first_and_a_story_among_the_addresses_is_one(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.fill(portal, urls="うそを書かれて、つらいです。", text="続きです")
    page = portal.get("/s/c/story/").content.decode()
    assert page.index('name="text"') < page.index('name="urls"')
    portal.post("/s/c/check/")
    told = story(office, browsing.receipt(portal), now)
    assert told["text"] == "うそを書かれて、つらいです。\n\n続きです"
    assert "urls" not in told


def test_control_an_address_stays_one(filled: Client, office: OfficeCard, now: datetime) -> None:
    browsing.answer(filled, "story", **browsing.STORY | {"urls": "x.com/abc のページ"})
    filled.post("/s/c/check/")
    assert story(office, browsing.receipt(filled), now)["urls"] == "x.com/abc のページ"


@pytest.mark.parametrize("age", ["12さい", "十二", "12歳"])
def test_a_young_age_is_understood_however_it_is_written(begun: Client, age: str) -> None:
    assert browsing.answer(begun, "about", age=age)["Location"] == "/s/c/about/lines/"


@pytest.mark.parametrize(("column", "line"), [("", "tel:0120061338"), ("/en", "tel:0120279338")])
def test_after_danger_the_first_thing_said_names_who_listens(
    begun: Client, column: str, line: str
) -> None:
    browsing.answer(begun, "danger", danger="yes", who="self")
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    page = begun.get(f"{column}/s/c/done/").content.decode()
    assert page.index(line) < page.index('class="number"')


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_the_desk_keeps_on_which_pages_it_was_written(
    portal: Client, office: OfficeCard, column: str
) -> None:
    browsing.fill(portal)
    portal.post(f"{column}/s/c/check/")
    about = cases.about(browsing.holding(office, browsing.receipt(portal)).drawer)
    assert about.get("pages", "") == column.strip("/")


def test_easy_japanese_says_nothing_that_means_two_things(begun: Client) -> None:
    page = words(begun.get("/easy/s/c/contact/"))
    assert "電話は いいです" not in page
    assert page.count("電話を して だいじょうぶです") >= 2


OLD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("danger", browsing.START),
    ("contact", browsing.CONTACT),
    ("about", {"age": "32"}),
    ("story", browsing.STORY),
    ("wishes", {"how": "any"}),
)
"""The steps as they were numbered, by the names that they have now."""


def test_the_story_comes_right_after_the_danger() -> None:
    """What a person came to say is asked before their name."""
    assert ORDER == ("danger", "story", "contact", "about", "wishes")


def test_every_step_leads_to_the_next_and_back(filled: Client) -> None:
    typed = dict(OLD)
    pages = [f"/s/c/{step}/" for step in ORDER]
    for step, onward in zip(ORDER, [*pages[1:], "/s/c/check/"], strict=True):
        assert browsing.answer(filled, step, **typed[step])["Location"] == onward
    for step, before in zip(ORDER[1:], pages, strict=False):
        assert browsing.answer(filled, step, **typed[step], before="1")["Location"] == before
    for number, page in enumerate(pages, 1):
        assert f"手続き {number}／5" in words(filled.get(page))


@pytest.mark.parametrize("answered", range(1, 6))
def test_a_page_of_the_numbered_steps_that_is_still_open_loses_nothing(
    begun: Client, answered: int
) -> None:
    """A new version came while somebody was writing; they go on with what is left, then send."""
    to = ""
    for number, (_, typed) in enumerate(OLD[:answered], 1):
        to = begun.post(f"/s/c/{number}/", typed)["Location"]
    left = [step for step in ORDER if step not in {name for name, _ in OLD[:answered]}]
    assert to == (f"/s/c/{left[0]}/" if left else "/s/c/check/")
    assert begun.get(f"/s/c/{answered}/")["Location"] == to
    for step in left:
        assert browsing.answer(begun, step, **dict(OLD)[step]).status_code == 303
    page = words(begun.get("/s/c/check/"))
    assert str(browsing.STORY["text"]) in page
    assert browsing.CONTACT["name"] in page
    browsing.send(begun)


def test_a_numbered_page_without_a_draft_leads_to_the_beginning(portal: Client) -> None:
    assert portal.get("/s/c/4/")["Location"] == "/s/"
    assert portal.get("/s/c/4/lines/")["Location"] == "/s/"


@pytest.mark.parametrize(
    ("column", "tool", "leads"),
    [
        ("", {"scheme": "blue"}, "/s/c/story/"),
        ("", {"size": "large", "back": "1"}, "/s/c/story/?back"),
        ("/en", {"stay": ""}, "/en/s/c/story/"),
    ],
)
def test_a_tool_of_a_step_keeps_what_was_typed_and_shows_the_step_again(
    portal: Client, column: str, tool: dict[str, str], leads: str
) -> None:
    browsing.begin(portal)
    sent = portal.post(f"{column}/s/c/story/", {"text": "途中の文", **tool})
    assert (sent.status_code, sent["Location"]) == (303, leads)
    assert "途中の文" in squeezed(portal.get(leads))
    assert ("disp" in portal.cookies) == ("stay" not in tool)


def test_a_tool_pressed_after_words_of_danger_leads_to_the_lines_and_back_to_the_step(
    portal: Client,
) -> None:
    browsing.begin(portal)
    sent = portal.post("/en/s/c/story/", {"text": "もう消えたいです", "stay": ""})
    assert sent["Location"] == "/en/s/c/story/lines/stay/"
    page = squeezed(portal.get(sent["Location"]))
    assert 'class="button" href="/en/s/c/story/"' in page
