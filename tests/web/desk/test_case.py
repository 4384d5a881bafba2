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
from tests.work.cases.awaiting import ticked

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
    assert "相談者は、まだ読んでいません" in shown(browser, case)


@pytest.mark.parametrize(("text", "noticed"), [("もう消えたいです", 2), ("必死に探しています", 0)])
def test_words_of_danger_are_named_at_the_case_and_at_the_entry(
    office: OfficeCard, now: datetime, browser: Client, text: str, noticed: int
) -> None:
    """A hint for whoever opens it, made of the words each time and stored nowhere."""
    case = asked(office, now, text=text)
    assert shown(browser, case).count(">ことばに危険<") == noticed


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


def test_what_stands_in_the_other_forms_comes_back_with_the_answer(
    case: Case, browser: Client
) -> None:
    others = {"answer_text": "長い返事の下書き", "answer_days": "7", "note_text": "内部の覚え"}
    log = {"log_how": "call_out", "log_outcome": "answered", "log_text": "話した", **others}
    sent = {"token": "t", "revision": Case.objects.get().revision, **log}
    for _ in range(2):  # the second is the browser's, which loads the page again
        kept = browser.post(f"/cases/{case.pk}/log/", sent)
        page = kept.content.decode()
        assert kept.status_code == 200
        assert Entry.objects.filter(kind="call").count() == 1
        answer = page.partition("/answer/")[2].partition("</form>")[0]
        assert "長い返事の下書き" in answer
        assert 'value="7"' in answer
        assert "data-unsent" in answer
        assert "内部の覚え" in page.partition("/note/")[2].partition("</form>")[0]
        log_form = page.partition("/log/")[2].partition("</form>")[0]
        assert "話した" not in log_form
        assert "data-unsent" not in log_form


def test_what_is_not_sent_is_shown_where_its_form_went_with_the_act(
    case: Case, browser: Client
) -> None:
    sent = {"close_reason": "solved", "answer_text": "長い返事の下書き"}
    page = do(browser, case, "close", **sent, **ticked(case))
    assert page.status_code == 200
    assert Case.objects.get().state == "closed"
    assert "<pre>長い返事の下書き</pre>" in page.content.decode()


def test_what_is_wrong_in_one_form_takes_nothing_from_the_others(
    case: Case, browser: Client
) -> None:
    refused = do(browser, case, "note", note_text=" ", answer_text="長い返事の下書き")
    assert refused.status_code == 422
    assert "長い返事の下書き" in refused.content.decode()


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
    assert do(browser, case, "plan", **plan, plan_on="令和8年12月4日").status_code == 303
    due = Due.objects.get(case_id=case.pk, kind="call", done_at__isnull=True)
    assert (due.on.isoformat(), due.how) == ("2026-12-04", "chosen")
    assert "様子を聞く" in shown(browser, case)
    assert do(browser, case, "plan", **plan, plan_days="3").status_code == 303
    calls = Due.objects.filter(case_id=case.pk, kind="call", done_at__isnull=True)
    assert {each.how for each in calls} == {"working_days", "chosen"}


@REAL
def test_a_case_is_closed_for_a_reason_and_opened_again(case: Case, browser: Client) -> None:
    assert do(browser, case, "close").status_code == 422
    assert do(browser, case, "close", close_reason="nonsense").status_code == 422
    assert do(browser, case, "close", close_reason="advised", **ticked(case)).status_code == 303
    page = shown(browser, case)
    assert "助言をして終わった" in page
    assert "/answer/" not in page
    refused = browser.post(f"/cases/{case.pk}/close/", {**hidden(page), "close_reason": "solved"})
    assert refused.status_code == 422
    assert "この状態では終えられません" in squeezed(refused)
    assert do(browser, case, "reopen").status_code == 303
    page = shown(browser, case)
    closed = page.index("終結", page.index("再開"))  # both stand in the record, with who and when
    assert page.index("助言をして終わった", closed) > closed
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
    said = squeezed(browser.get("/"))
    assert "見せない職員を決めました" in said
    assert other.name not in said, "whoever looks at the screen reads no name"
    assert "見せない職員を決めました" not in squeezed(theirs.get("/"))
    form = squeezed(browser.get(f"/cases/{case.pk}/")).partition("/deny/")[2].partition("</form>")
    assert f"見せないことにした職員：{other.name}" in form[0]
    assert str(other.pk) not in form[0], "nobody is chosen twice"
    assert not stand_in(squeezed(theirs.get("/?tab=open")), case.short_name)
    _, third = colleague(office, "supervisor", now)
    assert do(browser, case, "level", level_to="secret").status_code == 303
    assert third.get(f"/cases/{case.pk}/").status_code == 404
    assert browser.get(f"/cases/{case.pk}/").status_code == 200


@REAL
def test_a_colleague_chosen_by_mistake_sees_the_case_again(
    office: OfficeCard, now: datetime
) -> None:
    case, browser = taken(office, now, "supervisor")
    other, theirs = colleague(office, "counsellor", now)
    third, _ = colleague(office, "supervisor", now)
    assert "見せない職員から外す" not in shown(browser, case)
    do(browser, case, "deny", deny_staff=str(other.pk))
    form = shown(browser, case).partition("/undeny/")[2].partition("</form>")[0]
    assert str(other.pk) in form
    assert str(third.pk) not in form
    who = {"undeny_staff": str(other.pk)}
    assert do(browser, case, "undeny", **who, undeny_why="").status_code == 422
    assert theirs.get(f"/cases/{case.pk}/").status_code == 404
    wrong = do(browser, case, "undeny", undeny_staff=str(third.pk), undeny_why="まちがい")
    assert "「見せない職員」にいない" in squeezed(wrong)
    assert do(browser, case, "undeny", **who, undeny_why="同姓の人とまちがえた").status_code == 303
    assert theirs.get(f"/cases/{case.pk}/").status_code == 200
    page = shown(browser, case)
    assert "同姓の人とまちがえた" in page
    assert "見せないことにした職員" not in page
    do(browser, case, "deny", deny_staff=str(other.pk))
    assert theirs.get(f"/cases/{case.pk}/").status_code == 404


def test_nobody_denies_themselves(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    staff, browser = colleague(office, "supervisor", now)
    assert do(browser, case, "deny", deny_staff=str(staff.pk)).status_code == 422


def test_the_banner_says_how_contact_is_safe(office: OfficeCard, now: datetime) -> None:
    silent = asked(office, now, wishes=Wishes("wait"))
    spoken = asked(office, now, wishes=Wishes("phone", hours=("evening",), name_desk=True))
    _, browser = colleague(office, "counsellor", now)
    assert "窓口からは連絡しない" in shown(browser, silent)
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
    with django_assert_max_num_queries(7):
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
