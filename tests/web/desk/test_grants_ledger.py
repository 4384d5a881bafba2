"""The ledger at the desk: one press saves it, real days, codes as text, no order to a program."""

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
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import COLUMNS
from madoguchi.work.subsidy.models import Grant, Release
from tests.offices import actor_of
from tests.web.desk.colleagues import colleague
from tests.work.subsidy.filed import YEAR, deny, filed, step

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
PAGE = "/grants/ledger/"
BOOK = f"{PAGE}{YEAR}.xlsx"
HEAD = 4


def sheets(content: bytes) -> tuple[Worksheet, Worksheet]:
    """The two sheets of a workbook."""
    short, whole = load_workbook(io.BytesIO(content)).worksheets
    return short, whole


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows under the heads, by head; the last one holds the totals."""
    rows = list(sheet.iter_rows(values_only=True))
    heads = [str(head) for head in rows[HEAD]]
    return [dict(zip(heads, row, strict=True)) for row in rows[HEAD + 1 :]]


def saved(browser: Client) -> bytes:
    """The bytes of the year's workbook."""
    answer = browser.get(BOOK)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="daicho-{YEAR}.xlsx"'
    return answer.content


def test_one_press_saves_a_row_a_grant(office: OfficeCard, now: datetime) -> None:
    filed(office, 8, now)
    _, browser = colleague(office, "subsidy_officer", now)
    page = browser.get(PAGE).content.decode()
    assert f'href="{BOOK}"' in page
    assert "令和8年度" in page
    for sheet in sheets(saved(browser)):
        found = lines(sheet)
        assert [row["整理番号"] for row in found] == [*range(1, 9), None]
        first, total = found[0], found[-1]
        assert isinstance(first["収受日"], datetime)
        assert isinstance(first["支払日"], datetime)
        assert first["状態"] == "支払済み"
        assert total["状態"] == "合計"
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
    _, whole = sheets(saved(browser))
    assert all(cell.data_type != "f" for row in whole.iter_rows() for cell in row)
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
        assert found[-1]["支払額"] == before[-1]["支払額"]
    assert found[-1]["交付決定額"] == before[-1]["交付決定額"]


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


def test_nobody_is_named_without_a_release(office: OfficeCard, now: datetime) -> None:
    filed(office, 2, now, replace(APPLIED, name="カナリア花子", address="カナリア町"))
    for role in ("subsidy_officer", "supervisor", "auditor"):
        _, browser = colleague(office, role, now)
        for sheet in sheets(saved(browser)):
            everything = str(list(sheet.iter_rows(values_only=True)))
            assert "カナリア" not in everything
            assert "氏名、住所、電話番号は入っていません" in everything


@REAL
def test_with_names_it_takes_two(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now, replace(APPLIED, name="𠮷田 花子"))
    (_, one), (_, other) = (colleague(office, "subsidy_officer", now) for _ in range(2))
    assert one.post(f"{PAGE}{YEAR}/names/").status_code == 303
    at = f"{PAGE}names/{Release.objects.get().pk}/"
    assert "別の人が認めていません" in one.get(PAGE).content.decode()
    refused = one.post(at)
    assert refused.status_code == 422
    assert "自分では認められません" in refused.content.decode()
    assert one.post(f"{at}take/").status_code == 422
    assert "あなたが認められます" in other.get(PAGE).content.decode()
    assert other.post(at).status_code == 303
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
    assert "もう使えません" in again.content.decode()
    for address in (at, f"{at}take/"):
        assert one.get(address).status_code == 302


@REAL
def test_the_pages_of_others(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    for role in ("counsellor", "administrator"):
        _, browser = colleague(office, role, now)
        for path in (PAGE, BOOK):
            assert browser.get(path).status_code == 404
        assert browser.post(f"{PAGE}{YEAR}/names/").status_code == 404
    _, auditor = colleague(office, "auditor", now)
    assert "氏名入り" not in auditor.get(PAGE).content.decode()
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
