"""The list: urgent first, pages by key, only what may be known."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import queries
from madoguchi.work.cases.jobs import adopt
from madoguchi.work.cases.models import Case, Due
from tests.answers import squeezed
from tests.digits import stand_in
from tests.web.desk.colleagues import ABOUT, asked, colleague, do
from tests.work.cases.awaiting import ticked

pytestmark = pytest.mark.usefixtures("stopped")  # dates are typed


def names(page: str) -> list[str]:
    rows = page.split("<tbody>", 1)[1] if "<tbody>" in page else ""
    return [row.split("</a>", 1)[0].rsplit(">", 1)[1] for row in rows.split("<tr")[1:]]


def test_urgent_cases_stand_first_and_nothing_personal_is_shown(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    calm = asked(office, now)
    urgent = asked(office, now, urgent=True)
    adopt(calm.pk, now=now)
    page = squeezed(browser.get("/?tab=open"))
    assert names(page) == [urgent.short_name, calm.short_name]
    assert "危険あり" in page
    assert "電話できます" in page
    assert ABOUT["name"] not in page
    assert "書き込みを消したい" not in page


def test_tabs_hold_what_they_say(browser: Client, office: OfficeCard, now: datetime) -> None:
    mine, free = asked(office, now), asked(office, now)
    assert do(browser, mine, "take").status_code == 303

    def under(tab: str) -> list[str]:
        return names(squeezed(browser.get(f"/?tab={tab}")))

    assert under("mine") == [mine.short_name]
    assert under("unassigned") == [free.short_name]
    assert under("waiting") == []
    answer = {"answer_text": "返事", "answer_days": "5"}
    assert do(browser, mine, "answer", **answer).status_code == 303
    assert under("waiting") == [mine.short_name]
    assert do(browser, mine, "close", close_reason="advised", **ticked(mine)).status_code == 303
    assert under("closed") == [mine.short_name]
    assert under("mine") == []


def test_whose_case_a_colleague_took_learns_it_and_the_record_says_from_whom(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case, free = asked(office, now), asked(office, now)
    former, hers = colleague(office, "counsellor", now)
    assert do(hers, case, "take").status_code == 303
    told = "ほかの職員が担当になった"
    for each in (case, free):
        assert do(browser, each, "take").status_code == 303
    page = squeezed(hers.get("/"))
    panel = page.partition(told)[2].partition("</section>")[0]
    assert stand_in(panel, case.short_name)
    assert not stand_in(panel, free.short_name)
    assert told not in squeezed(browser.get("/"))
    record = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert f"担当が、{former.name}から" in record
    assert "に替わりました" not in squeezed(browser.get(f"/cases/{free.pk}/"))
    case.refresh_from_db()
    assert do(hers, case, "take").status_code == 303
    assert told not in squeezed(hers.get("/"))
    assert told in squeezed(browser.get("/"))


@pytest.mark.parametrize("tab", ["open", "closed"])
def test_pages_follow_one_another_without_gap_or_double(
    browser: Client, office: OfficeCard, now: datetime, tab: str
) -> None:
    first = asked(office, now)
    fields = {field.attname: getattr(first, field.attname) for field in Case._meta.fields}
    rows = [
        Case(
            **{
                **fields,
                "id": None,
                "short_name": f"n{number}",
                "urgent": number % 7 == 0,
                "next_on": now.date() + timedelta(days=number % 4),
                "touched_at": now - timedelta(minutes=number // 2),
            }
        )
        for number in range(2 * queries.PAGE + 5)
    ]
    for row in rows:
        row.id = Case._meta.pk.get_default()
    Case.objects.bulk_create(rows)
    if tab == "closed":
        Case.objects.update(state="closed", closed_at=now)
    forth = list(pages(browser, f"tab={tab}", "next"))
    seen = [name for _, shown in forth for name in shown]
    assert len(seen) == len(set(seen)) == Case.objects.count()
    back = [shown for _, shown in pages(browser, forth[-1][0], "prev")]
    assert back[1:] == [shown for _, shown in reversed(forth[:-1])]


def pages(browser: Client, query: str, way: str) -> Iterator[tuple[str, list[str]]]:
    """The query and the names of each page from this one on, by its links."""
    while query:
        page = squeezed(browser.get(f"/?{query}"))
        yield query, names(page)
        assert ("（続き）</h1>" in page) == ('rel="prev"' in page)
        link = re.search(rf'<a class="button second" href="\?([^"]+)" rel="{way}">', page)
        query = html.unescape(link[1]) if link else ""


def test_a_page_whose_row_is_gone_begins_where_it_would_stand(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    cases = [asked(office, now) for _ in range(2)]
    gone = min(cases, key=lambda case: case.pk)
    (left,) = [case for case in cases if case != gone]
    assert do(browser, gone, "take").status_code == 303
    assert do(browser, gone, "close", close_reason="advised", **ticked(gone)).status_code == 303
    after = f"0.{gone.next_on}.{gone.pk}"
    page = squeezed(browser.get("/", {"tab": "open", "after": after}))
    assert names(page) == [left.short_name]


def test_a_number_beyond_a_thousand_is_not_counted(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        asked(office, now)
    assert '<span class="count">3</span>' in squeezed(browser.get("/"))
    monkeypatch.setattr(queries, "MANY", 2)
    assert '<span class="count">2以上</span>' in squeezed(browser.get("/"))


@pytest.mark.parametrize("after", ["x", "1.2.3", "..", "1.2026-13-01." + "0" * 32, "_", "2026_x"])
@pytest.mark.parametrize("tab", ["open", "closed", "nonsense"])
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_strange_page_mark_is_not_there(browser: Client, tab: str, way: str, after: str) -> None:
    assert browser.get("/", {"tab": tab, way: after}).status_code == 404


def test_a_day_of_another_year_says_its_year(office: OfficeCard, now: datetime) -> None:
    asked(office, now)
    Due.objects.update(on=now.date().replace(year=now.year - 1))
    _, browser = colleague(office, "counsellor", now)
    rows = squeezed(browser.get("/")).split("<tbody>", 1)[1]
    assert f"{now.year - 1}年" in rows
    assert f"{now.year}年" not in rows
    assert "過ぎています" in rows


def test_an_empty_list_says_so(browser: Client) -> None:
    assert "当てはまる相談はありません" in squeezed(browser.get("/"))
