"""A lawyer types the outcome themselves: the desk's codes, once, and nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record.models import Entry
from tests import looking
from tests.answers import Response
from tests.web.lawyer.saturday import (
    SATURDAY,
    Clerk,
    at,
    books,
    briefed,
    clock,
    person,
    year,
)
from tests.web.lawyer.test_day import press, slot

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
NOON = at(SATURDAY, 12, 10)
NOTE = "投稿者の特定は、3か月以内に始めるとよい。"


@pytest.fixture(autouse=True)
def noon(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is public, and its last slot is just over."""
    year(office)
    clock(monkeypatch, NOON)


@pytest.fixture
def browser(clerk: Clerk, booking: Booking) -> Client:
    browser = clerk.browser(NOON)
    assert press(browser, booking, "clear").status_code == 303
    return browser


def form(browser: Client, booking: Booking) -> dict[str, str]:
    """What the page hides in the form of the outcome."""
    page = browser.get(slot(booking)).content.decode()
    found = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', page))
    assert set(found) == {"token", "revision"}
    return found


def send(browser: Client, booking: Booking, hidden: dict[str, str], **typed: Any) -> Response:
    return browser.post(f"{slot(booking)}outcome/", {**hidden, **typed})


def written(case: Case) -> list[dict[str, Any]]:
    """The entries of outcomes, as the desk reads them."""
    _, staff = looking.drawers(case.office_id, case.pk)
    rows = Entry.objects.filter(case_id=case.pk, kind="consulted").order_by("number")
    return [staff.open("entry", row.id, row.words) for row in rows]


def test_the_outcome_drives_the_case_as_the_desk_s_does(
    browser: Client, case: Case, booking: Booking, clerk: Clerk
) -> None:
    told = {"came": "late", "result": ["disclosure", "subsidy"], "note": NOTE}
    assert send(browser, booking, form(browser, booking), **told)["Location"] == slot(booking)
    (entry,) = written(case)
    assert (entry["results"], entry["text"]) == (["disclosure", "subsidy"], NOTE)
    assert Entry.objects.get(kind="consulted").staff_id == clerk.account.pk
    assert Booking.objects.get(pk=booking.pk).state == "late"
    kinds = Due.objects.filter(case_id=case.pk, done_at=None).values_list("kind", flat=True)
    assert {"subsidy_guide", "follow_up"} <= set(kinds)
    assert Line.objects.get(verb="clinic.outcome").staff_id == clerk.account.pk
    page = browser.get(slot(booking)).content.decode()
    assert "結果は書いてあります" in page
    assert NOTE not in page, "what the desk holds is not read back"
    assert "結果あり" in browser.get("/day/").content.decode()


def test_a_double_click_writes_once_and_a_stale_page_keeps_the_words(
    browser: Client, case: Case, booking: Booking
) -> None:
    hidden, told = form(browser, booking), {"came": "came", "result": "advised", "note": NOTE}
    for _ in range(2):
        assert send(browser, booking, hidden, **told).status_code == 303
    assert len(written(case)) == 1
    again = send(browser, booking, hidden, **{**told, "note": "別の要旨"})
    assert again.status_code == 409
    assert "別の要旨" in again.content.decode()
    assert len(written(case)) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"result": "advised"},
        {"came": "came"},
        {"came": "came", "result": ["advised", "police"]},
        {"came": "absent", "result": "police"},
    ],
)
def test_what_cannot_stand_is_said_and_kept(
    browser: Client, case: Case, booking: Booking, told: dict[str, Any]
) -> None:
    answer = send(browser, booking, form(browser, booking), **told, note=NOTE)
    assert answer.status_code == 422
    assert NOTE in answer.content.decode()
    assert not written(case)


def test_nothing_is_written_before_it_begins(
    browser: Client, case: Case, booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = form(browser, booking)
    clock(monkeypatch, at(SATURDAY, 8, 59))
    page = browser.get(slot(booking)).content.decode()
    assert "相談が始まる時刻から" in page
    answer = send(browser, booking, hidden, came="came", result="advised", note=NOTE)
    assert answer.status_code == 422
    assert not written(case)


def test_who_did_not_check_the_names_or_is_denied_writes_nothing(
    browser: Client, office: OfficeCard, case: Case, booking: Booking, clerk: Clerk
) -> None:
    hidden = form(browser, booking)
    other = books(person(office), 2)
    told = {"came": "came", "result": "advised", "note": NOTE}
    unchecked = send(browser, other, hidden, **told)
    assert unchecked.status_code == 409
    assert NOTE in unchecked.content.decode()
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=clerk.account.pk, kind="deny", at=NOON
    )
    denied = send(browser, booking, hidden, **told)
    assert denied.status_code == 404
    assert NOTE in denied.content.decode()
    assert not Entry.objects.filter(kind="consulted").exists()


def test_after_the_last_day_the_words_come_back_unsaved(
    browser: Client, case: Case, booking: Booking, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = form(browser, booking)
    after = at(SATURDAY + timedelta(days=15), 0)
    clock(monkeypatch, after)
    late = clerk.browser(after)
    answer = send(late, booking, hidden, came="came", result="advised", note=NOTE)
    assert answer.status_code == 404
    assert NOTE in answer.content.decode()
    assert "0279-25-8526" in answer.content.decode()
    assert not written(case)


def test_a_brief_that_was_rewritten_meanwhile_does_not_hinder(
    browser: Client, case: Case, booking: Booking, clerk: Clerk
) -> None:
    hidden = form(browser, booking)
    briefed(case, booking, clerk.account.pk)
    assert (
        send(browser, booking, hidden, came="came", result="advised", note=NOTE).status_code == 303
    )
