"""A citizen asks for a place: nothing typed is lost, nothing is given twice, nobody is named."""

import html
import json
import re
import time
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.rules import limits
from madoguchi.rules.programme.changes import (
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Overflow, Venue
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, Column, Words
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt as vault_receipt
from madoguchi.tools.vault.models import Visit
from madoguchi.web.kit import finished
from madoguchi.web.portal.book import places, views
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.models import Booking
from tests.answers import squeezed
from tests.offices import OTHER_PORTAL_HOST, PORTAL_HOST, browser_of
from tests.web.portal import booking, browsing
from tests.web.portal.booking import DAY, Clock, choose, fill, send, values
from tests.web.portal.saturdays import decide

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
FIRST = f"{DAY}/1/{DAY}T09:00"
LATER = "2027-01-16", "2027-02-20", "2027-03-20"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime, office: OfficeCard) -> Clock:
    """Monday, ten o'clock, and the year's dates are published."""
    booking.publish(office, now)
    return Clock(monkeypatch, now)


@pytest.fixture
def browser(portal: Client) -> Client:
    """A citizen."""
    return portal


def another() -> Client:
    """Another citizen."""
    return browser_of(PORTAL_HOST)


def rows(state: str) -> list[Booking]:
    return list(Booking.objects.filter(state=state))


def test_from_the_first_page_to_the_receipt(browser: Client, office: OfficeCard) -> None:
    assert "はじめる前に" in squeezed(browser.get("/s/l/"))
    fill(browser, FIRST)
    page = squeezed(browser.get("/s/l/check/"))
    for words in ("12月19日（土）", "9時から", "𠮷田 花子", "相手 太郎", "10時15分まで"):
        assert words in page.replace("9時–9時45分", "9時から"), words
    assert send(browser)["Location"] == "/s/l/done/"
    page = squeezed(browser.get("/s/l/done/"))
    assert "仮予約を受け付けました" in page
    assert "まだ仮予約です" in page
    (row,) = Booking.objects.all()
    assert (row.state, row.day, row.number) == ("asked", DAY, 1)
    drawer = vault_receipt.present(office.id, *booking.receipt(browser), "net")
    assert drawer is not None
    about = cases.about(drawer)
    assert about["name"] == "𠮷田 花子"
    assert row.case_id == drawer.case_id
    wanted = json.loads(json.dumps(drawer.open("booking", row.id, bytes(row.wanted))))
    assert (wanted["other_party"], wanted["people"], wanted["names_ok"]) == ("相手 太郎", 2, True)


def test_a_danger_shows_the_lines_before_the_dates_and_marks_the_case(browser: Client) -> None:
    browser.post("/s/l/")
    assert browser.post("/s/l/1/", {"danger": "yes"})["Location"] == "/s/l/lines/"
    page = squeezed(browser.get("/s/l/lines/"))
    assert page.index("tel:110") < page.index('href="/s/l/"')
    choose(browser, FIRST)
    for number, typed in ((3, booking.CONTACT), (4, booking.PERSON), (5, {})):
        browser.post(f"/s/l/{number}/", typed)
    assert send(browser)["Location"] == "/s/l/done/"
    assert Case.objects.get().urgent
    assert 1790 < int(browser.get("/s/l/done/")["Refresh"]) <= 1801, "the numbers leave the screen"
    page = squeezed(browser.get("/s/l/done/"))
    assert "いまは受付時間内で" in page
    assert "夜間・休日は、職員が確認できません" not in page


def test_without_an_answer_about_danger_no_date_is_shown(browser: Client) -> None:
    browser.post("/s/l/")
    assert browser.get("/s/l/")["Location"] == "/s/l/1/"
    assert browser.post("/s/l/1/", {}).status_code == 422


def test_what_is_taken_is_full_for_others_and_nobody_is_named(browser: Client) -> None:
    fill(browser, FIRST)
    other = another()
    booking.begin(other)
    assert FIRST not in values(other)
    answer = choose(other, FIRST)
    page = squeezed(answer)
    assert answer.status_code == 422
    assert "満席" in page or "ほかの" in page
    assert "𠮷田" not in page
    assert FIRST in values(browser)  # mine


def test_an_opened_receipt_is_not_asked_again(browser: Client) -> None:
    browsing.fill(browser)
    browsing.open_receipt(browser, *browsing.send(browser))
    page = squeezed(browser.get("/s/l/"))
    assert "予約の手続き 1／2" in page
    assert choose(browser, FIRST)["Location"] == "/s/l/5/"
    mark = booking.mark(browser)
    assert browser.get("/s/l/3/")["Location"] == "/s/l/"
    sent = {"case": mark, "subject": "話したいこと"}
    assert browser.post("/s/l/5/", sent)["Location"] == "/s/l/check/"
    assert send(browser)["Location"] == "/s/l/done/"
    page = squeezed(browser.get("/s/l/done/"))
    assert 'class="number"' not in page
    assert "前にうかがった安全な方法" in page
    assert Case.objects.count() == 1
    (row,) = rows("asked")
    assert row.case_id == Case.objects.get().pk
    page = squeezed(browser.get("/s/l/"))
    assert "予約をお持ちです" in page
    assert 'href="/s/f/l/"' in page
    assert 'name="place"' not in page


def said(key: str, column: Column) -> str:
    """A text as a page holds it."""
    return html.escape(texts("shibukawa").get(key, column).words)


@pytest.mark.parametrize(("rule", "silent"), [("wait", True), ("phone", False)])
@pytest.mark.parametrize("kind", COLUMNS)
def test_who_wants_no_contact_is_promised_none(
    browser: Client, kind: Column, rule: str, *, silent: bool
) -> None:
    browsing.fill(browser)
    pair = browsing.send(browser)
    browsing.open_receipt(browser, *pair)
    browser.post("/s/f/w/", {"contact_rule": rule, "case": browsing.mark(browser)})
    choose(browser, FIRST)
    browser.post("/s/l/5/", {"case": booking.mark(browser), "subject": "話したいこと"})
    send(browser)
    page = squeezed(browser.get(f"{'' if kind == 'ja' else f'/{kind}'}/s/l/done/"))
    for key in ("book.done_on_page", "book.may_change_on_page"):
        assert (said(key, kind) in page) is silent
    for key in ("book.done_by_desk", "book.may_change_told"):
        assert (said(key, kind) in page) is not silent


def test_the_receipt_closed_meanwhile_and_what_was_typed_waits(browser: Client) -> None:
    browsing.fill(browser)
    pair = browsing.send(browser)
    browsing.open_receipt(browser, *pair)
    choose(browser, FIRST)
    mark = booking.mark(browser)
    Visit.objects.filter(kind="opened").delete()
    answer = browser.post("/s/l/5/", {"case": mark, "subject": "書いたこと"})
    assert answer.status_code == 409
    assert "閉じました" in squeezed(answer)
    browsing.open_receipt(browser, *pair)
    assert "書いたこと" in squeezed(browser.get("/s/l/5/"))
    assert send(browser)["Location"] == "/s/l/done/"


def test_what_one_typed_is_not_shown_to_another_who_opens_a_receipt(browser: Client) -> None:
    first, second = another(), another()
    browsing.fill(first)
    one = browsing.send(first)
    browsing.fill(second)
    two = browsing.send(second)
    browsing.open_receipt(browser, *one)
    choose(browser, FIRST)
    browser.post("/s/l/5/", {"case": booking.mark(browser), "subject": "一人目のこと"})
    browsing.open_receipt(browser, *two)
    assert "一人目のこと" not in squeezed(browser.get("/s/l/5/"))


def test_pressed_twice_there_is_one(browser: Client) -> None:
    fill(browser, FIRST)
    page = squeezed(browser.get("/s/l/check/"))
    sent = dict(re.findall(r'name="(case|place)" value="([^"]*)"', page))
    answers = [browser.post("/s/l/check/", sent) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/s/l/done/"] * 2
    assert (Case.objects.count(), len(rows("asked"))) == (1, 1)


def at_once(browser: Client, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What two presses are answered, of which the second is quicker in the middle of the first."""
    quick, retake = another(), places.retake
    quick.cookies = browser.cookies
    answers = []

    def late(*arguments: Any) -> places.ReasonKeys:
        monkeypatch.setattr(places, "retake", retake)
        answers.append(send(quick).status_code)
        return retake(*arguments)

    monkeypatch.setattr(places, "retake", late)
    slow = send(browser).status_code
    return [slow, *answers]


@pytest.mark.parametrize("who", ["new", "known"])
def test_of_two_presses_at_once_both_see_the_place(
    browser: Client, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    if who == "new":
        fill(browser, FIRST)
    else:
        browsing.fill(browser)
        browsing.open_receipt(browser, *browsing.send(browser))
        choose(browser, FIRST)
        browser.post("/s/l/5/", {"case": booking.mark(browser)})
    assert at_once(browser, monkeypatch) == [303, 303]
    assert [row.state for row in Booking.objects.all()] == ["asked"]
    assert Case.objects.count() == 1


def test_the_control_the_slower_press_would_read_that_others_were_quicker(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "was_sent", lambda *_: False)
    fill(browser, FIRST)
    assert at_once(browser, monkeypatch) == [422, 303]


def test_what_is_changed_after_sending_waits_beside_it(browser: Client) -> None:
    fill(browser, FIRST)
    send(browser)
    again = {"case": "", **booking.MATTER}
    assert browser.post("/s/l/5/", again)["Location"] == "/s/l/done/"
    assert "まだ送っていません" not in squeezed(browser.get("/s/l/done/"))
    changed = {**again, "note": "車いすです"}
    assert browser.post("/s/l/5/", changed)["Location"] == "/s/l/done/"
    assert "まだ送っていません" in squeezed(browser.get("/s/l/done/"))
    pair = booking.receipt(browser)
    assert browser.post("/s/l/", {"case": "", "place": FIRST})["Location"] == "/s/l/done/"
    browsing.open_receipt(browser, *pair)
    assert "車いすです" in squeezed(browser.get("/s/f/"))
    assert Booking.objects.count() == 1


def test_a_hold_that_is_over_and_free_is_simply_taken(browser: Client, clock: Clock) -> None:
    fill(browser, FIRST)
    clock.later(minutes=16)
    assert "お待ちする時間が過ぎました" in squeezed(browser.get("/s/l/check/"))
    assert send(browser)["Location"] == "/s/l/done/"


def test_a_hold_that_is_over_and_gone_keeps_the_words(browser: Client, clock: Clock) -> None:
    fill(browser, FIRST)
    clock.later(minutes=16)
    other = another()
    fill(other, FIRST)
    assert send(other)["Location"] == "/s/l/done/"
    answer = send(browser)
    page = squeezed(answer)
    assert answer.status_code == 422
    assert "書いた内容は、そのまま残っています" in page
    second = re.findall(r'name="place" value="([^"]+)"', page)[0]
    assert choose(browser, second, back="1")["Location"] == "/s/l/check/"
    assert "𠮷田 花子" in squeezed(browser.get("/s/l/check/"))
    assert send(browser)["Location"] == "/s/l/done/"
    assert len(rows("asked")) == 2


def test_two_tabs_send_only_what_their_page_shows(browser: Client) -> None:
    fill(browser, FIRST)
    page = squeezed(browser.get("/s/l/check/"))
    sent = dict(re.findall(r'name="(case|place)" value="([^"]*)"', page))
    choose(browser, values(browser)[1])  # the other tab
    answer = browser.post("/s/l/check/", sent)
    assert answer.status_code == 422
    assert "日や時間が変わりました" in squeezed(answer)
    assert not rows("asked")
    assert send(browser)["Location"] == "/s/l/done/"
    assert rows("asked")[0].number == 2


def test_the_day_moves_while_the_list_is_open(
    browser: Client, office: OfficeCard, clock: Clock
) -> None:
    booking.begin(browser)
    decide(office, ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 20)), clock.now)
    answer = choose(browser, FIRST)
    assert answer.status_code == 422
    assert "その日の日程が変わりました" in squeezed(answer)
    assert not Booking.objects.exists()


def test_the_day_moves_while_the_questions_are_answered(
    browser: Client, office: OfficeCard, clock: Clock
) -> None:
    fill(browser, FIRST)
    page = squeezed(browser.get("/s/l/check/"))
    sent = dict(re.findall(r'name="(case|place)" value="([^"]*)"', page))
    decide(office, ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 20)), clock.now)
    answer = browser.post("/s/l/check/", sent)
    assert answer.status_code == 422
    assert "12月20日（日）" in squeezed(answer)
    assert send(browser)["Location"] == "/s/l/done/"
    row = rows("asked")[0]
    assert (row.day, row.agreed_at.astimezone(clock.now.tzinfo).day) == (DAY, 20)


def test_the_day_is_cancelled_meanwhile(browser: Client, office: OfficeCard, clock: Clock) -> None:
    fill(browser, FIRST)
    decide(office, ClinicDayCancelled(date(2026, 12, 19)), clock.now)
    answer = browser.post("/s/l/check/", {"case": "", "place": FIRST})
    assert answer.status_code == 422
    assert FIRST not in squeezed(answer)
    assert "中止になりました" in squeezed(answer)
    later = values(browser)[0]
    assert choose(browser, later, back="1")["Location"] == "/s/l/check/"
    assert "𠮷田 花子" in squeezed(browser.get("/s/l/check/"))


def test_a_stale_page_after_midnight(browser: Client, clock: Clock) -> None:
    clock.now = datetime.fromisoformat(f"{DAY}T08:50+09:00")
    booking.begin(browser)
    clock.later(hours=23)
    answer = choose(browser, FIRST)
    assert answer.status_code == 422
    assert "過ぎています" in squeezed(answer)
    assert values(browser)[0].startswith("2027-01-16/1/")


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "2026-12-19", "2026-12-19/x/y", f"{DAY}/9/{DAY}T09:00", "2026-02-30/1/", "/" * 500],
)
def test_a_place_that_no_page_offers(browser: Client, wrong: str) -> None:
    booking.begin(browser)
    assert choose(browser, wrong).status_code == 422
    assert not Booking.objects.exists()


def test_leaving_frees_the_place_and_forgets_the_words(browser: Client) -> None:
    fill(browser, FIRST)
    browser.get("/s/leave/")
    assert not Visit.objects.exists()
    assert not rows("held")
    other = another()
    booking.begin(other)
    assert FIRST in values(other)


def test_opening_a_receipt_takes_the_held_place_along(browser: Client) -> None:
    other = another()
    browsing.fill(other)
    pair = browsing.send(other)
    booking.begin(browser)
    choose(browser, FIRST)
    browsing.open_receipt(browser, *pair)
    assert len(rows("held")) == 1
    assert FIRST in values(browser)
    browser.post("/s/l/5/", {"case": booking.mark(browser), "subject": "こと"})
    assert send(browser)["Location"] == "/s/l/done/"


def test_a_request_in_the_same_browser_is_another_thing(browser: Client) -> None:
    browsing.begin(browser)
    browsing.answer(browser, "danger", **browsing.START)
    browsing.answer(browser, "story", text="相談の下書き")
    assert browser.get("/s/l/")["Location"] == "/s/l/1/"  # the safety page was read
    browser.post("/s/l/1/", {"danger": "no"})
    choose(browser, FIRST)
    browser.post("/s/l/5/", {"subject": "予約の下書き"})
    assert "相談の下書き" in squeezed(browser.get("/s/c/story/"))
    assert "予約の下書き" in squeezed(browser.get("/s/l/5/"))


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        (3, {}),
        (3, {"contact_rule": "phone"}),
        (3, {"contact_rule": "no_voicemail", "phone": "0279-00-0001"}),
        (4, {}),
        (4, {"name": "花子"}),
        (5, {"people": "百"}),
        (5, {"people": "6"}),
        (5, {"people": "0"}),
        (5, {"subject": "あ" * 2001}),
    ],
)
def test_an_error_is_shown_and_nothing_is_lost(
    browser: Client, number: int, typed: dict[str, str]
) -> None:
    booking.begin(browser)
    choose(browser, FIRST)
    beside = {3: ("email", "a@example.jp"), 4: ("town", "石原三"), 5: ("note", "車いす一台")}[
        number
    ]
    answer = browser.post(f"/s/l/{number}/", typed | dict([beside]))
    assert answer.status_code == 422
    page = squeezed(answer)
    assert "<title>エラー：" in page
    assert f'value="{beside[1]}"' in page


def test_who_goes_back_keeps_what_is_not_right_yet(browser: Client) -> None:
    booking.begin(browser)
    choose(browser, FIRST)
    for number, before in ((5, "/s/l/4/"), (4, "/s/l/3/"), (3, "/s/l/")):
        sent = browser.post(f"/s/l/{number}/", {"email": "a@", "people": "六", "before": "1"})
        assert sent["Location"] == before
    assert 'value="a@"' in squeezed(browser.get("/s/l/3/"))
    sent = browser.post("/s/l/5/", {"people": "六", "before": "1", "back": "1"})
    assert sent["Location"] == "/s/l/check/"
    assert 'value="六"' in squeezed(browser.get("/s/l/5/"))


def test_who_skips_a_page_is_led_back_to_it(browser: Client) -> None:
    booking.begin(browser)
    choose(browser, FIRST)
    answer = browser.post("/s/l/check/", {"place": FIRST})
    assert answer.status_code == 422
    assert "連絡のとり方" in squeezed(answer)


def test_without_cookies_it_is_said(portal: Client) -> None:
    answer = squeezed(another().get("/s/l/?begun"))
    assert "クッキー" in answer
    assert 'href="/s/l/"' in answer


def test_what_comes_without_a_cookie_is_kept_under_a_new_one(portal: Client) -> None:
    browser = another()
    answer = browser.post("/s/l/4/", {"case": "", **booking.PERSON})
    assert answer.status_code == 303
    assert "𠮷田 花子" in squeezed(browser.get("/s/l/4/"))


def test_what_comes_for_a_closed_receipt_without_a_cookie_is_kept_too(portal: Client) -> None:
    first, lost = another(), another()
    browsing.fill(first)
    pair = browsing.send(first)
    browsing.open_receipt(first, *pair)
    typed = {"case": booking.mark(first), "subject": "書いたこと"}
    assert lost.post("/s/l/5/", typed).status_code == 409
    browsing.open_receipt(lost, *pair)
    assert "書いたこと" in squeezed(lost.get("/s/l/5/"))


@pytest.mark.parametrize("path", ["/s/l/1/", "/s/l/3/", "/s/l/check/", "/s/l/done/", "/s/l/lines/"])
def test_there_is_nothing_before_the_first_page(browser: Client, path: str) -> None:
    assert browser.get(path)["Location"] == "/s/l/"


def test_other_numbers_are_no_pages(browser: Client) -> None:
    assert browser.get("/s/l/2/").status_code == 404
    assert browser.get("/s/l/9/").status_code == 404


@pytest.mark.parametrize("column", ["easy", "en"])
def test_the_other_columns_have_it_too(browser: Client, column: str) -> None:
    fill(browser, FIRST)
    page = squeezed(browser.get(f"/{column}/s/l/check/"))
    assert f'action="/{column}/s/l/check/"' in page
    assert f'action="/{column}/s/l/"' in squeezed(browser.get(f"/{column}/s/l/"))


def test_titles_and_addresses_say_nothing(browser: Client) -> None:
    fill(browser, FIRST)
    for path in ("/s/l/", "/s/l/1/", "/s/l/3/", "/s/l/4/", "/s/l/5/", "/s/l/check/"):
        answer = browser.get(path)
        found = re.search(r"<title>(.*?)</title>", squeezed(answer), re.DOTALL)
        assert found
        assert not re.search("弁護士|相談|誹謗|被害", found[1]), path
        assert answer["Cache-Control"] == "no-store"


def test_at_most_five_questions_a_page(browser: Client) -> None:
    fill(browser, FIRST)
    for number in (1, 3, 4, 5):
        page = squeezed(browser.get(f"/s/l/{number}/"))
        assert 1 <= len(re.findall(r'class="(?:must|may)"', page)) <= 5


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"online": "no"}, "お電話でお申し込みください"),
        ({"only_if_needed": True}, "まず窓口にご相談ください"),
    ],
)
def test_where_the_desk_alone_books_the_page_says_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch, rule: dict[str, object], words: str
) -> None:
    assert 'href="/s/l/"' in squeezed(browser.get("/clinic/"))
    booking.ruled(monkeypatch, rule)
    answer = browser.get("/s/l/")
    page = squeezed(answer)
    assert words in page
    assert "0279-25-8526" in page
    assert not answer.cookies
    assert choose(browser, FIRST).status_code == 200
    for path in ("/s/l/1/", "/s/l/check/"):
        assert browser.post(path, {"danger": "no"})["Location"] == "/s/l/"
    assert not Booking.objects.exists()
    finished.forget()
    assert 'href="/s/l/"' not in squeezed(browser.get("/clinic/"))


def test_where_no_desk_confirms_it_is_booked(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking.ruled(monkeypatch, {"online": "book", "window_source": "試験"})
    fill(browser, FIRST)
    assert "この内容で予約する" in squeezed(browser.get("/s/l/check/"))
    assert send(browser)["Location"] == "/s/l/done/"
    page = squeezed(browser.get("/s/l/done/"))
    assert "予約しました" in page
    assert "仮予約" not in page
    assert len(rows("booked")) == 1


def test_when_all_is_full_the_other_ways_are_shown(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words("第1・第3金曜の相談もあります。", None, None)
    booking.ruled(monkeypatch, {}, slots_per_day=1, overflow=Overflow(words, "試験"))
    for first in (FIRST, *(f"{day}/1/{day}T09:00" for day in LATER)):
        other = another()
        fill(other, first)
        assert send(other)["Location"] == "/s/l/done/"
    booking.begin(browser)
    page = squeezed(browser.get("/s/l/"))
    assert len(re.findall(r">\s*満席\s*<", page)) == 4
    for said in ("第1・第3金曜の相談もあります。", "0279-25-8526", "空きが出るのを待て"):
        assert said in page
    assert 'name="place"' not in page


def test_closed_days_say_so_and_later_ones_are_not_open_yet(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = {"opens_days": 60, "closes_working_days": 16, "window_source": "試験"}
    booking.ruled(monkeypatch, window)
    booking.begin(browser)
    page = squeezed(browser.get("/s/l/"))
    assert [page.count(words) for words in ("受付終了", "空きあり", "まだ受付前")] == [1, 1, 2]
    assert choose(browser, FIRST).status_code == 422


def test_a_city_without_a_clinic_has_no_such_page(portal: Client) -> None:
    elsewhere = browser_of(OTHER_PORTAL_HOST)
    for path in ("/s/l/", "/s/l/1/", "/s/l/check/"):
        assert elsewhere.get(path).status_code == 404


def test_by_telephone_no_place_is_named(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    booking.ruled(monkeypatch, {}, means="telephone")
    booking.begin(browser)
    page = squeezed(browser.get("/s/l/"))
    assert "電話で相談します" in page
    assert "石原80番地" not in page


def test_each_venue_is_named(
    browser: Client, monkeypatch: pytest.MonkeyPatch, office: OfficeCard, now: datetime
) -> None:
    kita = Venue("kita", Words("北橘会場", None, None), Words("北橘町1番地", None, None))
    booking.ruled(monkeypatch, {}, venue=(kita,))
    day = date(2026, 12, 12)
    decide(office, ClinicYearPublished(2026, (day,), "kita"), now)
    booking.begin(browser)
    first = values(browser)[0]
    assert first == "2026-12-12_kita/1/2026-12-12T09:00"
    assert "北橘会場" in squeezed(browser.get("/s/l/"))
    assert choose(browser, first)["Location"] == "/s/l/3/"
    assert "北橘町1番地" in squeezed(browser.get("/s/l/3/"))


def test_a_network_holds_so_many_places_and_reads_whom_to_ring(
    browser: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEMO = False
    monkeypatch.setattr(limits, "HELD_PLACES", 2)
    for number in (1, 2):
        other = another()
        booking.begin(other)
        assert choose(other, f"{DAY}/{number}/{booking.TIMES[number]}").status_code == 303
    booking.begin(browser)
    answer = choose(browser, f"{DAY}/3/{booking.TIMES[3]}")
    assert answer.status_code == 422
    assert "同じ回線" in squeezed(answer)
    assert "0279-25-8526" in squeezed(answer)
    assert len(rows("held")) == 2


@pytest.mark.parametrize("case", ["", "x" * 16])
def test_a_network_begins_so_many_drafts_and_sees_what_it_wrote(
    portal: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, case: str
) -> None:
    settings.DEMO = False
    monkeypatch.setattr(limits, "DAY_DRAFTS", 1)
    typed = {"case": case, "subject": "書いたこと"}
    assert another().post("/s/l/5/", typed).status_code in (303, 409)
    answer = another().post("/s/l/5/", typed)
    assert answer.status_code == 429
    assert "書いたこと" in squeezed(answer)


@pytest.mark.parametrize("end", ["sent", "left", "receipt"])
def test_what_a_network_holds_no_longer_counts_no_longer(
    browser: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, end: str
) -> None:
    settings.DEMO = False
    monkeypatch.setattr(limits, "HELD_PLACES", 1)
    if end == "receipt":
        browsing.fill(browser)
        pair = browsing.send(browser)
        booking.begin(browser)
        choose(browser, FIRST)
        browsing.open_receipt(browser, *pair)
        typed = {"case": booking.mark(browser), "subject": "こと"}
        assert browser.post("/s/l/5/", typed)["Location"] == "/s/l/check/"  # still theirs
        assert send(browser)["Location"] == "/s/l/done/"
        return
    fill(browser, FIRST)
    assert send(browser).status_code == 303 if end == "sent" else browser.get("/s/leave/")
    other = another()
    booking.begin(other)
    assert choose(other, values(other)[0]).status_code == 303


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_a_host_elsewhere_at_half_past_midnight(
    browser: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        clock.now = datetime.fromisoformat(f"{DAY}T00:30+09:00")
        fill(browser, FIRST)
        page = squeezed(browser.get("/s/l/check/"))
        for words in ("2026年12月19日（土）", "0時45分まで", "9時–9時45分"):
            assert words in page
        assert send(browser)["Location"] == "/s/l/done/"
        (row,) = rows("asked")
        assert row.agreed_at == datetime.fromisoformat(f"{DAY}T09:00+09:00")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("tool", [{"scheme": "blue"}, {"stay": ""}])
def test_a_tool_of_a_page_keeps_what_was_typed_and_shows_it_again(
    browser: Client, tool: dict[str, str]
) -> None:
    fill(browser)
    sent = browser.post("/s/l/5/", {"case": "", "subject": "途中の文", **tool})
    assert sent["Location"] == "/s/l/5/"
    assert "途中の文" in squeezed(browser.get("/s/l/5/"))


def test_who_chooses_another_day_keeps_what_was_mended(browser: Client) -> None:
    fill(browser)
    sent = browser.post("/s/l/5/", {"case": "", "subject": "直した文", "to": "book"})
    assert sent["Location"] == "/s/l/"
    assert "直した文" in squeezed(browser.get("/s/l/5/"))
