"""An entry written anew: the earlier one stays, marked; the person's words stay theirs."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.record import public
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.looking import drawers
from tests.web.desk.colleagues import ABOUT, asked, colleague, do

CALL = {"log_how": "call_out", "log_text": "月曜に来庁", "log_outcome": "answered"}


@pytest.fixture
def case(browser: Client, office: OfficeCard, now: datetime) -> Case:
    """A case with a call of twelve minutes."""
    case = asked(office, now)
    do(browser, case, "take")
    assert do(browser, case, "log", **CALL, log_minutes="12").status_code == 303
    return case


@pytest.fixture
def entry(case: Case) -> Entry:
    """The call."""
    return Entry.objects.get(kind="call")


def address(case: Case, entry: Entry) -> str:
    return f"/cases/{case.pk}/entries/{entry.pk}/"


def sent(page: bytes, **typed: str) -> dict[str, str]:
    token = re.search(r'name="token" value="([^"]+)"', page.decode())
    assert token
    return {"token": token[1], **typed}


def test_the_page_shows_what_there_is_to_correct(case: Case, browser: Client, entry: Entry) -> None:
    page = squeezed(browser.get(address(case, entry)))
    assert re.search(r"<textarea[^>]*>\s*月曜に来庁</textarea>", page)
    assert re.search(r'name="correct_minutes" value="12"', page)
    assert address(case, entry) in squeezed(browser.get(f"/cases/{case.pk}/"))


def test_both_stay_and_minutes_count_once(case: Case, browser: Client, entry: Entry) -> None:
    form = sent(
        browser.get(address(case, entry)).content,
        correct_text="火曜に来庁",
        correct_minutes="15",
        correct_reason="聞きちがい",
    )
    for _ in range(2):  # pressed twice, written once
        assert browser.post(address(case, entry), form).status_code == 303
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert re.search(r"2番の訂正.*?聞きちがい.*?火曜に来庁.*?訂正前.*?月曜に来庁", page, re.DOTALL)
    assert "計15分" in page
    assert Entry.objects.filter(kind="call").count() == 2
    assert Line.objects.filter(verb="case.correct", outcome="done").count() == 1
    case.refresh_from_db()
    assert case.state == "waiting", "the outcome is not written anew"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"correct_text": ""}, "正しい文章を入れてください"),
        ({"correct_minutes": "ずっと"}, "数字で"),
        ({"correct_text": "残る言葉" + "x" * 20_000}, "20,000文字まで"),
    ],
)
def test_a_bad_correction_keeps_the_words(
    case: Case, browser: Client, entry: Entry, typed: dict[str, str], said: str
) -> None:
    whole = {"correct_text": "直した", "correct_reason": "残る言葉", **typed}
    page = browser.post(
        address(case, entry), sent(browser.get(address(case, entry)).content, **whole)
    )
    assert page.status_code == 422
    assert said in squeezed(page)
    assert "残る言葉" in squeezed(page)
    assert Entry.objects.filter(kind="call").count() == 1


def test_two_corrections_of_one_note_both_stay(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    do(browser, case, "note", note_text="はじめ")
    note = Entry.objects.get(kind="note")
    _, other = colleague(office, "supervisor", now)
    pages = [one.get(address(case, note)).content for one in (browser, other)]
    assert b"correct_minutes" not in pages[0]
    for one, page, text in zip((browser, other), pages, ("片方", "もう片方"), strict=True):
        answer = one.post(address(case, note), sent(page, correct_text=text))
        assert answer.status_code == 303
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert all(text in shown for text in ("はじめ", "片方", "もう片方"))


def test_what_the_person_wrote_stays_as_it_is(case: Case, browser: Client) -> None:
    entry = Entry.objects.get(kind="received")
    assert browser.get(address(case, entry)).status_code == 404
    assert address(case, entry) not in squeezed(browser.get(f"/cases/{case.pk}/"))
    assert browser.get(f"/cases/{case.pk}/entries/{uuid4()}/").status_code == 404


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_for_a_denied_colleague_there_is_nothing(
    case: Case, browser: Client, entry: Entry, office: OfficeCard, now: datetime
) -> None:
    denied, theirs = colleague(office, "counsellor", now)
    page = theirs.get(address(case, entry)).content
    assert do(browser, case, "deny", deny_staff=str(denied.pk)).status_code == 303
    assert theirs.get(address(case, entry)).status_code == 404
    answer = theirs.post(address(case, entry), sent(page, correct_text="だめ"))
    assert answer.status_code == 404
    assert Entry.objects.filter(kind="call").count() == 1


def test_an_answer_is_written_anew_and_its_person_reads_that_alone(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    """Nobody reads what was written to another, and none of the desk's reasons goes with it."""
    do(browser, case, "answer", answer_text="別の人あての文", answer_days="5")
    earlier = Entry.objects.get(kind="sent")
    shown = squeezed(browser.get(address(case, earlier)))
    assert "まだ読んでいません" in shown
    assert "受付番号を渡していない" not in shown
    assert "correct_reason" not in shown
    form = sent(shown.encode(), correct_text="正しい文")
    for _ in range(2):
        assert browser.post(address(case, earlier), form).status_code == 303
    held = Holding(drawers(office.id, case.pk)[0])
    read = public.read(consultee(office.id), held, now=now).rows
    assert [one.words["text"] for one in read if one.kind == "sent"] == ["正しい文"]
    earlier.refresh_from_db()
    assert earlier.seen_at is None
    record = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert re.search(r"正しい文.*?訂正前.*?別の人あての文", record, re.DOTALL)


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_an_answer_that_went_out_by_mail_word_for_word_is_not_written_anew(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    wishes = Wishes("mail_only", mail=True, words=True)
    case = asked(office, now, wishes=wishes, about={**ABOUT, "email": "a@example.jp"})
    do(browser, case, "take")
    do(browser, case, "answer", answer_text="届いた文", answer_days="5")
    answer = Entry.objects.get(kind="sent")
    form = sent(browser.get(address(case, answer)).content, correct_text="正しい文")
    refused = browser.post(address(case, answer), form)
    assert "文をメールで送った" in squeezed(refused)
    assert Entry.objects.filter(kind="sent").count() == 1
