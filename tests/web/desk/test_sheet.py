"""The record sheet: made by a button, logged with who prints, boxes from the programme."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.load import programme
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.papers import engine
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from madoguchi.work.referrals import actions as referrals
from tests import pdf
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.desk.test_interviews import a_day_ahead, at, book

HOSTILE = (
    "#facts.person $x^2$ *太字* _斜め_ `raw` @ref <label> \\ // /* #{ [ ] \u202e逆 "
    "http://a.example/#" + "x" * 90
)


@pytest.fixture
def case(browser: Client, office: OfficeCard, now: datetime) -> Case:
    """A case with a call and an internal note."""
    case = asked(office, now)
    do(browser, case, "take")
    typed = {"log_how": "call_out", "log_text": "話した内容", "log_outcome": "answered"}
    assert do(browser, case, "log", **typed, log_minutes="9").status_code == 303
    assert do(browser, case, "note", note_text="内々の話").status_code == 303
    return case


def made(browser: Client, case: Case, **typed: str) -> bytes:
    answer = browser.post(f"/sheets/{case.pk}/", typed)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="sheet.pdf"'
    assert answer["Cache-Control"] == "no-store"
    return answer.content


def test_the_sheet_holds_the_record_oldest_first(case: Case, browser: Client) -> None:
    sheet = pdf.text(made(browser, case))
    places = [sheet.index(words) for words in ("相談記録票", "書き込みを消したい", "話した内容")]
    assert places == sorted(places)
    for words in ("𠮷田花子", "未聴取", "計9分", "取扱注意", "以上", case.short_name):
        assert words in sheet


def test_every_kind_of_entry_is_on_it(case: Case, browser: Client, now: datetime) -> None:
    written = {"log_how": "letter_in", "log_text": "手紙の要点", "log_outcome": "answered"}
    assert do(browser, case, "log", **written).status_code == 303
    staff = actor_of(Staff.objects.get(pk=browser.session["_auth_user_id"]))
    new = referrals.NewReferral("houterasu", referrals.Consent("told_only"), now.date())
    referrals.refer(staff, queries.find(staff, case.pk), new, now=now)
    record.add_details(staff, queries.find(staff, case.pk), {"effects": "眠れない"}, now=now)
    old = Entry.objects.get(kind="call")
    record.correct(staff, queries.find(staff, case.pk), old.pk, "直した内容", 3, "誤り", now=now)
    assert book(browser, case, at(a_day_ahead())).status_code == 303
    sheet = pdf.text(made(browser, case))
    for words in (
        *(
            "手紙の要点",
            "法テラス",
            "眠れない",
            "訂正前",
            "訂正の理由：誤り",
            "直した内容",
            "番の訂正",
        ),
        *("に予約した", "紹介した相談機関", "体・学校・仕事などへの影響", "計3分"),
    ):
        assert words in sheet


def test_internal_notes_are_on_it_only_where_that_was_ticked(case: Case, browser: Client) -> None:
    sheet = pdf.text(made(browser, case))
    assert "内々の話" not in sheet
    assert "内部の記録が1件あります。この票には入っていません。" in sheet
    sheet = pdf.text(made(browser, case, notes="1"))
    assert "内々の話" in sheet
    assert "入っていません" not in sheet


def test_the_boxes_are_the_programmes(case: Case, browser: Client, office: OfficeCard) -> None:
    circulated = programme(office.slug).desk.circulated
    assert circulated
    words = pdf.pages(made(browser, case))[0].split()
    assert [words.count(title) for title in circulated.titles] == [1] * len(circulated.titles)
    assert "供" in words


@pytest.mark.opens("case.sheet")
def test_every_sheet_is_one_line_with_who_printed(case: Case, browser: Client) -> None:
    read = Line.objects.filter(verb="case.read").count()
    sheet = pdf.pages(made(browser, case))
    made(browser, case)
    lines = Line.objects.filter(verb="case.sheet", case_id=case.pk)
    assert [str(one.staff_id) for one in lines] == [browser.session["_auth_user_id"]] * 2
    assert Line.objects.filter(verb="case.read").count() == read
    assert all("印刷 counsellorの人" in page for page in sheet)


def test_asked_for_otherwise_it_is_not_made(case: Case, browser: Client) -> None:
    assert browser.get(f"/sheets/{case.pk}/").status_code == 302
    assert not Line.objects.filter(verb="case.sheet").exists()


def test_a_case_of_three_hundred_entries_is_whole(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    staff, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    case.refresh_from_db()
    for number in range(300):
        said = (
            f"書き留めたこと{number:03}。" + "長い話。\n" * (number % 7) ** 2 + f"終わり{number:03}"
        )
        record.note(actor_of(staff), case, said, now=now)
    pages = pdf.pages(made(browser, case, notes="1"))
    sheet = "".join(pages)
    for mark in ("書き留めたこと{:03}。", "終わり{:03}"):
        assert all(mark.format(number) in sheet for number in range(300))
    assert all(f"{at}／{len(pages)}" in page for at, page in enumerate(pages, start=1))
    of_record = [page for page in pages if "長い話" in page]
    assert all("番号" in page and f"相談 {case.short_name}" in page for page in of_record)


def test_a_case_that_no_paper_holds_is_said_to_be_too_long(
    case: Case, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LETTERS_A_PAPER", 100)
    answer = browser.post(f"/sheets/{case.pk}/")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "長すぎて、1つの書類にできません" in page
    assert "話した内容" not in page


def test_words_that_would_be_commands_are_words(office: OfficeCard, now: datetime) -> None:
    about = {"name": HOSTILE, "kana": HOSTILE, "phone": "0279-00-0000", "who": "self"}
    case = asked(office, now, about=about, text=HOSTILE, urls=HOSTILE)
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    assert do(browser, case, "note", note_text=HOSTILE).status_code == 303
    sheet = pdf.text(made(browser, case, notes="1"))
    said = HOSTILE.replace("\u202e", "〘U+202E〙").replace(" ", "")
    assert sheet.count(said) == 5


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_who_may_not_print_gets_no_button_and_no_sheet(
    case: Case, office: OfficeCard, now: datetime
) -> None:
    _, other = colleague(office, "counsellor", now)
    assert f"/sheets/{case.pk}/" not in other.get(f"/cases/{case.pk}/").content.decode()
    assert other.post(f"/sheets/{case.pk}/").status_code == 404
    assert not Line.objects.filter(verb="case.sheet", outcome="done").exists()
    _, supervisor = colleague(office, "supervisor", now)
    assert f"/sheets/{case.pk}/" in supervisor.get(f"/cases/{case.pk}/").content.decode()
    made(supervisor, case)
