"""A year's budget at the desk: opened, changed, its months, beside the city's own accounting."""

import html
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Lane
from madoguchi.web.kit import arrival
from madoguchi.work.subsidy.budget import moving, queries
from madoguchi.work.subsidy.models import Budget, BudgetChange
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import colleague
from tests.work.subsidy import budgets
from tests.work.subsidy.budgets import CAP, officer
from tests.work.subsidy.granting import YEN, sent

NUMBER = "渋相第12号"
OPEN = {
    "budget": "100万円",
    "section": "3款1項2目18節",
    "terms": "same",
    "number": NUMBER,
    "on": "令和8年4月1日",
    "warn_below": "15万",
}
CHANGE = {**OPEN, "how": "supplement", "budget": "1,500,000円"}


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    at(now, monkeypatch)


def at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is this moment, also for who comes in."""
    monkeypatch.setattr(arrival, "now", lambda: now)


@pytest.fixture
def year(now: datetime) -> int:
    return fiscal_year(now.date())


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    _, inside = colleague(office, "subsidy_officer", now)
    return inside


def read(browser: Client, address: str) -> str:
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200
    return html.unescape(squeezed(answer))


def press(browser: Client, year: int, act: str, typed: dict[str, Any], **also: str) -> Response:
    """Press a button as the page has it, with its hidden fields."""
    page = squeezed(browser.get(f"/grants/budget/{year}/"))
    kept = dict(re.findall(r'type="hidden" name="(token|revision)" value="([^"]+)"', page))
    return browser.post(f"/grants/budget/{year}/{act}/", {**kept, **typed, **also})


def text(answer: Response) -> str:
    return html.unescape(squeezed(answer))


def kept(page: str, name: str) -> str:
    """What stands in a field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_year_is_opened_from_the_page(browser: Client, office: OfficeCard, year: int) -> None:
    page = read(browser, "/grants/budget/")
    assert kept(page, "warn_below") == "150,000"  # the cap of one grant
    assert kept(page, "on") == "令和8年11月30日"
    assert not re.search(r'name="terms"[^>]* checked', page)  # the newest rules are of another year
    answer = press(browser, year, "open", OPEN)
    assert (answer.status_code, answer["Location"]) == (303, f"/grants/budget/{year}/")
    row = budgets.year(office, year)
    assert (row.budget_yen, row.section, row.warn_below_yen) == (1_000_000, OPEN["section"], CAP)
    shown = read(browser, "/grants/budget/")
    for words in ("1,000,000円", NUMBER, "当初予算", "前の年度と同じと確かめました。"):
        assert words in shown


@pytest.mark.race
def test_a_press_that_is_sent_twice_is_one(browser: Client, office: OfficeCard, year: int) -> None:
    page = squeezed(browser.get(f"/grants/budget/{year}/"))
    token = kept(page, "token")
    for _ in range(2):
        answer = browser.post(f"/grants/budget/{year}/open/", {**OPEN, "token": token})
        assert answer.status_code == 303
    answer = browser.post(f"/grants/budget/{year}/open/", {**OPEN, "token": "another"})
    assert answer.status_code == 409
    assert "もう登録されています" in text(answer)
    assert BudgetChange.of(office.id).count() == 1


@pytest.mark.race
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"budget": "15.5万"}, "小数"),
        ({"budget": ""}, "予算額（円）"),
        ({"on": "令和8年2月30日"}, "文書の日付"),
        ({"on": "令和8年12月24日"}, "今日より後"),
        ({"terms": "new"}, "前の年度と同じかどうか"),
        ({"number": "  "}, "確かめた文書の番号"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(
    browser: Client, office: OfficeCard, year: int, typed: dict[str, str], said: str
) -> None:
    answer = press(browser, year, "open", {**OPEN, **typed})
    assert answer.status_code == 422
    page = text(answer)
    slips = re.search(r'<div class="slips".*?</div>', page, re.DOTALL)
    assert slips
    assert said in page
    for name, words in {**OPEN, **typed}.items():
        if name != "terms":
            assert kept(page, name) == words
    assert not Budget.of(office.id).exists()


@pytest.mark.race
def test_that_last_years_terms_hold_is_said_by_who_has_looked(
    browser: Client, office: OfficeCard, year: int
) -> None:
    typed = {name: words for name, words in OPEN.items() if name != "terms"}
    answer = press(browser, year, "open", typed)
    assert answer.status_code == 422
    assert "「この年度の要領」の答えを選んでください" in text(answer)
    assert not Budget.of(office.id).exists()


def test_a_budget_is_changed_from_the_page(browser: Client, office: OfficeCard, year: int) -> None:
    press(browser, year, "open", OPEN)
    assert press(browser, year, "change", CHANGE).status_code == 303
    assert budgets.year(office, year).budget_yen == 1_500_000
    page = read(browser, "/grants/budget/")
    assert "補正" in page
    assert "500,000円" in page


@pytest.mark.race
def test_a_page_that_is_old_says_so(browser: Client, office: OfficeCard, year: int) -> None:
    press(browser, year, "open", OPEN)
    answer = press(browser, year, "change", CHANGE, revision="7")
    assert answer.status_code == 409
    assert "ほかの人が、先に予算を変えました" in text(answer)
    assert kept(text(answer), "budget") == "1,500,000円"
    assert '<details class="change noprint" open>' in text(answer)
    assert budgets.year(office, year).revision == 0


@pytest.mark.race
def test_less_than_is_used_is_refused_with_the_figure(
    browser: Client, office: OfficeCard, year: int
) -> None:
    press(browser, year, "open", OPEN)
    moving.reserve(office.id, year, 456_000)
    answer = press(browser, year, "change", {**CHANGE, "budget": "455,999"})
    assert answer.status_code == 422
    assert "456,000円" in text(answer)


@pytest.mark.parametrize("role", ["auditor", "supervisor", "subsidy_officer"])
def test_who_reads_the_books_and_who_changes_them(
    office: OfficeCard, now: datetime, year: int, role: str
) -> None:
    _, browser = colleague(office, role, now)
    page = read(browser, "/grants/budget/")
    assert ("この年度を登録する" in page) is (role != "auditor")
    budgets.opened(office, officer(office, now), now)
    page = read(browser, "/grants/budget/")
    assert ("予算を変える" in page) is (role != "auditor")
    assert "財務会計システムとの突合" in page


@pytest.mark.race
@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_for_all_others_nothing_is_there(
    office: OfficeCard, now: datetime, year: int, role: str
) -> None:
    _, browser = colleague(office, role, now)
    nothing = browser.get("/grants/nothing/")
    for address in ("/grants/budget/", f"/grants/budget/{year}/"):
        assert browser.get(address).status_code == nothing.status_code == 404
    for act in ("open", "change", "compare"):
        assert browser.post(f"/grants/budget/{year}/{act}/", OPEN).status_code == 404
    assert not Budget.of(office.id).exists()


@pytest.mark.parametrize("year", [1990, 2019, 2040, 99_999])
def test_a_year_that_is_none(browser: Client, year: int) -> None:
    assert browser.get(f"/grants/budget/{year}/").status_code == 404
    assert browser.post(f"/grants/budget/{year}/open/", OPEN).status_code == 404


def test_an_address_of_a_form_that_is_only_opened_leads_to_the_page(
    browser: Client, year: int
) -> None:
    for act in ("open", "change", "compare"):
        answer = browser.get(f"/grants/budget/{year}/{act}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/grants/budget/{year}/")


def test_the_months_and_the_totals_stand_beside_each_other(
    browser: Client, office: OfficeCard, now: datetime, year: int
) -> None:
    press(browser, year, "open", OPEN)
    sent(office, now).until("paid")
    sent(office, now).until("decided")
    page = read(browser, "/grants/budget/")
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>((?:<td>[^<]*</td>)+)', page))
    numbers = {name: re.findall(r"<td>([^<]*)</td>", cells) for name, cells in rows.items()}
    zero, one, two = "0", f"{YEN:,}", f"{2 * YEN:,}"
    assert numbers["令和8年11月"] == [two, zero, zero, one, zero, one, one]
    assert numbers["令和8年4月"] == [zero] * 7
    assert numbers["合計（交付の記録から）"] == [two, zero, zero, one, zero, one, one]
    assert numbers["予算の控え"] == ["–"] * 5 + [one, one]
    assert "合いません" not in page


def test_totals_that_do_not_agree_are_said(
    browser: Client, office: OfficeCard, now: datetime, year: int
) -> None:
    press(browser, year, "open", OPEN)
    sent(office, now).until("decided")
    moving.reserve(office.id, year, 12_345)
    page = read(browser, "/grants/budget/")
    assert "予算の控えと、交付の記録が合いません" in page
    assert f"決定済み（支払前）は{YEN:,}円" in page


def test_the_accountings_figures_are_compared_and_not_kept(
    browser: Client, office: OfficeCard, now: datetime, year: int
) -> None:
    press(browser, year, "open", OPEN)
    sent(office, now).until("paid")
    typed = {"month": "2026-11", "voted": "100万円", "committed": "180000", "paid": "12万"}
    answer = press(browser, year, "compare", typed)
    assert answer.status_code == 200
    page = text(answer)
    assert "令和8年11月の末までの累計" in page
    found = re.search(r'<table class="tally compared">.*?</table>', page, re.DOTALL)
    assert found
    said = re.findall(r"<td>([^<]*)</td></tr>", found[0])
    assert said == ["同じ", "会計が30,000円多い", "会計が30,000円少ない"] + ["比べていません"] * 2
    assert kept(page, "committed") == "180000"
    assert "180000" not in read(browser, "/grants/budget/")


def test_the_end_of_an_earlier_month_knows_nothing_of_later(
    browser: Client, office: OfficeCard, now: datetime, year: int
) -> None:
    press(browser, year, "open", OPEN)
    press(browser, year, "change", {**CHANGE, "on": "令和8年11月20日"})
    sent(office, now).until("decided")
    shown = []
    for month in ("2026-10", "2026-11"):
        page = text(press(browser, year, "compare", {"month": month}))
        found = re.search(r'<table class="tally compared">.*?</table>', page, re.DOTALL)
        assert found
        shown.append(re.findall(r"</th><td>([^<]*)</td>", found[0]))
    assert shown == [
        ["1,000,000", "0", "0", "0", "1,000,000"],
        ["1,500,000", "150,000", "0", "0", "1,350,000"],
    ]


def test_a_figure_that_cannot_be_read_is_said(browser: Client, year: int) -> None:
    press(browser, year, "open", OPEN)
    typed = {"month": "2026-11", "paid": "1.5", "voted": "100万"}
    answer = press(browser, year, "compare", typed)
    assert answer.status_code == 422
    assert (kept(text(answer), "paid"), kept(text(answer), "voted")) == ("1.5", "100万")
    answer = press(browser, year, "compare", {"month": "2031-01"})
    assert answer.status_code == 422


def test_both_figures_are_saved_as_a_workbook(
    browser: Client, office: OfficeCard, now: datetime, year: int
) -> None:
    press(browser, year, "open", OPEN)
    sent(office, now).until("paid")
    typed = {"month": "2026-11", "committed": "18万", "do": "save"}
    answer = press(browser, year, "compare", typed)
    assert answer["Content-Disposition"] == f'attachment; filename="yosan-{year}.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][0] == "補助金の突合表 令和8年度"
    assert isinstance(cells[1][1], datetime)
    november = next(row for row in cells if row[0] == "令和8年11月")
    assert november[1:] == [YEN, 0, 0, YEN, 0, 0, YEN]
    committed = next(row for row in cells if row[0] == "支出負担行為額の累計（円）")
    assert committed[1:4] == [YEN, 180_000, 30_000]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_the_years_end_is_in_sight_with_its_grants(
    browser: Client, office: OfficeCard, now: datetime, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(browser, year, "open", OPEN)
    sent(office, now).until("contracted")
    assert "年度末の確認" not in read(browser, f"/grants/budget/{year}/")
    then = now + timedelta(days=125)
    at(then, monkeypatch)
    _, late = colleague(office, "subsidy_officer", then)
    page = read(late, f"/grants/budget/{year}/")
    assert "年度末の確認" in page
    assert "第1号" in page
    assert "失効にするか、年度末の後も続けるか" in page


def test_while_others_reckon_the_page_asks_to_wait(
    browser: Client, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(browser, year, "open", OPEN)
    monkeypatch.setattr(queries, "BOOKS", Lane(places=0, patience_s=0.01))
    answer = browser.get(f"/grants/budget/{year}/")
    assert answer.status_code == 503
    assert "ほかの人が集計しています" in text(answer)


def test_the_word_on_the_public_pages_is_said_of_this_year_alone(
    browser: Client, office: OfficeCard, year: int
) -> None:
    press(browser, year, "open", {**OPEN, "budget": "15万"})
    moving.reserve(office.id, year, 1)
    assert "「予算の残りが少なくなっている」と出ています。" in read(browser, "/grants/budget/")
    press(browser, year + 1, "open", {**OPEN, "budget": "0"})
    page = read(browser, f"/grants/budget/{year + 1}/")
    assert "予算の控え" in page
    assert "と出ています" not in page
