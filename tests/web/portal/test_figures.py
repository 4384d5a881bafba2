"""What was published of the counts: as page and as CSV, no small number in either."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from madoguchi.web.kit import finished
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions
from tests.work.reports.day import NEEDS, came, somebody

if TYPE_CHECKING:
    from django.test import Client

    from madoguchi.tools.office.public import OfficeCard

OCTOBER = date(2026, 10, 1)


def published(office: OfficeCard, now: datetime) -> None:
    """October of seven calls and two mails, published; September settled alone."""
    who, head = somebody(office), somebody(office, "supervisor")
    for way, count in (("phone", 7), ("mail", 2)):
        for _ in range(count):
            came(who, office, way, now - timedelta(days=40), age=34)
    for month in (date(2026, 9, 1), OCTOBER):
        actions.settle(head, office.id, month, NEEDS, now=now, once=uuid4().hex)
    actions.publish_month(head, AtOffice(office.id), OCTOBER, now=now)
    finished.forget()


def cells(page: str, table: str) -> dict[str, list[str]]:
    part = page[page.index(f'-{table}"><table') :]
    part = part[: part.index("</table>")]
    return {
        hit[0]: re.findall(r"<td>([^<]*)</td>", hit[1])
        for hit in re.findall(r'<th scope="row">([^<]*)</th>(.*?)</tr>', part)
    }


def test_before_anything_was_published_the_page_says_so(portal: Client) -> None:
    assert "公表した集計は、まだありません。" in portal.get("/figures/").content.decode()
    assert portal.get("/figures/2026.csv").status_code == 404


def test_small_numbers_and_what_would_tell_them_are_not_shown(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    published(office, now)
    page = portal.get("/figures/").content.decode()
    way = cells(page, "way")
    assert (way["計"], way["電話"], way["メール"], way["窓口"]) == (["9"], ["X"], ["X"], ["X"])
    assert cells(page, "age")["30代"] == ["X"]
    assert cells(page, "age")["計"] == ["9"]
    assert "結果" not in page
    assert re.findall(r'<th scope="col">(\d+月)', page) == ["10月"] * 2
    assert page.count("どの数も5に満たないか") == 2


def test_the_csv_says_the_same_to_a_spreadsheet(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    published(office, now)
    answer = portal.get("/figures/2026.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff年度,期間,表,単位,項目,数\r\n")
    lines = list(csv.reader(io.StringIO(text[1:])))
    assert ["令和8年度", "10月", "方法", "延べ件数", "計", "9"] in lines
    assert ["令和8年度", "10月", "方法", "延べ件数", "メール", "X"] in lines
    numbers = {line[5] for line in lines[1:]}
    assert numbers == {"9", "X"}


def test_the_page_is_there_in_every_language(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    published(office, now)
    english = portal.get("/en/figures/").content.decode()
    assert "April to March, beginning in 2026" in english
    assert "Telephone" in english
    assert '<th scope="col">October</th>' in english
    assert "そうだんの 数" in portal.get("/easy/figures/").content.decode()
    assert portal.get("/en/figures/2026.csv").content.decode().startswith("\ufeffYear,Period")


def test_another_offices_figures_are_not_here(
    portal: Client, other_office: OfficeCard, now: datetime
) -> None:
    published(other_office, now)
    assert "まだありません" in portal.get("/figures/").content.decode()
