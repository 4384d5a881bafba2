"""Choosing an agency, saying what is passed on, following what comes of it."""

import re
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.texts import texts
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.case.cards import PERSON, STORY
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.desk.refer.views import NOT_PASSED
from madoguchi.web.kit import arrival
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.referrals.models import Referral
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import ABOUT, asked, colleague, do, hidden
from tests.work.cases.awaiting import ticked

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
NEW = {
    "agency": "ihaho",
    "consent": "person",
    "facts": ["phone", "urls"],
    "told": "同じ人の書き込みが続いている",
    "asks": "消し方の助言",
}


def set_clock(browser: Client, moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is this moment, and the colleague signed in just before."""
    monkeypatch.setattr(arrival, "now", lambda: moment)
    session = browser.session
    session[SIGNED_IN_AT] = moment.isoformat()
    session.save()


def taken(browser: Client, office: OfficeCard, now: datetime, **told: object) -> Case:
    case = asked(office, now, urls="https://example.com/1", about={**ABOUT, **told})
    assert do(browser, case, "take").status_code == 303
    return case


def chooser(browser: Client, case: Case, **wanted: str) -> str:
    path = f"/refer/{case.pk}/"
    answer = browser.post(path, wanted) if wanted else browser.get(path)
    assert answer.status_code == 200
    return squeezed(answer)


def offered(page: str) -> list[str]:
    return re.findall(r'name="agency" value="(\w+)"', page)


def make(browser: Client, case: Case, **typed: object) -> Response:
    """Fill the form of an agency in and send it, as a browser does."""
    path = f"/refer/{case.pk}/new/"
    page = squeezed(browser.post(path, {"agency": NEW["agency"]}))
    return browser.post(path, {**NEW, **typed, **hidden(page)})


def step(browser: Client, path: str, name: str, **typed: str) -> Response:
    page = squeezed(browser.get(path))
    return browser.post(path, {"step": name, **typed, **hidden(page)})


@pytest.fixture
def case(browser: Client, office: OfficeCard, now: datetime) -> Case:
    return taken(browser, office, now)


def test_the_chooser_begins_with_the_persons_answers(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case = taken(browser, office, now, age=12, residence="outside", danger="yes")
    page = chooser(browser, case)
    for chosen in ("danger", "elsewhere", "child"):
        assert f'value="{chosen}" selected' in page
    assert offered(page)[0] == "kodomo_sos"
    assert "step_gunma" not in offered(page)


def test_need_place_audience_and_hour_narrow_the_list(
    case: Case, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(browser, now, monkeypatch)
    everything = offered(chooser(browser, case, need=""))
    deletes = offered(chooser(browser, case, need="delete", place="here"))
    assert {"moj_110", "ihaho", "step_gunma"} <= set(deletes) < set(everything)
    assert "step_gunma" in offered(chooser(browser, case, need="delete", place="near"))
    assert "step_gunma" not in offered(chooser(browser, case, need="delete", place="elsewhere"))
    assert "moj_kodomo" not in offered(chooser(browser, case, audience="adult"))
    lines = chooser(browser, case, need="talk", hour="now")
    assert "今日の17時15分まで" in lines
    assert "onestop_8891" in offered(lines)  # hours that nobody confirmed are asked about
    assert "受付時間が分かりません" in lines


def test_an_officer_reads_when_and_how_to_use_it(case: Case, browser: Client) -> None:
    page = chooser(browser, case, need="delete")
    assert "自分で削除を頼む方法を知りたいとき" in page
    assert "代わりに消すことや交渉はしません" in page


def test_what_nobody_confirmed_is_named_and_cannot_be_chosen(case: Case, browser: Client) -> None:
    assert "moj_josei" not in offered(chooser(browser, case))
    assert "女性の人権ホットライン" in chooser(browser, case)
    made = browser.post(f"/refer/{case.pk}/new/", {"agency": "moj_josei"})
    assert made.status_code == 404


def test_what_is_older_than_its_review_is_marked(
    case: Case, browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(browser, now, monkeypatch)
    assert "見直しの日を過ぎています" not in chooser(browser, case)
    set_clock(browser, now.replace(year=2027), monkeypatch)
    assert "見直しの日を過ぎています" in chooser(browser, case)


def test_from_consent_to_answer(case: Case, browser: Client) -> None:
    made = make(browser, case)
    row = Referral.objects.get()
    assert made["Location"] == f"/refer/{case.pk}/{row.pk}/"
    page = squeezed(browser.get(made["Location"]))
    assert "本人はまだ確かめていません" in page
    assert 'value="give"' not in page
    sheet = squeezed(browser.get(made["Location"] + "show/"))
    for passed in ("0279-00-0000", "https://example.com/1", "同じ人の書き込みが", "消し方の助言"):
        assert passed in sheet
    assert "𠮷田" not in sheet  # not ticked
    for name in ("approve_screen", "give", "accept"):
        assert step(browser, made["Location"], name).status_code == 303, name
    assert step(browser, made["Location"], "answer", text="一部が消えた").status_code == 303
    row.refresh_from_db()
    assert row.state == "answered"
    record = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "結果の知らせがあった" in record
    assert "一部が消えた" in record


@REAL
def test_how_a_call_is_safe_goes_with_the_number_whole(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    wishes = Wishes("no_voicemail", hours=("noon", "evening"), name_desk=False)
    there = asked(office, now, wishes=wishes, about=ABOUT)
    assert do(browser, there, "take").status_code == 303
    sheet = squeezed(browser.get(make(browser, there, facts=["phone"])["Location"] + "show/"))
    for safe in ("留守番電話には残さないで", "個人の名字だけを名乗って", "昼ごろ、夕方"):
        assert safe in sheet


@REAL
def test_nothing_typed_is_lost(case: Case, browser: Client) -> None:
    for lacking, said in (
        ({"consent": ""}, "「相談者の同意」の答えを選んでください"),
        ({"consent": "none"}, "同意を得ない理由を入れてください"),
        ({"until": "令和元年5月1日"}, "今日か、これからの日"),
        ({"told": "あ" * 801}, "800文字"),
        ({"asks": "マイナンバーは123456789018"}, "マイナンバー"),
    ):
        answer = make(browser, case, **lacking)
        page = squeezed(answer)
        assert answer.status_code == 422, lacking
        assert said in page
        assert 'value="urls" checked' in page
        assert lacking.get("told", "同じ人の書き込みが続いている") in page
    assert not Referral.objects.exists()


@REAL
def test_after_a_colleagues_save_the_words_stand_and_wait(case: Case, browser: Client) -> None:
    page = squeezed(browser.post(f"/refer/{case.pk}/new/", {"agency": "ihaho"}))
    plan = {"plan_kind": "call", "plan_why": "様子を聞く", "plan_days": "1"}
    assert do(browser, case, "plan", **plan).status_code == 303
    stale = browser.post(f"/refer/{case.pk}/new/", {**NEW, **hidden(page)})
    assert stale.status_code == 409
    assert "同じ人の書き込みが続いている" in squeezed(stale)
    again = browser.post(f"/refer/{case.pk}/new/", {**NEW, **hidden(squeezed(stale))})
    assert again.status_code == 303


def test_two_presses_make_one_referral(case: Case, browser: Client) -> None:
    page = squeezed(browser.post(f"/refer/{case.pk}/new/", {"agency": "ihaho"}))
    sent = {**NEW, **hidden(page)}
    places = {browser.post(f"/refer/{case.pk}/new/", sent)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Referral.objects.count() == 1


def test_no_address_names_the_agency_or_the_need(case: Case, browser: Client) -> None:
    page = chooser(browser, case, need="danger")
    paths = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert paths
    assert not [path for path in paths if "ihaho" in path or "danger" in path or "?" in path]


@REAL
@pytest.mark.parametrize("role", ["counsellor", "administrator", "auditor"])
def test_whoever_may_not_finds_nothing(
    case: Case, browser: Client, office: OfficeCard, now: datetime, role: str
) -> None:
    made = make(browser, case)["Location"]
    _, other = colleague(office, role, now)
    here = f"/refer/{case.pk}/"
    answers = [other.get(path) for path in (here, made, made + "show/")]
    answers += [other.post(path, NEW) for path in (here, here + "new/", made)]
    nothing = other.get("/refer/00000000-0000-4000-8000-000000000000/")
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers[:3]} == {nothing.content}


@REAL
def test_the_denied_find_nothing_and_leave_a_line(case: Case, browser: Client) -> None:
    made = make(browser, case)["Location"]
    Access.objects.filter(case_id=case.pk).update(kind="deny")
    before = Line.objects.filter(outcome="absent").count()
    assert browser.get(made).status_code == 404
    assert Line.objects.filter(outcome="absent").count() == before + 1


def test_a_closed_case_leads_back_to_itself(case: Case, browser: Client) -> None:
    assert do(browser, case, "close", close_reason="solved", **ticked(case)).status_code == 303
    assert browser.get(f"/refer/{case.pk}/")["Location"] == f"/cases/{case.pk}/"


def test_every_fact_that_may_be_passed_on_has_words(office: OfficeCard) -> None:
    """A case in which everything was told would otherwise not open here at all."""
    passed = [name for name in (*PERSON, *STORY) if name not in NOT_PASSED]
    assert passed
    for name in passed:
        assert texts(office.slug).get(f"desk.refer.facts.{name}").words


def test_what_is_sent_and_answered_later_is_not_called_open(case: Case, browser: Client) -> None:
    page = squeezed(browser.post(f"/refer/{case.pk}/new/", {"agency": "safeline"}))
    assert "いつでも送れます（返事は後日）" in page
    assert "2か月先まで" not in page
    assert "受付中" not in page


@REAL
def test_the_badge_and_the_day_are_what_they_say(case: Case, browser: Client) -> None:
    """Approved, it waits for nobody but the desk; given, for the agency."""
    path = make(browser, case, agency="step_gunma")["Location"]

    def shown() -> str:
        return squeezed(browser.get(path)) + squeezed(browser.get(f"/cases/{case.pk}/"))

    before = shown()
    assert before.count("本人の確認待ち") == 2
    assert "本人に確かめる日" in before
    step(browser, path, "approve_aloud")
    approved = shown()
    assert "本人の確認待ち" not in approved
    assert approved.count("本人が認めた（まだ渡していない）") == 2
    assert "紹介先に渡す日" in approved
    assert "返事を確かめる日" not in approved
    step(browser, path, "give")
    assert "返事を確かめる日" in shown()


@REAL
def test_who_has_only_a_form_gets_no_letter(case: Case, browser: Client) -> None:
    path = make(browser, case)["Location"]  # ihaho
    step(browser, path, "approve_paper")
    page = squeezed(browser.get(path))
    assert "書面を発行する" not in page
    assert "書面の送り先が決まらない" in page
    answer = browser.post(f"{path}issue/", {"document_number": "1", **hidden(page)})
    assert answer.status_code != 200
    assert "電話番号もメールアドレスもない" in squeezed(answer)
