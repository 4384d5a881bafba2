"""What the lawyer's pages are given and cost: frozen cards, so many queries."""

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.clinic.models import Booking
from tests.web.lawyer.saturday import (
    MORNING,
    PICTURE,
    REF,
    books,
    briefed,
    clock,
    lawyer,
    person,
    year,
)
from tests.web.lawyer.test_day import press, slot
from tests.web.test_cards import watching
from tests.web.test_query_counts import compare, cost

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def opened(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Booking]:
    """A lawyer's browser, and somebody with a brief and a picture among two who come."""
    year(office)
    clock(monkeypatch, MORNING)
    clerk, case = lawyer(office, REF), person(office, [("a.png", PICTURE)])
    booking = books(case, 1)
    books(person(office), 2)
    briefed(case, booking, clerk.account.pk)
    return clerk.browser(MORNING), booking


def test_every_page_gets_cards(opened: tuple[Client, Booking]) -> None:
    browser, booking = opened
    with watching() as watch:
        assert browser.get("/day/").status_code == 200
        assert browser.get(slot(booking)).status_code == 200
        assert press(browser, booking, "clear").status_code == 303
        assert browser.get(slot(booking)).status_code == 200
    pages = {f"lawyer/{name}.html" for name in ("day/page", "slot/names", "slot/page")}
    assert pages <= watch.templates
    assert not watch.found


def test_each_page_costs_so_many_queries(opened: tuple[Client, Booking]) -> None:
    browser, booking = opened
    browser.get("/day/")  # the office is known
    counts = {"day of two": cost(browser, "/day/"), "names": cost(browser, slot(booking))}
    assert press(browser, booking, "clear").status_code == 303
    counts["brief"] = cost(browser, slot(booking))
    compare("lawyer", counts)
