"""No promise to a person ends in passing, and none is kept against how they wish to be reached."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.record import public as record_public
from tests.answers import squeezed
from tests.looking import drawers
from tests.web.desk.colleagues import asked, do, hidden
from tests.work.cases.awaiting import ticked

pytestmark = pytest.mark.usefixtures("stopped")  # dates are typed
REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
CALL = {"plan_kind": "call", "plan_on": "12/8", "plan_why": "折り返すと約束した"}
SPOKEN = {"log_how": "call_out", "log_text": "話した", "log_outcome": "waiting_person"}


def taken(office: OfficeCard, now: datetime, browser: Client, rule: str = "phone") -> Case:
    case = asked(office, now, wishes=Wishes(rule))
    assert do(browser, case, "take").status_code == 303
    return case


def page(browser: Client, case: Case) -> str:
    return squeezed(browser.get(f"/cases/{case.pk}/"))


def due(case: Case, kind: str = "call") -> Due:
    return Due.objects.get(case_id=case.pk, kind=kind, done_at=None)


def said(one: Due, how: str, **more: str) -> dict[str, str]:
    return {f"how_{one.pk.hex}": how, **{f"{k}_{one.pk.hex}": words for k, words in more.items()}}


def proposed(text: str, form: str, one: Due) -> str:
    """What the form of an act proposes for a promise."""
    (own,) = re.findall(rf'action="[^"]*/{form}/".*?</form>', text, re.DOTALL)
    inputs = re.findall(rf'<input[^>]*name="how_{one.pk.hex}"[^>]*>', own)
    (chosen,) = [each for each in inputs if "checked" in each]
    return str(re.findall(r'value="(\w+)"', chosen)[0])


@pytest.fixture
def case(office: OfficeCard, now: datetime, browser: Client) -> Case:
    """A case of a person who may be rung, with a promised call."""
    case = taken(office, now, browser)
    assert do(browser, case, "plan", **CALL).status_code == 303
    return case


OTHER_ACTS: dict[str, dict[str, str]] = {
    "answer": {"answer_text": "答え", "answer_days": "5"},
    "log": {**SPOKEN, "log_how": "call_in"},
    "plan": {"plan_kind": "check", "plan_on": "12/10", "plan_why": "書き込みを見る"},
    "refer": {"agency": "moj_110", "consent": "told_only", "facts": ""},
}


@pytest.mark.parametrize("act", OTHER_ACTS)
def test_a_promise_stands_whatever_else_is_done(act: str, case: Case, browser: Client) -> None:
    if act == "refer":
        chosen = browser.post(f"/refer/{case.pk}/new/", {"agency": OTHER_ACTS[act]["agency"]})
        hidden = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', squeezed(chosen)))
        pressed = browser.post(f"/refer/{case.pk}/new/", {**hidden, **OTHER_ACTS[act]})
    else:
        pressed = do(browser, case, act, **OTHER_ACTS[act])
    assert pressed.status_code == 303, squeezed(pressed)
    assert due(case).on.isoformat() == "2026-12-08"
    assert "折り返すと約束した" in page(browser, case)
    others = Due.objects.filter(case_id=case.pk, done_at=None).exclude(kind="call")
    assert others, "several things to do stand side by side"
    listed = squeezed(browser.get("/?tab=mine"))
    for one in (due(case), *others):
        assert f"{one.on.month}月{one.on.day}日" in listed


def test_no_act_proposes_that_a_promise_is_kept(case: Case, browser: Client) -> None:
    before = page(browser, case)
    assert {proposed(before, form, due(case)) for form in ("log", "answer", "close")} == {"stands"}
    assert do(browser, case, "log", **SPOKEN, **said(due(case), "kept")).status_code == 303
    assert not Due.objects.filter(case_id=case.pk, kind="call", done_at=None).exists()
    after = page(browser, case)
    assert "約束を果たした：電話する（2026年12月8日" in after
    assert "折り返すと約束した" in after


@pytest.mark.parametrize("place", ["refer", "interview"])
def test_a_page_of_its_own_asks_and_ends_only_what_is_named(
    place: str, case: Case, browser: Client
) -> None:
    meeting = {"plan_kind": "meet", "plan_on": "12/9", "plan_why": "会って話すと約束した"}
    assert do(browser, case, "plan", **meeting).status_code == 303
    call, meet = due(case), due(case, "meet")
    if place == "refer":
        path, typed = f"/refer/{case.pk}/new/", OTHER_ACTS["refer"]
        shown = squeezed(browser.post(path, {"agency": typed["agency"]}))
    else:
        path, typed = f"/interviews/of/{case.pk}/", {"at": "2026-12-04T10:30"}
        shown = squeezed(browser.get(path))
    chosen = dict(re.findall(r'name="how_(\w+)" value="(\w+)" checked', shown))
    fits = "kept" if place == "interview" else "stands"  # an interview is the meeting
    assert chosen == {call.pk.hex: "stands", meet.pk.hex: fits}
    hidden = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', shown))
    sent = {**hidden, **typed, **{f"how_{one}": how for one, how in chosen.items()}}
    bare = browser.post(path, {**sent, **said(call, "dropped")})
    assert bare.status_code == 422
    assert due(case) == call
    sent |= said(call, "dropped", why="本人が断った")
    assert browser.post(path, sent).status_code == 303
    still = Due.objects.filter(done_at=None, kind__in=("call", "meet"))
    assert set(still.values_list("kind", flat=True)) == ({"meet"} if place == "refer" else set())
    after = page(browser, case)
    assert "約束をやめた：電話する" in after
    assert ("約束を果たした：会って話す" in after) == (place == "interview")


UNANSWERED = {**SPOKEN, "log_outcome": "no_answer_1"}


def calls(case: Case) -> list[str]:
    """The days of the open promises to call."""
    rows = Due.objects.filter(case_id=case.pk, kind="call", done_at=None).order_by("on")
    return [on.isoformat() for on in rows.values_list("on", flat=True)]


def plan(browser: Client, case: Case, on: str, why: str) -> None:
    typed = {**CALL, "plan_on": on, "plan_why": why}
    assert do(browser, case, "plan", **typed).status_code == 303


def test_a_call_that_nobody_answered_moves_the_one_it_was_for(case: Case, browser: Client) -> None:
    plan(browser, case, "12/9", "九日にお約束")
    first = Due.objects.get(case_id=case.pk, kind="call", on="2026-12-08")
    assert do(browser, case, "log", **UNANSWERED, **said(first, "kept")).status_code == 303
    assert calls(case) == ["2026-12-01", "2026-12-09"]
    shown = page(browser, case)
    assert "果たしたことにせず、次に電話する日に残しました" in shown
    assert shown.count("約束の日を移した：電話する") == 1
    assert "折り返すと約束した" in shown
    assert "九日にお約束" in shown


def test_calls_promised_for_later_stand_where_they_are(case: Case, browser: Client) -> None:
    plan(browser, case, "12/9", "九日にお約束")
    assert do(browser, case, "log", **UNANSWERED).status_code == 303
    assert calls(case) == ["2026-12-01", "2026-12-08", "2026-12-09"]
    assert "約束の日を移した：電話する" not in page(browser, case)


@pytest.mark.parametrize(("how", "left"), [("call_out", "2026-12-01"), ("call_in", "2026-11-30")])
def test_of_the_calls_due_today_one_moves_and_only_if_it_was_tried(
    how: str, left: str, case: Case, browser: Client
) -> None:
    plan(browser, case, "11/30", "今日かける")
    plan(browser, case, "12/1", "明日かける")
    assert do(browser, case, "log", **{**UNANSWERED, "log_how": how}).status_code == 303
    moved = ["2026-12-01"] if how == "call_out" else []
    assert calls(case) == sorted([left, "2026-12-01", "2026-12-08"])
    assert page(browser, case).count("約束の日を移した：電話する") == len(moved)


def test_a_call_promised_for_the_next_day_is_not_set_twice(case: Case, browser: Client) -> None:
    plan(browser, case, "12/1", "明日かける")
    tomorrow = Due.objects.get(case_id=case.pk, kind="call", on="2026-12-01")
    assert do(browser, case, "log", **UNANSWERED, **said(tomorrow, "kept")).status_code == 303
    assert calls(case) == ["2026-12-01", "2026-12-08"]
    assert "約束の日を移した：電話する" not in page(browser, case)
    assert "明日かける" in page(browser, case)


@REAL
def test_no_two_promises_are_kept_by_a_call_that_nobody_answered(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    plan(browser, case, "12/4", "四日にお約束")
    plan(browser, case, "12/9", "九日にお約束")
    kept: dict[str, str] = {}
    for one in Due.objects.filter(case_id=case.pk, kind="call", done_at=None):
        kept |= said(one, "kept")
    refused = do(browser, case, "log", **UNANSWERED, **kept)
    assert refused.status_code == 422
    assert "約束は果たせていません" in squeezed(refused)
    assert calls(case) == ["2026-12-04", "2026-12-09"]


def test_a_plan_ends_nothing(case: Case, browser: Client) -> None:
    assert do(browser, case, "answer", answer_text="答え", answer_days="5").status_code == 303
    plan(browser, case, "明日", "様子を聞く")
    assert due(case, "follow_up")
    assert calls(case) == ["2026-12-01", "2026-12-08"]


def test_it_is_moved_or_dropped_for_a_reason(case: Case, browser: Client) -> None:
    refused = do(browser, case, "settle", **said(due(case), "dropped"))
    assert refused.status_code == 422
    moved = said(due(case), "moved", to="12/15", why="本人の都合")
    assert do(browser, case, "settle", **moved).status_code == 303
    assert due(case).on.isoformat() == "2026-12-15"
    dropped = said(due(case), "dropped", why="本人が来庁した")
    assert do(browser, case, "settle", **dropped).status_code == 303
    shown = page(browser, case)
    for words in ("約束の日を移した", "本人の都合", "約束をやめた：電話する", "本人が来庁した"):
        assert words in shown


@REAL
def test_no_case_closes_over_a_promise(office: OfficeCard, now: datetime, browser: Client) -> None:
    case = taken(office, now, browser)
    assert do(browser, case, "plan", **CALL).status_code == 303
    bare = do(browser, case, "close", close_reason="solved")
    assert bare.status_code == 422
    assert "「最初に読んで返事をする」" in squeezed(bare)
    said_of_it = squeezed(bare).rpartition("まだ残っています：")[2].partition("</")[0]
    assert "「電話する」" in said_of_it
    assert f"{due(case).on.day}日" in said_of_it
    solved = {**SPOKEN, "log_outcome": "solved"}
    assert "返事を待っている方への返事が残っている" in squeezed(do(browser, case, "log", **solved))
    case.refresh_from_db()
    assert case.state != "closed"
    kept = {**said(due(case), "kept"), **ticked(case)}
    closed = do(browser, case, "close", close_reason="solved", **kept)
    assert closed.status_code == 303
    case.refresh_from_db()
    assert case.state == "closed"
    assert not Due.objects.filter(case_id=case.pk, done_at=None).exists()


FORBIDDEN: dict[str, tuple[str, dict[str, str]]] = {
    "a planned call": ("plan", CALL),
    "a planned mail": ("plan", {**CALL, "plan_kind": "mail"}),
    "a plan of another kind that names a telephone": (
        "plan",
        {**CALL, "plan_kind": "other", "plan_why": "夫の電話にかけて、帰宅の時間を聞く"},
    ),
    "a look that names a letter": (
        "plan",
        {**CALL, "plan_kind": "check", "plan_why": "案内を封書で郵送する"},
    ),
    "a call": ("log", SPOKEN),
    "a letter": ("log", {**SPOKEN, "log_how": "letter_out"}),
}


@REAL
@pytest.mark.parametrize("what", FORBIDDEN)
def test_against_the_wish_only_after_a_second_look(
    what: str, office: OfficeCard, now: datetime, browser: Client
) -> None:
    act, typed = FORBIDDEN[what]
    case = taken(office, now, browser, "wait")
    refused = do(browser, case, act, **typed)
    assert refused.status_code == 422
    shown = squeezed(refused)
    assert "相談者から連絡があるまで、窓口からは連絡しない" in shown
    assert 'name="against_rule" value="wait"' in shown
    assert not Due.objects.filter(case_id=case.pk, kind__in=("call", "mail")).exists()
    assert "（行うときは必須）" in shown
    assert "理由を入れてください" not in shown
    empty = do(browser, case, act, **typed, against_rule="wait", against_why=" ")
    assert empty.status_code == 422
    assert "希望と異なる連絡をする理由を入れてください" in squeezed(empty)
    why = {"against_rule": "wait", "against_why": "命の危険があり、警察と相談した"}
    assert do(browser, case, act, **typed, **why).status_code == 303
    assert "命の危険があり、警察と相談した" in page(browser, case)


@REAL
@pytest.mark.parametrize(
    ("rule", "why"), [("wait", "書き込みを見る"), ("phone", "夫のいない時間に電話にかける")]
)
def test_a_plan_that_reaches_nobody_or_may_asks_nothing(
    rule: str, why: str, office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser, rule)
    typed = {**CALL, "plan_kind": "other", "plan_why": why}
    assert do(browser, case, "plan", **typed).status_code == 303


@REAL
def test_a_promise_is_moved_against_the_wish_only_for_a_reason(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    assert do(browser, case, "plan", **CALL).status_code == 303
    call, seen = due(case), hidden(page(browser, case))
    change(case, "mail_only", now)
    moved = said(call, "moved", to="12/15", why="本人の都合")
    unseen = browser.post(f"/cases/{case.pk}/settle/", {**seen, **moved})
    assert unseen.status_code == 422, "the page did not show the wish yet"
    shown = squeezed(unseen)
    assert "希望と異なる連絡をする理由" in shown
    assert f'name="rule_{call.pk.hex}" value="mail_only"' in shown
    rule = {f"rule_{call.pk.hex}": "mail_only"}
    bare = {**said(call, "moved", to="12/15"), **rule}
    assert do(browser, case, "settle", **bare).status_code == 422
    assert due(case) == call
    why = said(call, "moved", to="12/15", why="命の危険があり、警察と相談した")
    assert do(browser, case, "settle", **why, **rule).status_code == 303
    assert due(case).on.isoformat() == "2026-12-15"
    assert "命の危険があり、警察と相談した" in page(browser, case)


@pytest.mark.parametrize("outcome", ["no_answer_1", "call_back", "other"])
def test_the_system_sets_no_call_that_is_forbidden(
    outcome: str, office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser, "wait")
    heard = {**SPOKEN, "log_how": "call_in", "log_outcome": outcome, "log_next_on": "12/8"}
    assert do(browser, case, "log", **heard).status_code == 303
    assert due(case, "receipt").on.isoformat() == "2026-12-08"
    assert not Due.objects.filter(case_id=case.pk, kind__in=("call", "other")).exists()


def test_a_promise_that_names_no_way_is_looked_at_when_the_wish_becomes_no_contact(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    heard = {**SPOKEN, "log_how": "call_in", "log_outcome": "other", "log_next_on": "12/8"}
    assert do(browser, case, "log", **heard).status_code == 303
    assert due(case, "other")
    change(case, "mail_only", now)
    page(browser, case)
    assert not Due.objects.filter(case_id=case.pk, kind="contact_changed").exists()
    change(case, "wait", now)
    page(browser, case)
    assert due(case, "contact_changed")
    told = {**SPOKEN, "log_how": "letter_in", "log_text": "別件"}
    assert do(browser, case, "log", **told).status_code == 303
    assert due(case, "contact_changed"), "whatever is written down"


def change(case: Case, rule: str, now: datetime) -> None:
    """The person changes how contact is safe, with their receipt."""
    shared, _ = drawers(case.office_id, case.pk)
    held = public.Holding(shared)
    record_public.change_wishes(public.consultee(case.office_id), held, Wishes(rule), now=now)


def test_a_changed_wish_brings_up_what_it_forbids(
    case: Case, browser: Client, now: datetime
) -> None:
    change(case, "wait", now)
    shown = page(browser, case)
    assert shown.count("連絡の方法が変わりました") >= 2  # at the call, and what is to be done today
    assert proposed(shown, "answer", due(case)) == "stands"
    case.refresh_from_db()
    assert case.next_on == now.date()
    assert "連絡の方法が変わりました" in squeezed(browser.get("/"))


@REAL
def test_a_rule_changed_between_opening_and_pressing_refuses_with_the_new_one(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    hidden: dict[str, Any] = dict(
        re.findall(r'name="(token|revision)" value="([^"]+)"', page(browser, case))
    )
    change(case, "mail_only", now)
    long = {**SPOKEN, "log_text": "三十分かけて聞いたこと"}
    refused = browser.post(f"/cases/{case.pk}/log/", {**hidden, **long})
    assert refused.status_code == 422
    assert "三十分かけて聞いたこと" in squeezed(refused)
    assert 'name="against_rule" value="mail_only"' in squeezed(refused)
    change(case, "wait", now)  # and once more, after the second look
    why = {"against_rule": "mail_only", "against_why": "急ぎ"}
    again = browser.post(f"/cases/{case.pk}/log/", {**hidden, **long, **why})
    assert again.status_code == 422
    assert 'name="against_rule" value="wait"' in squeezed(again)
    assert "三十分かけて聞いたこと" in squeezed(again)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("11/19", 422, "過ぎた日です"),
        ("令和元年", 422, "読めません"),
        ("2/29", 422, "こよみにありません"),
        ("13/1", 422, "こよみにありません"),
        ("12/6", 422, "窓口が閉まっている日です"),
        ("5/20", 422, "令和9年5月20日（木）でよい"),
        ("令和9年11月19日", 422, "令和9年11月19日（金）でよい"),
        ("明日", 303, ""),
        ("来週月曜", 303, ""),
        ("１２／８", 303, ""),
        ("R8.12.8", 303, ""),
    ],
)
def test_one_date_field(typed: str, status: int, said: str, case: Case, browser: Client) -> None:
    """On Monday, 30 November 2026."""
    planned = {**CALL, "plan_kind": "check", "plan_on": typed}
    pressed = do(browser, case, "plan", **planned)
    assert pressed.status_code == status
    assert said in squeezed(pressed)


def test_a_day_far_away_is_asked_once(case: Case, browser: Client) -> None:
    hidden = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', page(browser, case)))
    far = {**hidden, **CALL, "plan_kind": "check", "plan_on": ["5/20", "2027-05-20"]}
    assert browser.post(f"/cases/{case.pk}/plan/", far).status_code == 303
    assert due(case, "check").on.isoformat() == "2027-05-20"


@REAL
def test_a_promise_is_not_moved_to_the_day_that_it_has(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    plan(browser, case, "12/8", "折り返す")
    same = do(browser, case, "settle", **said(due(case), "moved", to="12/8"))
    assert same.status_code == 422
    assert "いまの約束の日と同じです" in squeezed(same)
    assert "約束の日を移した：電話する" not in page(browser, case)
    assert due(case).on.isoformat() == "2026-12-08"


def test_of_two_tries_in_a_day_only_the_newer_retry_stands(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    plan(browser, case, "12/9", "九日にお約束")
    assert do(browser, case, "log", **UNANSWERED).status_code == 303
    assert calls(case) == ["2026-12-01", "2026-12-09"]
    assert (
        do(browser, case, "log", **{**UNANSWERED, "log_outcome": "no_answer_2"}).status_code == 303
    )
    assert calls(case) == ["2026-12-03", "2026-12-09"]
    assert "九日にお約束" in page(browser, case)
    assert (
        do(browser, case, "log", **{**UNANSWERED, "log_outcome": "no_answer_3"}).status_code == 303
    )
    assert calls(case) == ["2026-12-09"], "the third time two decide, and nobody calls again"
    assert due(case, "decide")


@pytest.mark.parametrize(
    "promised",
    [
        {"log_outcome": "call_back"},
        {"log_outcome": "no_answer_1", "log_why": "本人に聞くことがある"},
        {"log_outcome": "no_answer_1", "log_next_on": "12/1"},
    ],
)
def test_a_call_that_was_promised_or_says_why_is_no_retry(
    promised: dict[str, str], office: OfficeCard, now: datetime, browser: Client
) -> None:
    case = taken(office, now, browser)
    assert do(browser, case, "log", **{**SPOKEN, **promised}).status_code == 303
    assert calls(case) == ["2026-12-01"]
    assert (
        do(browser, case, "log", **{**UNANSWERED, "log_outcome": "no_answer_2"}).status_code == 303
    )
    assert calls(case) == ["2026-12-01", "2026-12-03"]
