"""Notices: published once, with the change they tell of, and taken back."""

import re
from datetime import date, datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayCancelled, DeskClosed, DeskHours
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.notices import public
from madoguchi.work.notices.models import Notice
from tests.web.desk.colleagues import colleague

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
