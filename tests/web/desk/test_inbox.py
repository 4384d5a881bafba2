"""The list: urgent first, pages by key, only what may be known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from madoguchi.work.cases.models import Case
from madoguchi.work.cases.queries import PAGE
from tests.web.desk.colleagues import ABOUT, asked, colleague, do

if TYPE_CHECKING:
    from datetime import datetime

    from madoguchi.tools.office.public import OfficeCard


def names(page: str) -> list[str]:
    rows = page.split("<tbody>", 1)[1] if "<tbody>" in page else ""
    return [row.split("</a>", 1)[0].rsplit(">", 1)[1] for row in rows.split("<tr")[1:]]


def test_urgent_cases_stand_first_and_nothing_personal_is_shown(
    office: OfficeCard, now: datetime
) -> None:
    calm = asked(office, now)
    urgent = asked(office, now, urgent=True)
    _, browser = colleague(office, "counsellor", now)
    page = browser.get("/?tab=open").content.decode()
    assert names(page) == [urgent.short_name, calm.short_name]
    assert "危険あり" in page
    assert "電話しない（メールだけ）" in page
    assert ABOUT["name"] not in page
    assert "書き込みを消したい" not in page


def test_tabs_hold_what_they_say(office: OfficeCard, now: datetime) -> None:
    mine, free = asked(office, now), asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, mine, "take").status_code == 303

    def under(tab: str) -> list[str]:
        return names(browser.get(f"/?tab={tab}").content.decode())

    assert under("mine") == [mine.short_name]
    assert under("unassigned") == [free.short_name]
    assert under("waiting") == []
    answer = {"answer_text": "返事", "answer_days": "5"}
    assert do(browser, mine, "answer", **answer).status_code == 303
    assert under("waiting") == [mine.short_name]
    assert do(browser, mine, "close", close_reason="advised").status_code == 303
    assert under("closed") == [mine.short_name]
    assert under("mine") == []


@pytest.mark.parametrize("tab", ["open", "closed"])
def test_pages_follow_one_another_without_gap_or_double(
    office: OfficeCard, now: datetime, tab: str
) -> None:
    first = asked(office, now)
    fields = {field.attname: getattr(first, field.attname) for field in Case._meta.fields}
    rows = [
        Case(
            **{
                **fields,
                "id": None,
                "short_name": f"{number:05}",
                "urgent": number % 7 == 0,
                "next_on": None if number % 5 == 0 else now.date() + timedelta(days=number % 4),
                "touched_at": now - timedelta(minutes=number // 2),
            }
        )
        for number in range(2 * PAGE + 5)
    ]
    for row in rows:
        row.id = Case._meta.pk.get_default()
    Case.objects.bulk_create(rows)
    if tab == "closed":
        Case.objects.update(state="closed")
    _, browser = colleague(office, "counsellor", now)
    seen: list[str] = []
    query = f"tab={tab}"
    for _ in range(5):
        page = browser.get(f"/?{query}").content.decode()
        seen += names(page)
        more = page.split('<p><a href="?', 1)
        if len(more) == 1:
            break
        query = more[1].split('"', 1)[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == Case.objects.count()


@pytest.mark.parametrize("after", ["x", "1.2.3", "..", "1.2026-13-01." + "0" * 32, "_", "2026_x"])
@pytest.mark.parametrize("tab", ["open", "closed", "nonsense"])
def test_a_strange_page_mark_is_not_there(
    office: OfficeCard, now: datetime, tab: str, after: str
) -> None:
    _, browser = colleague(office, "counsellor", now)
    assert browser.get("/", {"tab": tab, "after": after}).status_code == 404


def test_an_empty_list_says_so(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    assert "当てはまる相談はありません" in browser.get("/").content.decode()
