"""The record of a case at the desk: contacts with outcomes, text blocks, filters, nothing lost."""

import gzip
import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, hidden

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
CALL = {"log_how": "call_out", "log_text": "様子を聞いた", "log_outcome": "answered"}


@pytest.fixture
def case(browser: Client, office: OfficeCard, now: datetime) -> Case:
    """A case that the colleague took."""
    case = asked(office, now)
    assert do(browser, case, "take").status_code == 303
    return case


def shown(browser: Client, case: Case) -> str:
    return squeezed(browser.get(f"/cases/{case.pk}/"))


def test_a_call_is_written_down_and_says_what_comes_next(case: Case, browser: Client) -> None:
    typed = {**CALL, "log_minutes": "12", "log_why": "その後を聞く"}
    assert do(browser, case, "log", **typed).status_code == 303
    page = shown(browser, case)
    assert re.search(r"電話<.*?窓口から・話ができた.*?12分.*?様子を聞いた", page, re.DOTALL)
    assert "かかった時間 計12分" in page
    assert "その後を聞く" in page
    case.refresh_from_db()
    assert case.state == "waiting"
    assert Due.objects.get(case_id=case.pk, done_at__isnull=True).kind == "follow_up"


@pytest.mark.parametrize("rule", CONTACT_RULES)
def test_who_would_call_is_warned_where_no_call_is_safe(
    browser: Client, office: OfficeCard, now: datetime, rule: str
) -> None:
    case = asked(office, now, wishes=Wishes(rule))
    assert do(browser, case, "take").status_code == 303
    warned = "窓口から電話をかけない相談です" in shown(browser, case)
    assert warned == (rule in ("mail_only", "wait"))


def test_a_contact_written_down_later_keeps_its_time(case: Case, browser: Client) -> None:
    yesterday = (moment() - timedelta(days=1)).date()
    typed = {**CALL, "log_on": yesterday.isoformat(), "log_at": "１４時０５分"}
    assert do(browser, case, "log", **typed).status_code == 303
    assert re.search(r"14時05分・記入 ", shown(browser, case))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"log_how": ""}, "「方法」の答えを選んでください"),
        ({"log_outcome": ""}, "結果を入れてください"),
        ({"log_outcome": "nonsense"}, "「結果」の答えを選んでください"),
        ({"log_outcome": "visit_booked"}, "次の対応の日を入れてください"),
        ({"log_next_on": "令和元年5月1日"}, "今日か、これからの日"),
        ({"log_on": "2999-01-01"}, "今日か、過ぎた日"),
        ({"log_at": "25:00"}, "14:30 のように"),
        ({"log_minutes": "たくさん"}, "数字で"),
        ({"log_minutes": "1441"}, "0から1,440まで"),
        ({"log_text": "残る言葉" + "あ" * 20_000}, "20,000文字まで"),
    ],
)
def test_a_bad_contact_gets_a_sentence_and_keeps_the_words(
    case: Case, browser: Client, typed: dict[str, str], said: str
) -> None:
    page = do(browser, case, "log", **{**CALL, "log_text": "残る言葉", **typed})
    assert page.status_code == 422
    words = squeezed(page)
    assert said in words
    assert "残る言葉" in words
    assert "<title>エラー：" in words
    assert not Entry.objects.filter(kind="call").exists()


def test_nobody_is_due_on_a_day_on_which_the_desk_is_closed(case: Case, browser: Client) -> None:
    sunday = moment().date() + timedelta(days=7 + 6 - moment().weekday())
    for act, typed in (
        ("log", {**CALL, "log_next_on": sunday.isoformat()}),
        ("plan", {"plan_kind": "call", "plan_why": "残る言葉", "plan_on": sunday.isoformat()}),
    ):
        page = do(browser, case, act, **typed)
        assert page.status_code == 422
        assert "窓口が閉まっている日です" in squeezed(page)
        assert sunday.isoformat() in squeezed(page)


def test_after_three_unanswered_calls_two_people_decide(case: Case, browser: Client) -> None:
    for at in (1, 2, 3):
        page = shown(browser, case)
        offered = re.findall(r'value="(no_answer_\d)"', page)
        assert offered == [f"no_answer_{at}"]
        assert ("そのあとも電話を続けるかは、担当と係長で決めます" in page) == (at == 3)
        typed = {"log_how": "call_out", "log_outcome": offered[0]}
        assert do(browser, case, "log", **typed).status_code == 303
    assert "担当と係長で決める" in shown(browser, case)
    assert do(browser, case, "log", **CALL).status_code == 303
    assert re.findall(r'value="(no_answer_\d)"', shown(browser, case)) == ["no_answer_1"]


@pytest.mark.parametrize(
    ("outcome", "closing"),
    [("withdrawn", "取り下げた"), ("solved", "解決した"), ("no_contact", "連絡がつかない")],
)
def test_an_outcome_closes_by_the_same_step(
    case: Case, browser: Client, outcome: str, closing: str
) -> None:
    assert do(browser, case, "log", **{**CALL, "log_outcome": outcome}).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.closing, case.next_on) == ("closed", outcome, None)
    assert closing in shown(browser, case)


@REAL
def test_p23_a_contact_after_a_colleagues_is_kept_on_the_page_and_sent_again(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    _, other = colleague(office, "counsellor", now)
    stale = {**hidden(shown(browser, case)), **CALL, "log_text": "あとの電話", "log_minutes": "3"}
    assert do(other, case, "log", **{**CALL, "log_text": "先の電話"}).status_code == 303
    late = browser.post(f"/cases/{case.pk}/log/", stale)
    page = squeezed(late)
    assert late.status_code == 409
    assert "動きがありました" in page
    assert "先の電話" in page
    assert "あとの電話" in page
    assert 'value="answered" selected' in page
    again = browser.post(f"/cases/{case.pk}/log/", {**stale, **hidden(page)})
    assert again.status_code == 303
    assert Entry.objects.filter(kind="call").count() == 2


def test_p23_a_note_is_never_refused_because_the_case_moved_on(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    _, other = colleague(office, "counsellor", now)
    stale = {**hidden(shown(browser, case)), "note_text": "前から書いていたメモ"}
    assert do(other, case, "log", **CALL).status_code == 303
    assert browser.post(f"/cases/{case.pk}/note/", stale).status_code == 303
    page = shown(browser, case)
    assert "前から書いていたメモ" in page
    assert "様子を聞いた" in page


@REAL
def test_words_of_whoever_lost_the_case_meanwhile_are_given_back(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    stale = {**hidden(shown(browser, case)), "note_text": "渡せない言葉"}
    other, theirs = colleague(office, "counsellor", now)
    assert do(theirs, case, "take").status_code == 303
    page = browser.post(f"/cases/{case.pk}/note/", stale)
    assert page.status_code == 409
    assert "担当の職員だけができる" in squeezed(page)
    assert "渡せない言葉" in squeezed(page)
    me = uuid.UUID(browser.session["_auth_user_id"])
    cases.deny(actor_of(other), queries.find(actor_of(other), case.pk), me, now=now)
    nothing = browser.post(f"/cases/{case.pk}/note/", stale)
    assert nothing.status_code == 404
    assert not stand_in(squeezed(nothing), case.short_name)


def test_a_text_block_is_put_in_without_a_script_and_saves_nothing(
    case: Case, browser: Client
) -> None:
    form = {**hidden(shown(browser, case)), **CALL, "block": "unreached", "insert": "1"}
    page = browser.post(f"/cases/{case.pk}/log/", form)
    words = squeezed(page)
    assert page.status_code == 200
    assert re.search(r"<textarea[^>]*>\s*様子を聞いた\n\n呼び出したが、応答なし。", words)
    assert 'value="answered" selected' in words
    assert "<title>エラー" not in words
    assert not Entry.objects.filter(kind="call").exists()
    unknown = browser.post(f"/cases/{case.pk}/log/", {**form, "block": "nonsense"})
    assert re.search(r"<textarea[^>]*>\s*様子を聞いた</textarea>", squeezed(unknown))
    assert browser.post(f"/cases/{case.pk}/log/", {**hidden(words), **CALL}).status_code == 303


def test_enter_in_a_line_saves_and_puts_no_block_in(case: Case, browser: Client) -> None:
    """A browser presses the form's first button; it must be the one that saves."""
    for form in re.findall(r"<form.*?</form>", shown(browser, case), re.DOTALL):
        buttons = re.findall(r"<button[^>]*>", form)
        assert "insert" not in buttons[0]


def test_entries_are_sorted_for_the_filter_and_notes_stand_apart(
    case: Case, browser: Client
) -> None:
    assert do(browser, case, "note", note_text="内々の話").status_code == 303
    assert do(browser, case, "log", **{**CALL, "log_how": "letter_in"}).status_code == 303
    page = shown(browser, case)
    assert re.findall(r"<label for=\"show-\w+\">(\S+ \d+)</label>", page) == [
        "全部 3",
        "連絡 2",
        "メモ 1",
        "書類 1",
    ]
    assert re.findall(r'<li class="entry (\w+)( internal)?', page) == [
        ("letter", ""),
        ("note", " internal"),
        ("received", ""),
    ]


def test_the_page_stays_light(case: Case, browser: Client) -> None:
    for at in range(10):
        typed = {**CALL, "log_text": f"{at}回目の話。" + "ことば" * 100}
        assert do(browser, case, "log", **typed).status_code == 303
    page = browser.get(f"/cases/{case.pk}/").content
    assert len(gzip.compress(page)) <= 40_000
