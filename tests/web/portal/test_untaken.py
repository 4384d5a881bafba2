"""What cannot be stored is never acknowledged: the page says so and keeps what was typed."""

import re
from contextlib import AbstractContextManager
from html import escape, unescape

import pytest
from django.db import OperationalError
from django.test import Client

from madoguchi.web.kit import submitted
from madoguchi.web.portal.follow import session
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.answers import Response
from tests.web import outage
from tests.web.portal import browsing

pytestmark = pytest.mark.race  # what fails must not end the test's own transaction
STORY = "消したい書き込みがあります。\n二行目です <b>&amp;"
NOT_TAKEN = "受け付けできていません"
PHONE = "0279-25-8526"
FIRST_AND_ADDED = 2


@pytest.fixture(autouse=True)
def as_served(portal: Client) -> None:
    """The browser is shown what a server would send."""
    portal.raise_request_exception = False


def cut(*_: object, **__: object) -> None:
    """What was done was committed; then the connection broke."""
    raise OperationalError("server closed the connection unexpectedly")


def repeated(answer: Response) -> dict[str, str]:
    """What the page's button sends again, as a browser reads it."""
    page = answer.content.decode()
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(words) for name, words in found}


def untaken(answer: Response) -> dict[str, str]:
    """The same, of a page that promises nothing."""
    page = answer.content.decode()
    assert answer.status_code == 503
    assert NOT_TAKEN in page
    assert PHONE in page
    assert "受付番号" not in page
    assert answer["Cache-Control"] == "no-store"
    return repeated(answer)


@pytest.mark.parametrize("outage_of", [outage.away, outage.full])
def test_a_step_that_cannot_be_saved_keeps_its_words(
    begun: Client, outage_of: type[AbstractContextManager[None]]
) -> None:
    with outage_of():
        answer = browsing.answer(begun, "story", text=STORY, urls="https://example.com/1")
    words = untaken(answer)
    assert f'<span class="as-typed">{escape(STORY)}</span>' in answer.content.decode()
    assert words["text"] == STORY
    answer = begun.post("/s/c/story/", words)
    assert answer["Location"] == "/s/c/contact/"
    page = begun.get("/s/c/story/").content.decode()
    assert unescape(page).count(STORY) == 1


@pytest.mark.sqlite("PostgreSQL has no such limit")
def test_a_database_without_room_takes_nothing_and_keeps_what_it_had(filled: Client) -> None:
    pair = browsing.send(filled)
    assert filled.post("/s/leave/").status_code in (200, 303)
    browsing.begin(filled)
    with outage.no_page_left():
        words = untaken(browsing.answer(filled, "story", text=STORY * 400))
        assert filled.get("/").status_code == 200
    assert words["text"] == STORY * 400
    assert filled.post("/s/c/story/", words).status_code == 303
    assert browsing.open_receipt(filled, *pair)["Location"] == "/s/f/"


def test_control_without_the_kept_words_they_are_gone(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submitted, "fields", lambda _request: ())
    browsing.begin(portal)
    with outage.full():
        assert repeated(browsing.answer(portal, "story", text=STORY)) == {}


def test_in_the_column_of_the_visitor_and_with_the_way_to_leave(begun: Client) -> None:
    with outage.full():
        answer = begun.post("/en/s/c/story/", {"text": STORY})
    page = answer.content.decode()
    assert "This has not been received" in page
    assert 'action="/en/s/c/story/"' in page
    assert "Leave this page" in page


def test_a_request_is_filed_once_after_the_outage(filled: Client) -> None:
    with outage.full():
        for _ in range(2):
            untaken(filled.post("/s/c/check/"))
    assert not Case.objects.exists()
    browsing.send(filled)
    assert Case.objects.count() == 1


def added_in_doubt(portal: Client, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A message that was committed before the connection broke: what its button sends again."""
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    with monkeypatch.context() as during:
        during.setattr(session, "note", cut)
        return untaken(browsing.add(portal, "続きです"))


def test_in_doubt_the_second_press_finds_the_first(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = added_in_doubt(portal, monkeypatch)
    assert words["token"]
    assert portal.post("/s/f/m/", words)["Location"] == "/s/f/"
    assert Entry.objects.count() == FIRST_AND_ADDED
    assert "送りました" in portal.get("/s/f/").content.decode()


def test_in_doubt_the_second_press_with_other_words_keeps_them(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, and the person went back and changed what they had written."""
    words = added_in_doubt(portal, monkeypatch)
    page = portal.post("/s/f/m/", {**words, "text": "書き直しました"}).content.decode()
    assert "前に送った内容は届いています" in page
    assert "書き直しました</textarea>" in page
    assert Entry.objects.count() == FIRST_AND_ADDED


def test_in_doubt_a_request_that_was_filed_is_not_put_aside_as_new_words(
    filled: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = {**browsing.STORY, "finish": "1"}
    with monkeypatch.context() as during:
        during.setattr("madoguchi.web.portal.consult.views.see", cut)
        untaken(browsing.answer(filled, "story", **story))
    assert Case.objects.count() == 1
    assert browsing.answer(filled, "story", **story)["Location"] == "/s/c/done/"
    assert "お預かりしています" not in filled.get("/s/c/done/").content.decode()


def test_what_breaks_for_another_reason_keeps_the_words_too(
    begun: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.web.portal.consult.views.steps.check", None)
    answer = browsing.answer(begun, "story", text=STORY)
    assert answer.status_code == 500
    assert NOT_TAKEN in answer.content.decode()
    assert repeated(answer)["text"] == STORY


def test_a_secret_is_not_written_into_the_page(portal: Client) -> None:
    portal.get("/accessibility/")  # whose host it is, the process knows
    with outage.away():
        answer = browsing.open_receipt(portal, "1234-5678-9012-3", "1111-2222-3333-4444")
    assert untaken(answer) == {}
    assert "1111-2222" not in answer.content.decode()
