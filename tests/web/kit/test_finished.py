"""Finished pages: made once; new at the next opening, after a notice, for another look."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Lock, Semaphore
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, finished, publications
from madoguchi.web.portal import page
from madoguchi.work.notices import public as notices

OPEN, SHUT = "いま受付中", "いまは受付時間外"


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """The moment at which requests arrive; put another in its place."""
    at = [now]
    monkeypatch.setattr(arrival, "now", lambda: at[0])
    finished.forget()
    return at


def text(portal: Client, path: str = "/") -> str:
    """A page's HTML."""
    return portal.get(path).content.decode()


def text_elsewhere(portal: Client) -> str:
    """The first page's HTML, asked for by another thread, which opens connections of its own."""
    try:
        return text(portal)
    finally:
        connections.close_all()


def test_a_page_turns_at_closing_time(portal: Client, moment: list[datetime]) -> None:
    moment[0] = moment[0].replace(hour=17, minute=14)
    assert OPEN in text(portal)
    moment[0] += timedelta(seconds=59)
    assert OPEN in text(portal)
    moment[0] += timedelta(seconds=1)
    assert SHUT in text(portal)


def test_a_page_is_made_once(
    portal: Client, moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = text(portal)
    monkeypatch.setattr("madoguchi.web.portal.page.show", None)
    assert text(portal) == first


def test_what_is_open_now_makes_a_page_anew_once_a_minute_at_most(
    portal: Client, moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[datetime]()

    def show(*args: Any) -> HttpResponse:
        made.append(moment[0])
        return shown(*args)

    shown = page.show
    monkeypatch.setattr(page, "show", show)
    moment[0] = moment[0].replace(hour=15, minute=55)  # at four, lines open that listen to children
    for _ in range(20 * 12):
        text(portal, "/guide/school/")
        moment[0] += timedelta(seconds=5)
    assert [(at.hour, at.minute) for at in made] == [(15, 55), (16, 0), (16, 10)]


def test_columns_and_colours_have_pages_of_their_own(
    portal: Client, moment: list[datetime]
) -> None:
    pages = {text(portal), text(portal, "/easy/"), text(portal, "/en/")}
    portal.cookies["disp"] = "blue.standard"
    assert len(pages | {text(portal)}) == 4


def test_offices_have_pages_of_their_own(
    portal: Client, other_office: OfficeCard, moment: list[datetime]
) -> None:
    other = portal.get("/", headers={"host": "portal.pref.test"}).content.decode()
    assert other_office.name in other
    assert "渋川市" not in other.split("</header>")[0]
    assert "渋川市" in text(portal)


def test_the_memory_is_bounded(
    portal: Client, moment: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished, "MOST_PAGES", 3)
    for path in ("/", "/desks/", "/clinic/", "/news/", "/privacy/"):
        portal.get(path)
    assert len(finished._pages) == 3


def test_a_query_string_makes_no_new_page(portal: Client, moment: list[datetime]) -> None:
    for number in range(5):
        portal.get(f"/?x={number}")
    assert len(finished._pages) == 1


@pytest.mark.parametrize(
    ("turn", "asked"), [(publications._checking, 1), (Semaphore(2), 2)], ids=["in turn", "control"]
)
def test_a_database_that_says_nothing_holds_up_one_reader(
    portal: Client,
    office: OfficeCard,
    moment: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
    turn: Lock | Semaphore,
    asked: int,
) -> None:
    first, version = text(portal), notices.version(office.id)
    began, answers, asking = Event(), Event(), Semaphore(0)

    def silent(_office_id: UUID) -> str:
        asking.release()
        if not began.is_set():
            began.set()
            assert answers.wait(10)
        return version

    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    monkeypatch.setattr(publications, "_checking", turn)
    monkeypatch.setattr(notices, "version", silent)
    with ThreadPoolExecutor(1) as neighbour:
        waits = neighbour.submit(text_elsewhere, portal)
        assert began.wait(10)
        assert text(portal) == first
        assert not waits.done()
        answers.set()
        assert waits.result() == first
    assert sum(asking.acquire(blocking=False) for _ in range(9)) == asked
