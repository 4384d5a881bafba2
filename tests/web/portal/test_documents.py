"""The published files: papers of our own with their true size, and the city's by name."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import Change, DeskClosed, DeskClosedSpan, DeskHours
from madoguchi.rules.programme.paper import find
from madoguchi.tools.papers import engine
from madoguchi.web.kit import arrival, finished, handouts, publications
from madoguchi.web.kit.handouts import KB
from tests.answers import squeezed
from tests.offices import OTHER_PORTAL_HOST, browser_of
from tests.tools.papers.looking import joined, opened
from tests.web import outage

NAMES = ("subsidy_guide", "subsidy_application")
COLUMNS = ("", "/easy", "/en")


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()
    handouts.forget()


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The desk decides something for a day."""

    def decide(*changes: Change) -> None:
        monkeypatch.setattr(handouts, "recent_changes", lambda _request: changes)

    return decide


@pytest.mark.parametrize("column", COLUMNS)
def test_the_sizes_said_are_those_of_the_bytes(portal: Client, column: str) -> None:
    page = squeezed(portal.get(f"{column}/documents/"))
    for name in NAMES:
        address = f"{column}/documents/{name}.pdf"
        size = -(-len(portal.get(address).content) // KB)
        row = re.search(rf'<a href="{address}">.*?</a></li>', page)
        assert row, name
        assert re.search(rf"PDF[、,] ?{size} KB", row[0])
    assert re.search(r"交付要領本文.*?PDF[、,] ?108 KB", page)


def test_it_is_a_paper_that_any_reader_opens(portal: Client) -> None:
    answer = portal.get("/documents/subsidy_guide.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="document.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    words = joined(answer.content)
    assert "弁護士費用の一部補助のご案内" in words
    assert "月曜日から金曜日8時30分から17時15分まで" in words
    assert "0279-25-8526" in words
    with opened(answer.content) as pdf:
        assert str(pdf.Root.Lang).startswith("ja")


def test_papers_are_japanese_in_every_column_and_the_page_says_so(portal: Client) -> None:
    papers = {portal.get(f"{at}/documents/subsidy_guide.pdf").content for at in COLUMNS}
    assert len(papers) == 1
    assert "These papers are in Japanese." in squeezed(portal.get("/en/documents/"))
    assert "この 紙は 日本語です。" in squeezed(portal.get("/easy/documents/"))
    assert "日本語です" not in squeezed(portal.get("/documents/")).split("<main")[1]


def test_a_browser_that_has_it_gets_304(portal: Client) -> None:
    first = portal.get("/documents/subsidy_guide.pdf")
    assert first["Cache-Control"] == "private, no-cache"
    again = portal.get("/documents/subsidy_guide.pdf", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = portal.get("/documents/subsidy_guide.pdf", headers={"if-none-match": '"else"'})
    assert other.content == first.content
    assert portal.head("/documents/subsidy_guide.pdf").status_code == 200
    assert portal.post("/documents/subsidy_guide.pdf").status_code == 405


@pytest.mark.parametrize("name", ["receipt_card", "record_sheet", "nothing", "subsidy-guide"])
def test_no_paper_that_the_page_does_not_list_is_given_out(portal: Client, name: str) -> None:
    assert portal.get(f"/documents/{name}.pdf").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../documents/subsidy_guide.typ",
        "%2e%2e%2fsubsidy_guide%2fpaper.toml",
        "..%2f..%2fpapers%2fsubsidy_guide.pdf",
        "subsidy_guide%00.pdf",
        "SUBSIDY_GUIDE.pdf",
        "subsidy_guide.pdf.pdf",
        "//subsidy_guide.pdf",
        "subsidy_guide.pdf/paper.typ",
        "サービス.pdf",
    ],
)
def test_no_other_address_leads_into_the_folders(portal: Client, path: str) -> None:
    assert portal.get(f"/documents/{path}").status_code == 404


def test_other_hours_of_the_coming_days_stand_on_it(
    portal: Client, decided: Callable[..., None], now: datetime
) -> None:
    before = portal.get("/documents/subsidy_guide.pdf")
    today = now.date()
    decided(
        DeskHours(date(2026, 12, 11), "9:00-19:00"),
        DeskClosed(date(2026, 12, 4)),
        DeskClosedSpan(date(2026, 12, 21), date(2026, 12, 22)),
        DeskClosed(today - timedelta(days=1)),
        DeskClosed(today + handouts.AHEAD + timedelta(days=1)),
    )
    after = portal.get("/documents/subsidy_guide.pdf")
    assert before["ETag"] != after["ETag"]
    words = joined(after.content)
    closed = words.index("2026年12月4日（金）は休みます。")
    hours = words.index("2026年12月11日（金）は9時から19時までです。")
    span = words.index("2026年12月21日（月）から2026年12月22日（火）までは休みます。")
    assert closed < hours < span
    assert "2026年11月29日" not in words
    assert words.count("休みます。") == 2


def test_the_guide_is_made_once_however_many_ask(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = engine.render

    def counted(template: object, facts: object) -> object:
        made.append("x")
        return render(template, facts)  # type: ignore[arg-type] # as called

    monkeypatch.setattr(handouts, "render", counted)
    template = find("shibukawa", "subsidy_application")
    portal.get("/documents/")
    _, facts = next(key for key in handouts._made if key[0].name == template.name)
    handouts.forget()
    made.clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: handouts._known(template, facts), range(24)))
    assert len(made) == 1
    assert len({id(each) for each in found}) == 1


def test_only_so_many_are_kept(portal: Client, decided: Callable[..., None]) -> None:
    for number in range(3):
        decided(DeskClosed(date(2026, 12, 1 + number)))
        portal.get("/documents/subsidy_guide.pdf")
    assert len(handouts._made) == 3 <= handouts.KEPT


def test_a_city_without_a_subsidy_has_no_papers_of_it(portal: Client) -> None:
    there = browser_of(OTHER_PORTAL_HOST)
    assert there.get("/documents/").status_code == 404
    assert there.get("/documents/subsidy_guide.pdf").status_code == 404


def test_what_is_not_confirmed_is_said_beside_it(portal: Client) -> None:
    page = squeezed(portal.get("/documents/"))
    assert "「案」とある書類は、市の様式そのものではありません" in page
    assert "要確認" not in page
    assert "端末に残ることがあります" in page


def test_a_paper_is_given_out_while_the_database_is_away(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = portal.get("/documents/subsidy_guide.pdf").content
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    with outage.away():
        assert portal.get("/documents/subsidy_guide.pdf").content == seen
