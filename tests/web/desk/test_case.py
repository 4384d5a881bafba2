"""A case at the desk: opened, answered, planned, closed; nothing typed is lost."""

import re
from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import make_staff
from tests.web.desk.colleagues import asked, colleague, do, hidden

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
ANSWER = {"answer_text": "こう答えます", "answer_days": "5"}


def taken(office: OfficeCard, now: datetime, role: str = "counsellor") -> tuple[Case, Client]:
    case = asked(office, now)
    _, browser = colleague(office, role, now)
    assert do(browser, case, "take").status_code == 303
    return case, browser


def shown(browser: Client, case: Case) -> str:
    return squeezed(browser.get(f"/cases/{case.pk}/"))


@pytest.fixture
def case(office: OfficeCard, now: datetime, browser: Client) -> Case:
    """A case that the colleague of the browser took."""
    case = asked(office, now)
    assert do(browser, case, "take").status_code == 303
    return case


def test_a_colleague_takes_and_answers(case: Case, browser: Client) -> None:
    page = shown(browser, case)
    assert "𠮷田 花子" in page
    assert "書き込みを消したい" in page
    assert "未聴取" in page
    assert do(browser, case, "answer", **ANSWER).status_code == 303
    case.refresh_from_db()
    assert case.state == "waiting"
    assert "こう答えます" in shown(browser, case)
    assert "相手はまだ読んでいません" in shown(browser, case)


@REAL
def test_before_taking_there_is_nothing_to_answer_with(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    assert "/answer/" not in shown(browser, case)
    token = hidden(shown(browser, case))
    page = browser.post(f"/cases/{case.pk}/answer/", {**token, **ANSWER})
    assert page.status_code == 409
    assert "担当の職員だけができるため" in squeezed(page)
    assert ANSWER["answer_text"] in squeezed(page)
    assert not Entry.objects.filter(kind="sent").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"answer_text": "", "answer_days": "5"}, "相談者への返事を入れてください。"),
        ({"answer_text": "x" * 20_001, "answer_days": "5"}, "20,000文字まで"),
        ({"answer_text": "a\x00b", "answer_days": "5"}, "特別な文字"),
        ({"answer_text": "残る言葉", "answer_days": "0"}, "1から120まで"),
        ({"answer_text": "残る言葉", "answer_days": "いつか"}, "数字で"),
    ],
)
def test_a_bad_answer_gets_a_sentence_and_keeps_the_words(
    case: Case, browser: Client, typed: dict[str, str], said: str
) -> None:
    page = do(browser, case, "answer", **typed)
    assert page.status_code == 422
    words = squeezed(page)
    assert said in words
    assert "<title>エラー：" in words
    assert typed["answer_days"] in words
    assert typed["answer_text"].replace("\x00", "") in words
    assert not Entry.objects.filter(kind="sent").exists()


def test_pressing_twice_answers_once(case: Case, browser: Client) -> None:
    form = {**hidden(shown(browser, case)), **ANSWER}
    for _ in range(3):
        assert browser.post(f"/cases/{case.pk}/answer/", form).status_code == 303
    assert Entry.objects.filter(kind="sent").count() == 1
    assert Line.objects.filter(verb="case.answer").count() == 1


def test_a_stale_page_says_so_and_keeps_the_words(case: Case, browser: Client) -> None:
    form = {**hidden(shown(browser, case)), "answer_text": "あとの返事", "answer_days": "3"}
    assert do(browser, case, "answer", **ANSWER).status_code == 303
    late = browser.post(f"/cases/{case.pk}/answer/", form)
    assert late.status_code == 409
    assert "動きがありました" in squeezed(late)
    assert "あとの返事" in squeezed(late)
    again = {**form, **hidden(squeezed(late))}
    assert browser.post(f"/cases/{case.pk}/answer/", again).status_code == 303
    assert Entry.objects.filter(kind="sent").count() == 2


def test_a_note_is_marked_and_lies_in_the_staff_drawer(case: Case, browser: Client) -> None:
    assert do(browser, case, "note", note_text="内々の話").status_code == 303
    assert Entry.objects.get(kind="note").drawer == "staff"
    assert re.search(r"entry note internal.*?内部.*?内々の話", shown(browser, case), re.DOTALL)


def test_the_next_action_is_planned_by_day_or_working_days(case: Case, browser: Client) -> None:
    plan = {"plan_kind": "call", "plan_why": "様子を聞く"}
    assert "日付を入れてください" in squeezed(do(browser, case, "plan", **plan))
    past = do(browser, case, "plan", **plan, plan_on="令和元年5月1日")
    assert "今日か、これからの日" in squeezed(past)
    none = do(browser, case, "plan", **plan, plan_on="2027-02-30")
    assert "こよみにありません" in squeezed(none)
    assert do(browser, case, "plan", **plan, plan_on="令和9年12月3日").status_code == 303
    due = Due.objects.get(case_id=case.pk, done_at__isnull=True)
    assert (due.on.isoformat(), due.how) == ("2027-12-03", "chosen")
    assert "様子を聞く" in shown(browser, case)
    assert do(browser, case, "plan", **plan, plan_days="3").status_code == 303
    assert Due.objects.get(case_id=case.pk, done_at__isnull=True).how == "working_days"


@REAL
def test_a_case_is_closed_for_a_reason_and_opened_again(case: Case, browser: Client) -> None:
    assert do(browser, case, "close").status_code == 422
    assert do(browser, case, "close", close_reason="nonsense").status_code == 422
    assert do(browser, case, "close", close_reason="advised").status_code == 303
    page = shown(browser, case)
    assert "助言をして終わった" in page
    assert "/answer/" not in page
    refused = browser.post(f"/cases/{case.pk}/close/", {**hidden(page), "close_reason": "solved"})
    assert refused.status_code == 422
    assert "この状態では終えられません" in squeezed(refused)
    assert do(browser, case, "reopen").status_code == 303
    case.refresh_from_db()
    assert (case.state, case.closing) == ("active", "")


@REAL
def test_a_secret_case_and_a_denied_colleague(office: OfficeCard, now: datetime) -> None:
    case, browser = taken(office, now, "supervisor")
    other, theirs = colleague(office, "counsellor", now)
    assert theirs.get(f"/cases/{case.pk}/").status_code == 200
    assert do(browser, case, "deny", deny_staff="nobody").status_code == 422
    assert do(browser, case, "deny", deny_staff=str(other.pk)).status_code == 303
    assert theirs.get(f"/cases/{case.pk}/").status_code == 404
    assert not stand_in(squeezed(theirs.get("/?tab=open")), case.short_name)
    _, third = colleague(office, "supervisor", now)
    assert do(browser, case, "level", level_to="secret").status_code == 303
    assert third.get(f"/cases/{case.pk}/").status_code == 404
    assert browser.get(f"/cases/{case.pk}/").status_code == 200


def test_nobody_denies_themselves(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    staff, browser = colleague(office, "supervisor", now)
    assert do(browser, case, "deny", deny_staff=str(staff.pk)).status_code == 422


def test_the_banner_says_how_contact_is_safe(office: OfficeCard, now: datetime) -> None:
    silent = asked(office, now, wishes=Wishes("wait"))
    spoken = asked(office, now, wishes=Wishes("phone", hours=("evening",), name_desk=True))
    _, browser = colleague(office, "counsellor", now)
    assert "こちらから連絡しない" in shown(browser, silent)
    assert 'class="safety silent"' in shown(browser, silent)
    assert "窓口の名前を言ってかまいません" in shown(browser, spoken)
    assert "夕方" in shown(browser, spoken)


@pytest.mark.parametrize(
    ("text", "there", "gone"),
    [
        ("逆\u202e向き", "逆⟦U+202E⟧向き", "\u202e"),
        ("外\ue000字", "U+E000", "絶対にない"),
        ("e" + "\u0301" * 500, "e" + "\u0301" * 8 + "<", "\u0301" * 9),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)", "<script>alert(1)"),
        ("{{ 'mihon'|upper }}", "{{ &#x27;mihon&#x27;|upper }}", "MIHON"),
        ("javascript:alert(1)", "javascript:alert(1)", 'href="javascript:'),
        ("家族 👨‍👩‍👧 と 葛\U000e0100城", "👨‍👩‍👧 と 葛\U000e0100城", "⟦U+200D⟧"),
    ],
)
def test_what_people_type_is_inert_and_visible(
    browser: Client, office: OfficeCard, now: datetime, text: str, there: str, gone: str
) -> None:
    case = asked(office, now, text=text)
    page = shown(browser, case)
    assert there in page
    assert gone not in page


def test_one_opening_is_one_line(case: Case, browser: Client, office: OfficeCard) -> None:
    before = Line.objects.filter(verb="case.read").count()
    shown(browser, case)
    assert Line.objects.filter(verb="case.read", case_id=case.pk).count() == before + 1
    assert chain.faults(office.id) == []


def test_queries_of_the_pages(
    office: OfficeCard, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case, browser = taken(office, now)
    for _ in range(3):
        asked(office, now)
    with django_assert_max_num_queries(5):
        browser.get("/?tab=open")
    for _ in range(4):
        assert do(browser, case, "note", note_text="記録").status_code == 303
    with django_assert_max_num_queries(26):
        shown(browser, case)


def test_a_forgotten_case_answers_as_such(case: Case, browser: Client) -> None:
    DrawerKey.objects.filter(case_id=case.pk).delete()
    page = browser.get(f"/cases/{case.pk}/")
    assert page.status_code == 410
    assert "廃棄されています" in squeezed(page)


def test_titles_and_addresses_hold_no_content(office: OfficeCard, now: datetime) -> None:
    case, browser = taken(office, now)
    title = re.search(r"<title>(.*?)</title>", shown(browser, case))
    assert title is not None
    assert title[1] == f"相談 {case.short_name} | 相談窓口 職員用"
    assert "花子" not in title[1]
    assert make_staff(office, "counsellor", "別の人", now).pk
