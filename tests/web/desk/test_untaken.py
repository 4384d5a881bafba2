"""An act of the desk that cannot be written is not done, and its words come back."""

import re
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.record.models import Entry
from tests.web import outage
from tests.web.desk.colleagues import asked, colleague, do, hidden
from tests.web.portal.test_untaken import PHONE, repeated

pytestmark = pytest.mark.race


def test_a_note_comes_back_and_is_written_once(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    address = f"/cases/{case.pk}/"
    assert do(browser, case, "take").status_code == 303
    typed = hidden(browser.get(address).content.decode()) | {"note_text": "電話で聞いたこと"}
    browser.raise_request_exception = False
    before = Entry.objects.count()
    with outage.full():
        answer = browser.post(f"{address}note/", typed)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "まだ保存していません</h1>" in page
    assert PHONE not in page, "an officer does not ring the own desk"
    assert "画面を隠す" in page
    assert repeated(answer) == typed
    assert re.findall(r'<span class="as-typed">([^<]*)</span>', page) == ["電話で聞いたこと"]
    for _ in range(2):
        assert browser.post(f"{address}note/", repeated(answer)).status_code == 303
    assert Entry.objects.count() == before + 1


def test_words_changed_after_back_are_not_taken_for_those_that_arrived(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    """The first answer was filed and the page that said so was lost."""
    case = asked(office, now)
    address = f"/cases/{case.pk}/"
    assert do(browser, case, "take").status_code == 303
    form = hidden(browser.get(address).content.decode())
    typed = form | {"answer_text": "はじめの返事", "answer_days": "5"}
    for _ in range(2):  # the control: the same again is the same
        assert browser.post(f"{address}answer/", typed).status_code == 303
    assert Entry.objects.filter(kind="sent").count() == 1
    changed = browser.post(f"{address}answer/", typed | {"answer_text": "書き直した返事"})
    assert changed.status_code == 409
    assert "書き直した返事" in changed.content.decode()
    assert Entry.objects.filter(kind="sent").count() == 1


def test_a_case_is_not_read_without_its_line(office: OfficeCard, now: datetime) -> None:
    """Reading is an act: where no line can be written, nothing is opened."""
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    browser.raise_request_exception = False
    with outage.full():
        answer = browser.get(f"/cases/{case.pk}/")
    assert answer.status_code == 503
    assert "書き込みを消したい" not in answer.content.decode()


def test_a_password_is_not_written_into_the_page(desk: Client) -> None:
    desk.get("/sign-in/")
    desk.raise_request_exception = False
    typed = {"login": "kimura", "password": "a-long-password-of-mine"}
    with outage.away():
        answer = desk.post("/sign-in/", typed)
    assert answer.status_code == 503
    assert "a-long-password" not in answer.content.decode()
