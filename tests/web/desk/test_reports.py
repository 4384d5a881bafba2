"""The sheet at the desk: every number leads to its list, a workbook opens, a month is settled."""

import io
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.reports import queries
from madoguchi.work.reports.models import Published, Settled
from tests.answers import squeezed
from tests.offices import actor_of
from tests.web.desk.colleagues import colleague, inside
from tests.work.reports.day import again, came, deny, somebody
from tests.work.subsidy.granting import opened_year, refused, sent

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
CELL = re.compile(r'<th scope="row">([^<]*)</th><td>(?:<a href="([^"]*)">)?([\d,]+)')


@pytest.fixture
def now() -> datetime:
    """The moment at which the browsers ask."""
    from madoguchi.web.kit.arrival import now as moment

    return moment()


def last_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=10) - timedelta(days=3)


def rows(browser: Client, address: str) -> dict[str, tuple[str, str]]:
    """Of each row the first number and the address of its list."""
    page = browser.get(address, follow=True)
    assert page.status_code == 200
    return {hit[0]: (hit[2], hit[1]) for hit in CELL.findall(squeezed(page))}


def cells(page: str, head: str) -> list[str]:
    """The numbers of a row of the grants, links and all; "–" where there is none."""
    part = page[page.index('id="t-grant"') :]
    found = re.search(f'<th scope="row">{head}</th>(.*?)</tr>', part)
    assert found
    return re.findall(r"<td>(?:<a[^>]*>)?([^<]*)", found[1])


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_every_number_leads_to_the_list_behind_it(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    case = came(actor_of(staff), office, "phone", now, age=34, kinds=["insult"])
    again(actor_of(staff), case, "call", now)
    found = rows(browser, "/reports/")
    assert (found["計"][0], found["電話"][0], found["窓口"]) == ("1", "1", ("0", ""))
    for name in ("計", "電話", "30代", "悪口", "折り返す", "その月に始まった"):
        listed = squeezed(browser.get(found[name][1]))
        assert f'href="/cases/{case.pk}/"' in listed
    year = f"/reports/{fiscal_year(now.date())}/"
    assert f"{year}way/phone/" in squeezed(browser.get(year))
    assert f'href="/cases/{case.pk}/"' in squeezed(browser.get(f"{year}way/phone/"))


def test_a_denied_case_leaves_no_trace_on_any_page(office: OfficeCard, now: datetime) -> None:
    taker, (other, browser) = somebody(office), colleague(office, "counsellor", now)
    month = f"/reports/{now:%Y-%m}/"
    year = f"/reports/{fiscal_year(now.date())}/"
    pages = (month, f"{month}way/phone/", year, f"{year}age/30_39/")
    passing = re.compile(r'(?:value|datetime)="[^"]+"')

    def seen() -> list[str]:
        return [passing.sub("", squeezed(browser.get(page))) for page in pages]

    empty = seen()
    denied = came(taker, office, "phone", now, age=34)
    assert seen() != empty
    deny(taker, denied, actor_of(other), now)
    assert seen() == empty


def test_whose_figures_differ_and_whose_do_not_read_the_same_sentence_on_page_and_workbook(
    office: OfficeCard, now: datetime
) -> None:
    """Who is denied a case counts without it; the sentence is everybody's, so it betrays nobody."""
    then, (head, chief) = last_month(now), colleague(office, "supervisor", now)
    other, browser = colleague(office, "counsellor", now)
    denied = came(actor_of(head), office, "phone", then)
    came(actor_of(head), office, "phone", then)
    deny(actor_of(head), denied, actor_of(other), now)
    address = f"/reports/{then:%Y-%m}/"
    chief.post(f"{address}settle/", {"token": token(squeezed(chief.get(address)))})
    counted = []
    for reader in (chief, browser):
        page = squeezed(reader.get(address))
        assert "締め済み" in page
        assert "職員によってちがうことがあります。" in page
        assert "いまの記録から数え直します。" in page
        book = load_workbook(io.BytesIO(reader.get(f"{address[:-1]}.xlsx").content)).active
        assert book is not None
        lines = list(book.iter_rows(values_only=True))
        assert "職員によってちがうことがあります。" in str(lines[2][0])
        counted.append(next(line[2] for line in lines if line[1] == "電話"))
    assert counted == [2, 1]


def test_a_list_says_how_many_cases_it_may_not_show(office: OfficeCard, now: datetime) -> None:
    taker, (_, browser) = somebody(office), colleague(office, "counsellor", now)
    case = came(taker, office, "phone", now)
    cases.set_level(taker, Case.objects.get(pk=case.pk), "secret", now=now)
    listed = squeezed(browser.get(f"/reports/{now:%Y-%m}/way/phone/"))
    assert "0件の相談です。" in listed
    assert "あなたが開けない相談が1件あります" in listed
    assert str(case.pk) not in listed


def test_the_workbook_opens_and_holds_what_the_page_does(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    came(actor_of(staff), office, "phone", now)
    for said, heads in ((f"{now:%Y-%m}", "実人数"), (str(fiscal_year(now.date())), "4月")):
        answer = browser.get(f"/reports/{said}.xlsx")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="shukei-{said}.xlsx"'
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        lines = list(sheet.iter_rows(values_only=True))
        assert lines[3][:3] == ("表", "項目", heads)
        assert isinstance(lines[1][1], datetime)
        phone = next(line for line in lines if line[1] == "電話")
        assert 1 in phone[2:]
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("C5", "$4:$4")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.page_setup.paperSize == 9
        assert not sheet.merged_cells.ranges
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_grants_stand_below_with_their_lists_sums_and_days(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    month = f"/reports/{now:%Y-%m}/"
    assert "交付決定" not in squeezed(browser.get(month)).split("数え方")[0]
    opened_year(office, fiscal_year(now.date()))
    desk = sent(office, now).until("paid")
    page = squeezed(browser.get(month))
    told = {
        head: cells(page, head) for head in ("交付決定", "支払い", "支払った額（円）", "不交付")
    }
    assert [row[1] for row in told.values()] == ["1", "1", "150,000", "0"]
    assert "不交付の理由" not in page
    for name in ("applied", "decided", "paid"):
        assert f'href="{month}grant/{name}/"' in page
        listed = squeezed(browser.get(f"{month}grant/{name}/"))
        assert f'href="/cases/{desk.grant.case_id}/"' in listed
    assert "grant/paid_yen/" not in page
    assert browser.get(f"{month}grant/paid_squares/").status_code == 404
    year = f"/reports/{fiscal_year(now.date())}/"
    assert cells(squeezed(browser.get(year)), "支払った額（円）")[-1] == "150,000"
    answer = browser.get(f"{year[:-1]}.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert next(line for line in lines if line[1] == "交付決定の額（円）")[-1] == 150_000


def test_of_the_reasons_of_refusals_those_are_shown_that_there_were(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    opened_year(office, fiscal_year(now.date()))
    refused(sent(office, now), "subsidy.resident")
    page = squeezed(browser.get(f"/reports/{now:%Y-%m}/"))
    part = page[page.index('id="t-refusal"') :]
    assert re.findall(r'<th scope="row">([^<]*)', part) == ["住民登録"]


def test_a_supervisor_settles_a_month_and_publishes_it(office: OfficeCard, now: datetime) -> None:
    then = last_month(now)
    address = f"/reports/{then:%Y-%m}/"
    head, browser = colleague(office, "supervisor", now)
    for _ in range(5):
        came(actor_of(head), office, "phone", then)
    page = squeezed(browser.get(address))
    assert "公表用を作り" not in page
    for _ in range(2):
        assert browser.post(f"{address}settle/", {"token": token(page)}).status_code == 303
    assert Settled.objects.count() == 1
    assert "この月を締める" not in squeezed(browser.get(address))
    for _ in range(2):
        assert browser.post(f"{address}publish/").status_code == 303
    assert Published.objects.get().tables["way"]["total"] == 5
    assert "公表用を作成済み" in squeezed(browser.get(address))


@REAL
def test_a_month_that_runs_is_not_settled_and_the_page_says_so(
    office: OfficeCard, now: datetime
) -> None:
    _, browser = colleague(office, "supervisor", now)
    answer = browser.post(f"/reports/{now:%Y-%m}/settle/", {"token": "t"})
    assert answer.status_code == 422
    assert "この月はまだ終わっていません" in squeezed(answer)
    answer = browser.post(f"/reports/{last_month(now):%Y-%m}/publish/")
    assert "締めてから公表用を作ってください" in squeezed(answer)


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_for_the_other_roles_there_are_no_counts(
    office: OfficeCard, now: datetime, role: str
) -> None:
    _, browser = colleague(office, role, now)
    assert "/reports/" not in squeezed(browser.get("/", follow=True))
    for path in ("/", ".xlsx", "/way/phone/"):
        assert browser.get(f"/reports/{now:%Y-%m}{path}").status_code == 404


@REAL
def test_a_counsellor_finds_no_way_to_settle(browser: Client, now: datetime) -> None:
    address = f"/reports/{last_month(now):%Y-%m}/"
    assert "この月を締める" not in squeezed(browser.get(address))
    assert browser.post(f"{address}settle/", {"token": "t"}).status_code == 404
    assert not Settled.objects.exists()


@pytest.mark.parametrize(
    "said", ["2026-13", "2026-00", "1999", "x", "2019-05", "2099-01", "2099", "2026-11-01"]
)
def test_what_is_no_period_is_not_there(browser: Client, now: datetime, said: str) -> None:
    assert browser.get(f"/reports/{said}/").status_code == 404
    assert browser.get(f"/reports/{now:%Y-%m}/way/{said}/").status_code == 404


def test_who_waits_too_long_is_informed(
    browser: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTS", Lane(places=0, patience_s=0.01))
    answer = browser.get(f"/reports/{now:%Y-%m}/")
    assert answer.status_code == 503
    assert "ほかの人が集計しています" in squeezed(answer)


def test_a_colleague_of_another_office_counts_their_own(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    came(somebody(office), office, "phone", now)
    staff, _ = colleague(other_office, "counsellor", now)
    found = rows(inside(staff, "desk.pref.test"), "/reports/")
    assert found["計"] == ("0", "")


def test_the_auditor_reads_what_was_counted_and_nothing_of_it(
    office: OfficeCard, now: datetime
) -> None:
    staff, browser = colleague(office, "supervisor", now)
    came(actor_of(staff), office, "phone", last_month(now), age=34)
    month = f"{last_month(now):%Y-%m}"
    page = squeezed(browser.get(f"/reports/{month}/"))
    browser.get(f"/reports/{month}/age/30_39/")
    browser.post(f"/reports/{month}/settle/", {"token": token(page)})
    _, auditor = colleague(office, "auditor", now)
    lines = squeezed(auditor.get("/audit/"))
    assert f"{month} 実人数1、延べ1件" in lines
    assert "1件のうち1件を一覧に出した" in lines
    assert f"<br>{month}</td>" in lines
    assert "30_39" not in lines
