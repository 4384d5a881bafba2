"""Every information page: there, titled, light, without a cookie, few queries, in its column."""

import gzip
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import madoguchi
from madoguchi.web.kit import arrival, finished, publications
from madoguchi.web.portal import pages
from tests.answers import squeezed

PATHS = tuple("/" if page == pages.FIRST else f"/{page}/" for page in pages.PAGES)
MORE = tuple(f"/desks/{name}/" for name in pages.GUIDES)
DATA = (
    "/desks.json",
    "/hours.json",
    "/clinic/dates.json",
    "/clinic/dates.ics",
    "/news/rss.xml",
    "/news/atom.xml",
)
STATIC = Path(madoguchi.__file__).parent / "web/kit/static"
KB = 1024
MARKED = r'<(\w+)[^>]* lang="ja"[^>]*>(.*?)</\1>'
JAPANESE = re.compile(r".{0,20}[ぁ-ヿ一-鿿].{0,20}")


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()


@pytest.mark.parametrize("path", [*PATHS, *MORE, *DATA])
def test_it_is_there_and_leaves_no_cookie(portal: Client, path: str) -> None:
    answer = portal.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_every_page_is_there_in_every_column(portal: Client, column: str) -> None:
    for path in PATHS:
        page = squeezed(portal.get(column + path))
        links = re.findall(
            r'<nav aria-label="[^"]*"><ol class="crumbs"><li><a href="([^"]*)"', page
        )
        assert all(link == f"{column}/" for link in links)


@pytest.mark.parametrize(
    "path", [*PATHS, *MORE, "/nowhere/", "/enquiry/ask/", "/s/", "/s/h/check/", "/s/f/", "/s/l/"]
)
def test_only_names_are_japanese_in_english(portal: Client, path: str) -> None:
    """Each is marked; what is marked is no sentence."""
    page = re.sub(r"<(style|script)\b.*?</\1>", "", squeezed(portal.get(f"/en{path}")))
    names = re.findall(MARKED, page)
    assert not JAPANESE.findall(re.sub(MARKED, "", page))
    assert not [name for *_, name in names if "。" in name]


@pytest.mark.parametrize("page", ["privacy", "accessibility", "site", "enquiry", "news"])
def test_easy_japanese_is_everywhere(portal: Client, page: str) -> None:
    """Its words stand apart; standard Japanese has no blanks between them."""
    said = squeezed(portal.get(f"/easy/{page}/")).split("<main")[1].split("</main>")[0]
    lines = re.findall(r"[^<>]{12,}。", said)
    assert lines
    assert not [line for line in lines if " " not in line]


def test_titles_are_unique(portal: Client) -> None:
    titles = [
        re.search(r"<title>(.*?)</title>", squeezed(portal.get(path)), re.DOTALL)[1]  # type: ignore[index]
        for path in (*PATHS, *MORE)
    ]
    assert len(set(titles)) == len(titles)


def test_the_first_view_is_light(portal: Client) -> None:
    page = portal.get("/").content
    assert len(page) <= 14 * KB
    files = [(STATIC / name).read_bytes() for name in ("kit.css", "kit.js", "icon.svg")]
    css, script, icon = (len(gzip.compress(file)) for file in files)
    assert css <= 8 * KB
    assert script <= 4 * KB
    assert len(page) + css + script + icon <= 30 * KB


@pytest.mark.parametrize("path", [*PATHS, *MORE])
def test_html_stays_in_the_first_flight(portal: Client, path: str) -> None:
    assert len(gzip.compress(portal.get(path).content)) <= 14 * KB


@pytest.mark.parametrize("path", [*PATHS, *DATA])
def test_queries(portal: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", 600.0)  # however slow the machine is
    portal.get("/site/" if path != "/site/" else "/privacy/")
    finished.forget()
    with CaptureQueriesContext(connection) as made:
        portal.get(path)
    with CaptureQueriesContext(connection) as kept:
        portal.get(path)
    assert (len(made) <= 3, len(kept)) == (True, 0)


def test_nothing_is_loaded_from_elsewhere(portal: Client) -> None:
    for path in PATHS:
        page = squeezed(portal.get(path))
        assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)
        assert not re.findall(
            r'<a [^>]*href="https?://[^"]*"(?![^>]*rel=)(?<!noreferrer")', page
        ) or all(
            "noreferrer" in link for link in re.findall(r'<a [^>]*href="https?://[^>]*>', page)
        )


def test_the_state_of_the_desk_is_said(portal: Client) -> None:
    page = squeezed(portal.get("/"))
    assert "いま受付中 17時15分まで" in page
    assert "Open now until 5:15 pm" in squeezed(portal.get("/en/"))


def test_no_draft_date_of_the_clinic_is_shown(portal: Client) -> None:
    page = squeezed(portal.get("/clinic/"))
    assert "2026-12-19" not in page
    assert "公表している今後の日程はありません" in page
    assert page.count("2024-") + page.count("2025-") >= 12
    assert "令和6年度（2024年度）の日程" in page


def test_what_nobody_confirmed_is_not_shown(portal: Client) -> None:
    page = squeezed(portal.get("/desks/"))
    assert "要確認" not in page
    assert 'id="a-shohi"' not in page


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
@pytest.mark.parametrize("hour", [10, 22], ids=["open", "shut"])
def test_the_citys_desk_stands_before_the_others_while_it_is_open(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, column: str, hour: int
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now.replace(hour=hour))
    is_open = hour == 10
    for path in ("/desks/", "/desks/talk/"):
        main = squeezed(portal.get(f"{column}{path}")).split("<main")[1].split("</main>")[0]
        assert (main.index("tel:0279258526") < main.index('id="a-')) is is_open
        assert (main.count('href="#city"'), main.count('id="city"')) == (not is_open, 1)


@pytest.mark.parametrize(
    ("column", "state", "hours"),
    [
        ("", "明日の8時まで", "毎日 16時から21時まで。毎月10日 8時から翌日の8時まで"),
        ("/easy", "あしたの 午前8時まで", "毎月 10日 午前8時から つぎの 日の 午前8時まで"),
        ("/en", "until tomorrow, 8 am", "the 10th of each month, 8 am to 8 am of the next day"),
    ],
)
def test_a_line_that_is_open_until_tomorrow_says_so(
    portal: Client,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    column: str,
    state: str,
    hours: str,
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now.replace(month=12, day=10, hour=9))
    row = squeezed(portal.get(f"{column}/desks/talk/")).split('id="a-inochi_free"')[1]
    states, _, folded = row.split("</article>")[0].partition("<details>")
    assert state in states
    assert hours in folded
    monkeypatch.setattr(arrival, "now", lambda: now.replace(month=12, day=11, hour=7, minute=59))
    row = squeezed(portal.get(f"{column}/desks/talk/")).split('id="a-inochi_free"')[1]
    assert state not in row.split("</article>")[0]


def test_numbers_of_the_subsidy_come_from_the_programme(portal: Client) -> None:
    page = squeezed(portal.get("/subsidy/"))
    assert "着手金の2分の1（上限150,000円）" in page
    assert "今年度は変わっていることがあります。窓口にお確かめください。" in page


def test_skip_link_then_exit_come_first(portal: Client) -> None:
    links = re.findall(r"<a [^>]*>", squeezed(portal.get("/")))
    assert 'class="skip"' in links[0]
    assert "data-exit" in links[1]


def test_an_unknown_need_is_no_page(portal: Client) -> None:
    assert portal.get("/guide/else/").status_code == 404
    assert portal.get("/desks/else/").status_code == 404


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_the_directory_offers_every_trouble_of_the_first_page(portal: Client, column: str) -> None:
    troubles = [card.link.href for card in pages.cards()]
    first, directory = (portal.get(f"{column}{at}").content.decode() for at in ("/", "/desks/"))
    assert len(troubles) == len(pages.GUIDES)
    for name in pages.GUIDES:
        assert f'href="{column}/guide/{name}/"' in first
        assert f'href="{column}/desks/{name}/"' in directory


def test_a_situation_in_the_directory_shows_whom_its_page_names(portal: Client) -> None:
    for name, agency in (
        ("exposed", "safeline"),
        ("school", "kodomo_sos"),
        ("posted", "houterasu"),
    ):
        assert f'id="a-{agency}"' in portal.get(f"/desks/{name}/").content.decode()
    assert 'id="a-houterasu"' not in portal.get("/desks/school/").content.decode()


def test_english_pages_say_what_is_in_japanese(portal: Client) -> None:
    page = portal.get("/en/clinic/").content.decode()
    assert "fiscal 2024" in page
    assert not re.search("令和|年度", page)
    division = page.split('<dd><span lang="ja">')[1].split("</dd>")[0]
    assert "(in Japanese)" in division
    assert "（日本語）" not in portal.get("/clinic/").content.decode()


def test_easy_japanese_is_one_press_from_the_first_page(portal: Client) -> None:
    help_ = portal.get("/").content.decode().split('<p class="help">')[1].split("</p>")[0]
    assert 'href="/easy/" lang="ja"' in help_


@pytest.mark.parametrize(
    ("column", "menu"),
    [
        ("", "メニューと表示の設定"),
        ("/easy", "メニュー・見え方"),
        ("/en", "Menu and display settings"),
    ],
)
def test_the_page_on_this_site_says_where_the_search_is(
    portal: Client, column: str, menu: str
) -> None:
    page = portal.get(f"{column}/site/").content.decode()
    text = re.sub("<[^>]+>", "", page.split('id="main"')[1].split('class="related"')[0])
    assert text.count(menu) == 2
    assert menu in portal.get(f"{column}/").content.decode()
