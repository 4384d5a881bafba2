"""Notices: published once, with the change they tell of, and taken back."""

import re
from datetime import date, datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayCancelled, DeskClosed, DeskHours
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import publications
from madoguchi.work.cases import actions, jobs, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.notices import public
from madoguchi.work.notices.models import Notice
from tests.answers import squeezed
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do

pytestmark = pytest.mark.usefixtures("stopped")  # dates are typed


def test_a_notice_is_published_once_and_withdrawn(browser: Client, office: OfficeCard) -> None:
    token = re.search(r'name="token" value="(\w+)"', browser.get("/notices/").content.decode())
    assert token is not None
    typed = {"token": token[1], "kind": "news", "title": "臨時のお知らせ", "body": "本文です"}
    for _ in range(2):
        assert browser.post("/notices/", typed).status_code == 303
    row = Notice.objects.get()
    assert "臨時のお知らせ" in browser.get("/notices/").content.decode()
    assert browser.post(f"/notices/{row.pk}/withdraw/").status_code == 303
    assert public.news(office.id) == ()


def test_what_is_changed_after_going_back_is_not_lost(browser: Client, office: OfficeCard) -> None:
    for title in ("臨時のお知らせ", "臨時のお知らせ（訂正）"):
        sent = {"token": "same", "kind": "news", "title": title}
        assert browser.post("/notices/", sent).status_code == 303
    assert public.news(office.id)[0].title == "臨時のお知らせ（訂正）"


def test_a_sample_shows_the_public_page_and_publishes_nothing(
    browser: Client, office: OfficeCard
) -> None:
    title, body = "臨時のお知らせ", "<b>1行目</b>\n2行目"
    typed = {"kind": "news", "title": title, "body": body}
    earlier = {"kind": "news", "title": "前からのお知らせ"}
    assert browser.post("/notices/", earlier).status_code == 303
    wanted = {"do": "sample", "column_shown": "en", "scheme": "black"}
    answer = browser.post("/notices/", {**typed, **wanted})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-scheme="black"' in page
    assert "これは見本です" in page
    public_part = page.split("</aside>", 1)[1]
    assert public_part.index(title) < public_part.index("前からのお知らせ")
    assert "&lt;b&gt;1行目&lt;/b&gt;" in public_part
    assert set(re.findall(r'<a\b[^>]* href="([^"]*)"', public_part)) <= {"#main"}
    assert [card.title for card in public.news(office.id)] == ["前からのお知らせ"]
    back = browser.post("/notices/", {**typed, "do": "back"}).content.decode()
    assert f'value="{title}"' in back
    assert "&lt;b&gt;1行目&lt;/b&gt;\n2行目" in back
    refused = browser.post("/notices/", {**typed, "title": "", "do": "sample"})
    assert refused.status_code == 422
    assert "見出しを入れてください" in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ({"kind": "desk_closed", "on": "令和8年12月28日"}, DeskClosed(date(2026, 12, 28))),
        (
            {"kind": "desk_hours", "on": "2026-12-28", "hours": "8:30-12:00"},
            DeskHours(date(2026, 12, 28), "8:30-12:00"),
        ),
    ],
)
def test_a_change_reaches_the_rules(
    office: OfficeCard, now: datetime, typed: dict[str, str], change: object
) -> None:
    _, browser = colleague(office, "supervisor", now)
    assert browser.post("/notices/", {"title": "変わります", **typed}).status_code == 303
    assert public.changes(office.id) == (change,)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "news", "title": ""}, "見出しを入れてください"),
        ({"kind": "clinic_year", "title": "日程"}, "「種類」の答えを選んでください"),
        ({"kind": "desk_closed", "title": "休み"}, "その日を入れてください"),
        ({"kind": "desk_closed", "title": "休み", "on": "2026-02-30"}, "こよみにありません"),
        ({"kind": "desk_hours", "title": "時間", "on": "2026-12-28", "hours": "朝"}, "8:30-12:00"),
        ({"kind": "desk_closed", "title": "休み", "on": "2020-12-28"}, "過ぎた日です"),
        ({"title": "種類なし"}, "「種類」の答えを選んでください"),
        (
            {"kind": "news", "title": "休み", "on": "2026-12-28"},
            "その日は、選んだ種類では使いません",
        ),
    ],
)
def test_a_bad_notice_gets_a_sentence_and_keeps_the_words(
    browser: Client, typed: dict[str, str], said: str
) -> None:
    answer = browser.post("/notices/", {**typed, "body": "残る本文"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "残る本文" in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_day_of_the_clinic_is_not_taken_back_among_the_news(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    told = {"on": "2026-12-19"}
    row = Notice.objects.create(
        office_id=office.id,
        number=1,
        kind="clinic_cancelled",
        title="中止します",
        change=told,
        on=now.date(),
        at=now,
    )
    page = browser.get("/notices/").content.decode()
    assert "中止します" in page
    assert "withdraw" not in page
    assert '<a href="/clinic/">' in page
    for address in (f"/notices/{row.pk}/withdraw/", f"/settings/decisions/{row.pk}/withdraw/"):
        answer = browser.post(address)
        assert answer.status_code in (409, 422)
        assert "取り下げられません" in answer.content.decode()
    assert public.changes(office.id) == (ClinicDayCancelled(date(2026, 12, 19)),)


CLOSED = {"kind": "desk_closed", "title": "臨時休み", "on": "2026-12-08", "token": "t"}


def promised(office: OfficeCard, now: datetime, browser: Client) -> Case:
    """A case with a call promised for Tuesday, 8 December 2026."""
    case = asked(office, now)
    assert do(browser, case, "take").status_code == 303
    call = {"plan_kind": "call", "plan_on": "12/8", "plan_why": "折り返す"}
    assert do(browser, case, "plan", **call).status_code == 303
    return case


def test_who_closes_a_day_reads_first_what_stands_on_it(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case = promised(office, now, browser)
    path = f"/interviews/of/{case.pk}/"
    form = re.findall(r'name="(token|revision)" value="([^"]+)"', squeezed(browser.get(path)))
    booked = {**dict(form), "at": "2026-12-08T10:30"}
    assert browser.post(path, booked).status_code == 303
    sample = squeezed(browser.post("/notices/", {**CLOSED, "do": "sample"}))
    assert "約束が1件、面談が1件あります" in sample
    asked_first = browser.post("/notices/", CLOSED)
    assert asked_first.status_code == 422
    assert "約束が1件、面談が1件あります" in squeezed(asked_first)
    assert public.changes(office.id) == ()
    (seen,) = re.findall(r'name="stands" value="([^"]+)"', squeezed(asked_first))
    assert browser.post("/notices/", {**CLOSED, "stands": seen}).status_code == 303
    assert public.changes(office.id) == (DeskClosed(date(2026, 12, 8)),)


def test_what_a_colleague_may_not_know_is_not_counted(office: OfficeCard, now: datetime) -> None:
    staff, own = colleague(office, "counsellor", now)
    case = promised(office, now, own)
    kept_out, other = colleague(office, "counsellor", now)
    actions.deny(actor_of(staff), queries.find(actor_of(staff), case.pk), kept_out.id, now=now)
    assert "約束が" not in squeezed(other.post("/notices/", {**CLOSED, "do": "sample"}))
    assert other.post("/notices/", CLOSED).status_code == 303


def test_a_promise_on_a_closed_day_is_marked_and_looked_at_today(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case, untouched = promised(office, now, browser), asked(office, now)
    jobs.recheck(office.id, now=now)
    tasks = Due.objects.filter(kind="promise_stranded", done_at=None)
    assert not tasks.exists(), "the day is open still"
    assert browser.post("/notices/", {**CLOSED, "stands": "1-0"}).status_code == 303
    for _ in range(2):
        jobs.recheck(office.id, now=now)
    assert [(due.case_id, due.on) for due in tasks] == [(case.pk, now.date())]
    publications.forget()  # two seconds later
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "休みになった日に約束がある" in shown
    assert "窓口が閉まっている日です" in shown
    call = Due.objects.get(case_id=case.pk, kind="call", done_at=None)
    assert call.on == date(2026, 12, 8), "nothing moves silently"
    assert "窓口が閉まっている日です" not in squeezed(browser.get(f"/cases/{untouched.pk}/"))


@pytest.mark.parametrize("by", ["withdrawn", "moved"])
def test_the_look_ends_with_what_it_was_about(
    browser: Client, office: OfficeCard, now: datetime, by: str
) -> None:
    case = promised(office, now, browser)
    assert browser.post("/notices/", {**CLOSED, "stands": "1-0"}).status_code == 303
    jobs.recheck(office.id, now=now)
    assert "相談者と決め直す" not in squeezed(browser.get(f"/cases/{case.pk}/"))
    if by == "withdrawn":
        (notice,) = Notice.objects.all()
        assert browser.post(f"/notices/{notice.pk}/withdraw/").status_code == 303
    else:
        call = Due.objects.get(case_id=case.pk, kind="call", done_at=None)
        moved = {f"how_{call.pk.hex}": "moved", f"to_{call.pk.hex}": "12/9"}
        assert do(browser, case, "settle", **moved).status_code == 303
        assert Job.objects.filter(name="cases.recheck", done_at=None).exists()
    jobs.recheck(office.id, now=now)
    assert not Due.objects.filter(kind="promise_stranded", done_at=None).exists()
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "休みになった日に約束がある" not in page


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_who_closes_days_in_the_settings_reads_first_what_stands_on_them(
    office: OfficeCard, now: datetime, role: str
) -> None:
    _, browser = colleague(office, role, now)
    promised(office, now, browser)
    span = {"first_on": "2026-12-07", "last_on": "2026-12-08", "title": "休み", "token": "t"}
    for step in ("look", "sample"):
        page = squeezed(browser.post(f"/settings/change/desk_closed_span/{step}/", span))
        assert "約束が1件、面談が0件あります" in page
    other = {**span, "first_on": "2026-12-09", "last_on": "2026-12-09"}
    page = squeezed(browser.post("/settings/change/desk_closed_span/look/", other))
    assert "約束が" not in page


def test_who_changes_the_weekly_hours_reads_first_what_they_strand(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case = promised(office, now, browser)  # for a Tuesday
    path = f"/interviews/of/{case.pk}/"
    form = re.findall(r'name="(token|revision)" value="([^"]+)"', squeezed(browser.get(path)))
    booked = {**dict(form), "at": "2026-12-08T10:30"}
    assert browser.post(path, booked).status_code == 303
    but_tuesdays = {
        "channel": "desk",
        "hours": "月・水・木・金 8:30-17:15",
        "from_on": "2026-12-02",
        "title": "",
        "body": "",
        "token": "t",
    }
    for step in ("look", "sample"):
        page = squeezed(browser.post(f"/settings/change/hours/{step}/", but_tuesdays))
        assert "約束が1件、面談が1件あります" in page
    for typed in (
        {**but_tuesdays, "from_on": "2026-12-09"},
        {**but_tuesdays, "hours": "月・火・水・木・金 8:30-17:15"},
    ):
        page = squeezed(browser.post("/settings/change/hours/look/", typed))
        assert "約束が" not in page
        assert "いつもの受付時間を変える" in page
