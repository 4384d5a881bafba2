"""What was published of the counts: as page and as CSV, no small number in either."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.test import Client

from madoguchi.rules.koyomi.dates import months_of
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import finished
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions
from tests.answers import squeezed
from tests.work.reports.day import NEEDS, came, somebody
from tests.work.subsidy.filed import filed
from tests.work.subsidy.granting import opened_year

OCTOBER = date(2026, 10, 1)


def published(office: OfficeCard, now: datetime) -> None:
    """October of seven calls and two mails, published; September settled alone."""
    who, head = somebody(office), somebody(office, "supervisor")
    for way, count in (("phone", 7), ("mail", 2)):
        for _ in range(count):
            came(who, office, way, now - timedelta(days=40), age=34)
    for month in (date(2026, 9, 1), OCTOBER):
        actions.settle(head, office.id, month, NEEDS, now=now, idempotency_key=uuid4().hex)
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
    assert "公表した集計は、まだありません。" in squeezed(portal.get("/figures/"))
    assert portal.get("/figures/2026.csv").status_code == 404


def test_small_numbers_and_what_would_tell_them_are_not_shown(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    published(office, now)
    page = squeezed(portal.get("/figures/"))
    way = cells(page, "way")
    assert (way["計"], way["電話"], way["メール"], way["窓口"]) == (["9"], ["X"], ["X"], ["X"])
    assert cells(page, "age")["30代"] == ["X"]
    assert cells(page, "age")["計"] == ["9"]
    assert "結果" not in page
    assert re.findall(r'<th scope="col">(\d+月)', page) == ["10月"] * 2
    assert page.count("個人の特定を防ぐため") == 2


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
    english = squeezed(portal.get("/en/figures/"))
    assert "April to March, beginning in 2026" in english
    assert "Telephone" in english
    assert '<th scope="col">October</th>' in english
    assert "そうだんの 数" in squeezed(portal.get("/easy/figures/"))
    assert portal.get("/en/figures/2026.csv").content.decode().startswith("\ufeffYear,Period")


def test_another_offices_figures_are_not_here(
    portal: Client, other_office: OfficeCard, now: datetime
) -> None:
    published(other_office, now)
    assert "まだありません" in squeezed(portal.get("/figures/"))


def year_published(office: OfficeCard, now: datetime) -> None:
    """A year of forty grants, its months and itself published."""
    opened_year(office)
    filed(office, 40, now.replace(month=4, day=1))
    after, head = now.replace(year=2027, month=4, day=20), somebody(office, "supervisor")
    at = AtOffice(office.id)
    for month in months_of(2026):
        actions.settle(head, office.id, month, NEEDS, now=after, idempotency_key=uuid4().hex)
        actions.publish_month(head, at, month, now=after)
    actions.publish_year(head, at, 2026, now=after)
    finished.forget()


def test_a_year_says_how_many_grants_there_were_and_what_was_paid_in_one_column(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    year_published(office, now)
    page = squeezed(portal.get("/figures/"))
    grant = cells(page, "grant")
    assert (grant["申請"], grant["不交付"]) == (["40"], ["6"])
    assert re.fullmatch(r"[\d,]{7,}", grant["支払った額（円）"][0])
    part = page[page.index('-grant"><table') :]
    assert re.findall(r'<th scope="col">([^<]*)', part[: part.index("</thead>")])[1:] == ["年度計"]
    assert "不交付の理由" not in page
    english, easy = (squeezed(portal.get(f"/{way}/figures/")) for way in ("en", "easy"))
    assert cells(english, "grant")["Sum paid (yen)"] == grant["支払った額（円）"]
    assert "補助金（ほじょきん）" in easy
    text = portal.get("/figures/2026.csv").content.decode()
    assert "令和8年度,年度計,補助金,件数,申請,40" in text
