"""The person reads, with the receipt, what would be passed on, and says yes or no."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.referrals.models import Referral
from tests.answers import squeezed
from tests.web.portal import browsing
from tests.web.portal.proposing import propose


@pytest.fixture
def waiting(portal: Client, office: OfficeCard, now: datetime) -> Referral:
    """A summary that waits for the yes of the person whose receipt is open in this browser."""
    browsing.fill(portal)
    pair = browsing.send(portal)
    row = propose(office, now)
    browsing.open_receipt(portal, *pair)
    return row


def answer(portal: Client, row: Referral, said: str, **changed: str) -> str:
    sent = {"case": browsing.mark(portal), "proposal": str(row.pk), "answer": said, **changed}
    response = portal.post("/s/f/r/", sent)
    assert (response.status_code, response["Location"]) == (303, "/s/f/")
    return portal.get("/s/f/").content.decode()


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_the_page_shows_exactly_what_would_be_passed_on(
    portal: Client, waiting: Referral, column: str
) -> None:
    assert waiting.state == "prepared"
    assert 'name="to" value="agree"' in squeezed(portal.get(f"{column}/s/f/"))
    page = portal.get(f"{column}/s/f/r/")
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    for words in ("0279-00-0000", "書き込みが続いている", "消し方の助言", "2027"):
        assert words in text


def test_yes_is_kept_and_the_link_is_gone(portal: Client, waiting: Referral) -> None:
    said = answer(portal, waiting, "yes")
    assert "渡してよいと伝えました" in said
    assert "/s/f/r/" not in said
    waiting.refresh_from_db()
    assert waiting.state == "prepared"
    assert waiting.approval


def test_no_ends_it(portal: Client, waiting: Referral) -> None:
    assert "何も渡していません" in answer(portal, waiting, "no")
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


@pytest.mark.django_db(databases="__all__", transaction=True)  # the refusal rolls back
def test_a_second_answer_changes_nothing(portal: Client, waiting: Referral) -> None:
    answer(portal, waiting, "yes")
    assert "先に返事があったか" in answer(portal, waiting, "no")
    waiting.refresh_from_db()
    assert waiting.state == "prepared"


def test_nonsense_is_no_answer(portal: Client, waiting: Referral) -> None:
    answer(portal, waiting, "yes", proposal="0")
    waiting.refresh_from_db()
    assert not waiting.approval


def test_without_the_receipt_there_is_nothing(portal: Client, waiting: Referral) -> None:
    portal.cookies.clear()
    assert portal.get("/s/f/r/")["Location"] == "/s/f/"
    sent = {"case": "0", "proposal": str(waiting.pk), "answer": "yes"}
    assert portal.post("/s/f/r/", sent)["Location"] == "/s/f/"
    waiting.refresh_from_db()
    assert not waiting.approval
