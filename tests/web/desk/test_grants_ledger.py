"""The ledger at the desk: one press saves it, real days, codes as text, no order to a program."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from madoguchi.ops.town.bulk import APPLIED
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices.models import Proposal
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import COLUMNS
from madoguchi.work.subsidy.models import Budget, Grant
from tests.offices import actor_of
from tests.web.desk.colleagues import colleague
from tests.work.subsidy.filed import YEAR, deny, filed, step
from tests.work.subsidy.granting import opened_year

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
PAGE = "/grants/ledger/"
BOOK = f"{PAGE}{YEAR}.xlsx"
HEAD = 4


def sheets(content: bytes, *, formulas: bool = False) -> tuple[Worksheet, Worksheet]:
    """The sheet to print and that of every column."""
    short, whole, *_ = load_workbook(io.BytesIO(content), data_only=not formulas).worksheets
    return short, whole


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows under the heads, by head; the totals come last."""
    rows = list(sheet.iter_rows(values_only=True))
    heads = [str(head) for head in rows[HEAD]]
    return [dict(zip(heads, row, strict=True)) for row in rows[HEAD + 1 :]]


def saved(browser: Client, what: str = "?all=1") -> bytes:
    """The bytes of the year's workbook."""
    answer = browser.get(BOOK + what)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="daicho-{YEAR}.xlsx"'
    return answer.content


def test_one_press_saves_a_row_a_grant(office: OfficeCard, now: datetime) -> None:
    filed(office, 8, now)
    _, browser = colleague(office, "subsidy_officer", now)
    page = browser.get(PAGE).content.decode()
    assert f'formaction="{BOOK}"' in page
    (only,) = load_workbook(io.BytesIO(saved(browser, ""))).worksheets
    assert only.title == "台帳", "the long sheet is off by default"
    assert "令和8年度" in page
    for sheet in sheets(saved(browser)):
        found = lines(sheet)
        assert [row["整理番号"] for row in found] == [*range(1, 9), None]
        first, total = found[0], found[-1]
        assert isinstance(first["収受日"], datetime)
        assert isinstance(first["支払日"], datetime)
        assert first["状態"] == "支払済み"
        assert total["状態"] == "合計（表示中の行）"
        assert total["支払額"] == sum(row["支払額"] or 0 for row in found[:-1])
    assert (first["収受番号"], first["支出命令番号"]) == ("0001", "00001")
    assert (first["決裁区分"], first["公開区分"]) == ("専決", "一部公開")


def test_it_prints_on_a4_with_its_heads_on_each_page(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    _, browser = colleague(office, "subsidy_officer", now)
    short, whole = sheets(saved(browser))
    for sheet, wide in ((short, 1), (whole, 3)):
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("C6", "$5:$5")
        assert sheet.print_title_cols == "$A:$B"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (wide, 0)
        assert not sheet.merged_cells.ranges
        assert "&P" in str(sheet.oddFooter.center.text)


@pytest.mark.parametrize("order", ["=1+1", "+81", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_that_was_typed_is_an_order(office: OfficeCard, now: datetime, order: str) -> None:
    grant = filed(office, 1, now)[0]
    grant.state = State.DECIDED
    filing = {"document_number": order, "decided_on": "2026-12-01"}
    step(grant, Verb.CHANGE, {"was_yen": 1, "amount_yen": 2, "filing": filing}, now)
    _, browser = colleague(office, "subsidy_officer", now)
    _, whole = sheets(saved(browser), formulas=True)
    assert {cell.row for row in whole.iter_rows() for cell in row if cell.data_type == "f"} == {
        HEAD + 3
    }, "only the totals"
    _, whole = sheets(saved(browser))
    assert lines(whole)[0]["変更の文書番号"].replace("_x000D_", "\r") == f"'{order}"


def test_a_hidden_row_is_a_number_and_the_sheet_says_so(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 8, now)
    staff, browser = colleague(office, "subsidy_officer", now)
    before = lines(sheets(saved(browser))[1])
    deny(actor_of(staff), grants[0], now)
    for sheet in sheets(saved(browser)):
        found = lines(sheet)
        told = {head: value for head, value in found[0].items() if value is not None}
        assert told.keys() == {"整理番号", "備考"}
        assert "開けない交付" in str(found[0]["備考"])
        assert "開けない交付が1件あります" in str(sheet.cell(3, 1).value)
        total, hidden = found[-2:]
        assert hidden["状態"] == "開けない交付の計"
        for head in ("支払額", "現在の交付決定額"):
            assert total[head] + hidden[head] == before[-1][head]


def test_a_number_that_nobody_has_is_a_row_and_page_and_sheet_say_so(
    office: OfficeCard, now: datetime
) -> None:
    grants = filed(office, 8, now)
    _, browser = colleague(office, "subsidy_officer", now)
    assert "見つからない" not in browser.get(PAGE).content.decode()
    Grant.objects.filter(pk__in=[grant.pk for grant in (grants[1], *grants[4:6])]).delete()
    assert "見つからない整理番号が3件あります" in browser.get(PAGE).content.decode()
    for sheet in sheets(saved(browser)):
        found = lines(sheet)
        assert [row["整理番号"] for row in found] == [1, 2, 3, 4, "5–6", 7, 8, None]
        gone = [row for row in found if row["備考"] == "記録が見つかりません"]
        assert [row["整理番号"] for row in gone] == [2, "5–6"]
        assert {value for row in gone for value in row.values()} - {2, "5–6", None} == {
            "記録が見つかりません"
        }
        assert "見つからない整理番号が3件あります" in str(sheet.cell(3, 1).value)


def test_totals_follow_a_filter_and_agree_with_the_budget_in_the_same_file(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office, YEAR)
    grants = filed(office, 8, now)
    staff, browser = colleague(office, "subsidy_officer", now)
    deny(actor_of(staff), grants[0], now)
    found = queries.ledger(actor_of(staff), AtOffice(office.id), YEAR, now=now)
    reserved, spent = (found.totals[name] for name in ("reserved_yen", "executed_yen"))
    Budget.objects.update(reserved_yen=reserved, spent_yen=spent, budget_yen=90_000_000)
    content = saved(browser, "")
    short, balance = load_workbook(io.BytesIO(content)).worksheets
    heads = [cell.value for cell in short[HEAD + 1]]
    at = heads.index("執行額") + 1
    letter = short.cell(HEAD + 1, at).column_letter
    total = short.cell(HEAD + 1 + 8 + 1, at).value
    assert total == f"=SUBTOTAL(109,${letter}$6:${letter}$13)"
    wanted = {"現在の交付決定額", "支払額", "戻入額", "執行額", "過年度返還", "未収", "支払年度"}
    assert wanted <= set(heads)
    assert balance["B4"].value.startswith("=SUMIFS('台帳'!")
    _, reckoned = load_workbook(io.BytesIO(content), data_only=True).worksheets
    assert [reckoned[f"{column}4"].value for column in "EFG"] == [reserved, reserved, 0]
    assert [reckoned[f"{column}5"].value for column in "EFG"] == [spent, spent, 0]
    assert reckoned["C5"].value > 0, "what the colleague may not open is counted all the same"
    assert reckoned["F7"].value == 90_000_000 - reserved - spent


def test_a_budget_that_the_rows_do_not_say_shows_its_difference(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office, YEAR)
    filed(office, 4, now)
    Budget.objects.update(reserved_yen=1, spent_yen=1)
    _, browser = colleague(office, "subsidy_officer", now)
    book = load_workbook(io.BytesIO(saved(browser, "")), data_only=True)
    assert book.worksheets[-1]["G5"].value > 0


def test_days_are_days_in_either_form(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    _, browser = colleague(office, "subsidy_officer", now)
    for what, form in (("", "[$-411]ge"), ("?days=iso", "yyyy-mm-dd")):
        sheet = load_workbook(io.BytesIO(saved(browser, what))).worksheets[0]
        assert isinstance(sheet.cell(HEAD + 2, 3).value, datetime)
        assert sheet.cell(HEAD + 2, 3).number_format.replace("\\", "").startswith(form)


@REAL
def test_by_right_it_has_names_and_nothing_else_of_anybody(
    office: OfficeCard, now: datetime
) -> None:
    """One line of the log; a grant that the colleague may not open has no name either."""
    told = replace(APPLIED, name="カナリア花子", address="ひみつ町", phone="0279-99-9999")
    grants = filed(office, 2, now, told)
    staff, browser = colleague(office, "subsidy_officer", now)
    deny(actor_of(staff), grants[0], now)
    before = Line.objects.count()
    sheets = load_workbook(io.BytesIO(saved(browser, "?names=1&all=1"))).worksheets
    assert Line.objects.count() == before + 1
    line = Line.objects.latest("seq")
    assert (line.verb, line.told["names"]) == ("subsidy.ledger_names", 1)
    for sheet in sheets:
        everything = str(list(sheet.iter_rows(values_only=True)))
        assert everything.count("カナリア花子") == 1
        assert not re.search("ひみつ町|0279-99", everything)
    _, auditor = colleague(office, "auditor", now)
    assert auditor.get(f"{BOOK}?names=1").status_code == 404
    assert 'name="names"' not in auditor.get(PAGE).content.decode()


@pytest.mark.parametrize("days", ["", "&days=iso"])
def test_as_csv_it_is_utf8_without_an_order_or_an_id(
    office: OfficeCard, now: datetime, days: str
) -> None:
    filed(office, 1, now, replace(APPLIED, name="=1+1"))
    _, browser = colleague(office, "subsidy_officer", now)
    answer = browser.get(f"{PAGE}{YEAR}.csv?names=1{days}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text))
    assert row[heads.index("氏名")] == "'=1+1"
    assert not re.search(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}", text)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d" if days else "令和.+日.*", row[heads.index("収受日")])


def test_nobody_is_named_unasked(office: OfficeCard, now: datetime) -> None:
    filed(office, 2, now, replace(APPLIED, name="カナリア花子", address="カナリア町"))
    for role in ("subsidy_officer", "supervisor", "auditor"):
        _, browser = colleague(office, role, now)
        for sheet in sheets(saved(browser)):
            everything = str(list(sheet.iter_rows(values_only=True)))
            assert "カナリア" not in everything
            assert "氏名、住所、電話番号は入っていません" in everything


@REAL
def test_with_addresses_it_takes_two(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now, replace(APPLIED, name="𠮷田 花子"))
    (_, one), (_, other) = (colleague(office, "subsidy_officer", now) for _ in range(2))
    assert one.post(f"{PAGE}{YEAR}/names/").status_code == 303
    at = f"{PAGE}names/{Proposal.objects.get().pk}/"
    assert "別の人が認めていません" in one.get(PAGE).content.decode()
    sign = f"/signing/{Proposal.objects.get().pk}/sign/"
    refused = one.post(sign)
    assert refused.status_code == 409
    assert "自分では署名できません" in refused.content.decode()
    assert one.post(f"{at}take/").status_code == 422
    assert "あなたが認められます" in other.get(PAGE).content.decode()
    (shown,) = re.findall(r'name="shown" value="(\w+)"', other.get(PAGE).content.decode())
    assert other.post(sign, {"shown": shown}).status_code == 303
    assert f'action="{at}take/"' in one.get(PAGE).content.decode()
    assert other.post(f"{at}take/").status_code == 404
    answer = one.post(f"{at}take/")
    row = lines(sheets(answer.content)[1])[0]
    assert (row["氏名"], row["電話番号"], row["郵便番号"]) == (
        "𠮷田 花子",
        "0279-00-0000",
        "377-8501",
    )
    assert "取扱注意" in str(sheets(answer.content)[0].cell(3, 1).value)
    again = one.post(f"{at}take/")
    assert again.status_code == 422
    assert "署名を求め直してください" in again.content.decode()
    assert one.get(f"{at}take/").status_code == 302


@REAL
def test_the_pages_of_others(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    for role in ("counsellor", "administrator"):
        _, browser = colleague(office, role, now)
        for path in (PAGE, BOOK):
            assert browser.get(path).status_code == 404
        assert browser.post(f"{PAGE}{YEAR}/names/").status_code == 404
    _, auditor = colleague(office, "auditor", now)
    assert "住所・電話番号入り" not in auditor.get(PAGE).content.decode()
    assert auditor.post(f"{PAGE}{YEAR}/names/").status_code == 404


@REAL
@pytest.mark.parametrize("year", ["2025", "1", "20269", "x"])
def test_a_year_without_grants_is_not_there(office: OfficeCard, now: datetime, year: str) -> None:
    filed(office, 1, now)
    _, browser = colleague(office, "subsidy_officer", now)
    assert browser.get(f"{PAGE}{year}.xlsx").status_code == 404
    assert browser.post(f"{PAGE}{year}/names/").status_code == 404


def test_without_grants_the_page_says_so(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "subsidy_officer", now)
    assert "収受した申請は、まだありません" in browser.get(PAGE).content.decode()


def test_who_waits_too_long_is_informed(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(office, 1, now)
    _, browser = colleague(office, "subsidy_officer", now)
    monkeypatch.setattr(queries, "LEDGERS", Lane(places=0, patience_s=0.01))
    answer = browser.get(BOOK)
    assert answer.status_code == 503
    assert "ほかの人が台帳を作っています" in answer.content.decode()


def test_every_column_state_and_code_has_its_words() -> None:
    words = texts("shibukawa")
    for column in COLUMNS:
        assert words.get(f"desk.ledger.column.{column.name}").words
        if column.kind == "word":
            assert f"desk.ledger.{column.at[-1]}" in {key.rpartition(".")[0] for key in words.words}
    for state in State:
        assert words.get(f"desk.grant.state.{state}").words


def test_no_address_says_anything_of_anybody(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    _, browser = colleague(office, "subsidy_officer", now)
    page = browser.get(PAGE).content.decode()
    assert all(re.fullmatch(r"[\w/.-]*", to) for to in re.findall(r'action="([^"]+)"', page))
