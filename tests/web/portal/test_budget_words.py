"""What the public reads of a year's budget: the desk's own word at once, never a sum."""

import html
from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.texts import texts
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, finished, handouts, publications
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import moving, queries
from tests.tools.papers.looking import joined
from tests.web import outage
from tests.web.portal.checking import body, walk
from tests.work.subsidy import budgets
from tests.work.subsidy.budgets import CAP, YEAR, officer

SAID = ("nearly_spent", "spent", "not_open")
PAGES = ("/subsidy/", "/documents/", "the check")
WORDS = texts("shibukawa")


@pytest.fixture(autouse=True)
def _as_served(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """A process that asks at every page whether a word has changed."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    finished.forget()
    handouts.forget()


def read(portal: Client, page: str, column: str = "") -> str:
    if page == "the check":
        return body(walk(portal, column))
    return portal.get(column + page).content.decode()


def heard(portal: Client, page: str, column: str = "") -> list[str]:
    """Which of the words about the budget a page says."""
    shown, of = read(portal, page, column), column.removeprefix("/") or "ja"
    plain = html.unescape(shown)
    told = {name: WORDS.get(f"budget.{name}", of).words for name in SAID}  # type: ignore[arg-type]
    return [name for name, words in told.items() if words in plain]


@pytest.mark.parametrize("page", PAGES)
def test_who_keeps_no_budget_says_nothing_of_it(portal: Client, page: str) -> None:
    assert heard(portal, page) == []


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_follows_the_desk_at_once(
    portal: Client, office: OfficeCard, now: datetime, page: str, column: str
) -> None:
    actor, at = officer(office, now), AtOffice(office.id)
    budgets.opened(office, actor, now, budget_yen=300_000)
    said: list[list[str]] = []
    desk: list[str] = []
    for yen in (0, 150_000, 1, 149_999):
        moving.reserve(office.id, YEAR, yen)
        said.append(heard(portal, page, column))
        year = queries.books(actor, at, YEAR, now=now).year
        assert year
        desk.append(year.standing)
    moving.release(office.id, YEAR, 150_000)
    assert desk == ["open", "open", "nearly_spent", "spent"]
    assert said == [[], [], ["nearly_spent"], ["spent"]]
    assert heard(portal, page, column) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_year_that_is_not_open_yet(
    portal: Client, office: OfficeCard, now: datetime, page: str
) -> None:
    budgets.opened(office, officer(office, now), now, fiscal_year=YEAR - 1)
    assert heard(portal, page) == ["not_open"]


@pytest.mark.parametrize("page", PAGES)
def test_no_figure_of_the_budget_stands_there(
    portal: Client, office: OfficeCard, now: datetime, page: str
) -> None:
    budgets.opened(office, officer(office, now), now, budget_yen=1_234_567, warn_below_yen=765_432)
    moving.reserve(office.id, YEAR, 987_654)
    shown = read(portal, page)
    assert heard(portal, page) == ["nearly_spent"]
    for yen in (1_234_567, 765_432, 987_654, 1_234_567 - 987_654):
        assert f"{yen:,}" not in shown
        assert str(yen) not in shown


def test_another_offices_pages_say_nothing_of_it(
    portal: Client, other_office: OfficeCard, now: datetime
) -> None:
    row = budgets.opened(other_office, officer(other_office, now), now)
    moving.reserve(other_office.id, YEAR, row.budget_yen)
    assert heard(portal, "/subsidy/") == []


def test_the_rules_are_this_years_where_the_desk_says_so(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    doubt = WORDS.get("portal.unconfirmed_year", year="令和6年度（2024年度）").words
    guide = "/documents/subsidy_guide.pdf"
    assert [doubt in read(portal, page) for page in ("/subsidy/", "the check")] == [True, True]
    before = joined(portal.get(guide).content)
    budgets.opened(office, officer(office, now), now)
    assert [doubt in read(portal, page) for page in ("/subsidy/", "the check")] == [False, False]
    assert len(joined(portal.get(guide).content)) < len(before)


@pytest.mark.parametrize(
    ("column", "ask", "same"),
    [
        ("", "のものは、窓口にお確かめください", "決まりの内容は同じです"),
        ("/easy", "の ことは 窓口に 聞いて", "きまりは 同じです"),
        ("/en", "Please ask the desk about", "The rules are the same in"),
    ],
)
def test_the_documents_say_of_the_rules_what_the_subsidy_page_says(
    portal: Client, office: OfficeCard, now: datetime, column: str, ask: str, same: str
) -> None:
    page = read(portal, "/documents/", column)
    assert (ask in page, same in page) == (True, False)
    budgets.opened(office, officer(office, now), now)
    page = read(portal, "/documents/", column)
    assert (ask in page, same in page) == (False, True)


def test_while_the_database_is_away_the_pages_stand(
    portal: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest word is kept, as what the desk published is; a finished page ends as before."""
    row = budgets.opened(office, officer(office, now), now)
    moving.reserve(office.id, YEAR, row.budget_yen - CAP + 1)
    assert heard(portal, "/subsidy/") == ["nearly_spent"]
    monkeypatch.setattr(arrival, "now", lambda: now + timedelta(minutes=5))
    with outage.away():
        assert heard(portal, "/subsidy/") == ["nearly_spent"]
        assert portal.get("/documents/").status_code == 200
