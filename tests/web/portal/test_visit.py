"""A person books an interview with the receipt, gives it back, and loses nothing they typed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.load import programme
from madoguchi.tools.vault.models import Visit
from madoguchi.work.interviews.models import Interview
from tests.offices import OTHER_PORTAL_HOST, browser_of
from tests.web.portal import browsing
from tests.web.portal.browsing import book, free, give_back

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
PLACES = 2


@pytest.fixture
def browser(portal: Client) -> Client:
    """A citizen of the prefecture, where people book for themselves."""
    rule = programme("gunma_pref").desk.interviews
    assert rule is not None
    assert (rule.by_citizens, rule.places) == (True, PLACES)
    return browser_of(OTHER_PORTAL_HOST)


@pytest.fixture
def one(browser: Client) -> tuple[Client, tuple[str, str]]:
    """Someone whose receipt is open, and its two numbers."""
    return browser, come(browser)


def come(browser: Client) -> tuple[str, str]:
    browsing.fill(browser)
    pair = browsing.send(browser)
    browsing.open_receipt(browser, *pair)
    return pair


def test_booked_it_stands_on_the_page_and_is_given_back(
    one: tuple[Client, tuple[str, str]],
) -> None:
    browser, _ = one
    at = free(browser)[3]
    answer = book(browser, at, support=["writing"], note="車いすです")
    assert (answer.status_code, answer["Location"]) == (303, "/s/f/")
    page = browser.get("/s/f/").content.decode()
    assert "面談を予約しました" in page
    row = Interview.objects.get()
    assert (row.on, row.starts) == (
        datetime.fromisoformat(at).date(),
        datetime.fromisoformat(at).time(),
    )
    assert "車いす".encode() not in bytes(row.wanted)
    assert free(browser) == []  # one at a time
    assert give_back(browser)["Location"] == "/s/f/"
    assert "面談の予約を取り消しました" in browser.get("/s/f/").content.decode()
    assert at in free(browser)


def test_what_is_full_is_not_offered_and_whose_it_is_not_said(
    one: tuple[Client, tuple[str, str]], browser: Client
) -> None:
    at = free(one[0])[0]
    assert book(one[0], at).status_code == 303
    other = browser_of(OTHER_PORTAL_HOST)
    come(other)
    assert at in free(other)  # the second place
    assert book(other, at).status_code == 303
    third = browser_of(OTHER_PORTAL_HOST)
    come(third)
    assert at not in free(third)
    answer = book(third, at, note="母と行きます")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "予約がいっぱいです" in page
    assert 'value="母と行きます"' in page


def test_a_closed_day_is_refused_in_words_and_nothing_typed_is_lost(
    one: tuple[Client, tuple[str, str]],
) -> None:
    browser, _ = one
    day = datetime.fromisoformat(free(browser)[0])
    sunday = day + timedelta(days=6 - day.weekday())
    answer = book(browser, f"{sunday:%Y-%m-%dT%H:%M}", language="ベトナム語")
    assert answer.status_code == 422
    assert "その日は窓口が休みです" in answer.content.decode()
    assert 'value="ベトナム語"' in answer.content.decode()
    assert not Interview.objects.exists()


@pytest.mark.parametrize("wrong", ["", "x", "2026-02-30T10:00", "９時"])
def test_no_time_or_none_that_can_be_read(one: tuple[Client, tuple[str, str]], wrong: str) -> None:
    answer = book(one[0], wrong, note="母と行きます")
    assert answer.status_code == 422
    assert 'value="母と行きます"' in answer.content.decode()


def test_what_was_typed_waits_while_the_receipt_is_closed(
    one: tuple[Client, tuple[str, str]],
) -> None:
    browser, pair = one
    at, mark = free(browser)[0], browsing.mark(browser)
    Visit.objects.filter(kind="opened").delete()
    sent = {"token": "t", "case": mark, "at": at, "note": "母と行きます"}
    assert browser.post("/s/f/v/", sent)["Location"] == "/s/f/"
    assert "続きから送れます" in browser.get("/s/f/").content.decode()
    browsing.open_receipt(browser, *pair)
    page = browser.get("/s/f/v/").content.decode()
    assert f'<option value="{at}" selected>' in page
    assert 'value="母と行きます"' in page
    assert book(browser, at, note="母と行きます").status_code == 303
    give_back(browser)
    assert "母と行きます" not in browser.get("/s/f/v/").content.decode()  # done, so forgotten


def test_pressed_twice_it_is_booked_once(one: tuple[Client, tuple[str, str]]) -> None:
    browser, _ = one
    sent = {"token": "t", "case": browsing.mark(browser), "at": free(browser)[0]}
    assert [browser.post("/s/f/v/", sent).status_code for _ in range(2)] == [303, 303]
    assert Interview.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"interview": "x"},
        {"interview": "00000000-0000-4000-8000-000000000000"},
        {"revision": "x"},
        {"case": "0" * 16},
    ],
)
def test_nobody_elses_is_given_back(
    one: tuple[Client, tuple[str, str]], changed: dict[str, str]
) -> None:
    book(one[0], free(one[0])[0])
    assert give_back(one[0], **changed).status_code == 303
    assert Interview.objects.get().state == "booked"


def test_where_the_desk_alone_books_the_page_says_so(portal: Client) -> None:
    come(portal)
    assert "/s/f/v/" not in portal.get("/s/f/").content.decode()
    page = portal.get("/s/f/v/").content.decode()
    assert "面談の予約は、窓口が受けます" in page
    answer = portal.post("/s/f/v/", {"case": browsing.mark(portal), "at": "2026-12-04T10:30"})
    assert answer.status_code == 422
    assert "面談の予約は、窓口が受けます" in answer.content.decode()


def test_without_an_open_receipt_there_is_nothing(browser: Client) -> None:
    assert browser.get("/s/f/v/")["Location"] == "/s/f/"
    assert browser.get("/s/f/v/x/")["Location"] == "/s/f/"


@pytest.mark.parametrize("column", ["easy", "en"])
def test_the_other_columns_have_it_too(one: tuple[Client, tuple[str, str]], column: str) -> None:
    page = one[0].get(f"/{column}/s/f/v/").content.decode()
    assert f'action="/{column}/s/f/v/"' in page
