"""While the database is away, the information pages stand."""

import pytest
from django.test import Client

from madoguchi.web.kit import finished, publications
from madoguchi.web.portal.pages import PAGES
from tests.web import outage

ADDRESSES = tuple("/" if page == "landing" else f"/{page}/" for page in PAGES)
TOLD_BY_THE_DESK = ("/news/", "/figures/")  # nothing stands there but what the database holds
UNASKED = tuple(address for address in ADDRESSES if address not in TOLD_BY_THE_DESK)


@pytest.fixture(autouse=True)
def as_served(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that knows nothing yet, and asks at every page whether something changed."""
    portal.raise_request_exception = False
    finished.forget()
    publications.forget()
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_was_read_before_is_given_out(portal: Client, address: str) -> None:
    seen = portal.get(address).content
    with outage.away():
        answer = portal.get(address)
        assert (answer.status_code, answer.content) == (200, seen)
        portal.cookies["disp"] = "black.large"
        assert portal.get(address).status_code == 200


@pytest.mark.parametrize("address", UNASKED)
def test_a_page_that_nobody_read_is_made_from_what_is_known(portal: Client, address: str) -> None:
    portal.get("/accessibility/")
    with outage.away():
        assert portal.get(address).status_code == 200


def test_an_old_page_is_better_than_none(portal: Client) -> None:
    portal.get("/news/")
    for key, page in finished._pages.items():
        finished._pages[key] = finished.Page(
            page.content, page.content_type, page.until.replace(year=2000), page.version
        )
    with outage.away():
        assert portal.get("/news/").status_code == 200


def test_control_a_process_that_knows_nothing_says_whom_to_ring(portal: Client) -> None:
    portal.get("/accessibility/")  # whose host it is, it knows
    finished.forget()
    publications.forget()
    with outage.away():
        answer = portal.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "0279-25-8526" in answer.content.decode()


def test_afterwards_the_pages_are_new(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = portal.get("/").content
    with outage.away():
        assert portal.get("/").content == first
    monkeypatch.setattr("madoguchi.work.notices.public.version", lambda _office: "changed")
    monkeypatch.setattr("madoguchi.web.portal.page.show", None)
    assert portal.get("/").status_code == 500  # it is made anew, and this time cannot be
