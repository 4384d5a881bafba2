"""The desk gives a lawyer an account and a seat; what the lawyer says reaches the desk, no more."""

import re

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.models import Booking, Lawyer
from tests.badinputs.test_at_once import at_once
from tests.offices import make_staff
from tests.web.desk.colleagues import inside
from tests.web.lawyer.saturday import MORNING, REF, SATURDAY, Clerk, at, clock, year
from tests.web.lawyer.test_day import press, slot
from tests.web.lawyer.test_outcome import NOTE, form, send, written

NOON = at(SATURDAY, 12, 10)
AT_ONCE = 8
REAL = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture(autouse=True)
def morning(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is public, and it is its morning."""
    year(office)
    clock(monkeypatch, MORNING)


def at_desk(staff: Staff) -> Client:
    browser = inside(staff)
    session = browser.session
    session["signed_in_at"] = MORNING.isoformat()
    session.save()
    return browser


@REAL
def test_the_desk_chooses_account_and_seat(
    booking: Booking, case: Case, office: OfficeCard
) -> None:
    account = make_staff(office, "lawyer", "弁護士 前橋", MORNING)
    desk = at_desk(make_staff(office, "supervisor", "木村", MORNING))
    roster = desk.get("/clinic/lawyers/").content.decode()
    assert str(account.pk) in roster
    named = {"lawyer_name": "前橋 一郎", "firm": "前橋法律事務所", "account": str(account.pk)}
    assert desk.post("/clinic/lawyers/", named).status_code == 303
    row = Lawyer.objects.get()
    clerk = Clerk(account, row)
    assert clerk.browser(MORNING).get("/day/").status_code == 404
    assert desk.post(f"/clinic/on/{REF}/lawyers/", {"seat-1": str(row.pk)}).status_code == 303
    browser = clerk.browser(MORNING)
    assert case.short_name in browser.get("/day/").content.decode()
    assert browser.get(slot(booking)).status_code == 200
    assert desk.post(f"/clinic/on/{REF}/lawyers/", {"seat-1": ""}).status_code == 303
    assert clerk.browser(MORNING).get("/day/").status_code == 404


@REAL
def test_the_desk_reads_that_it_cannot_be_and_never_why(
    browser: Client, booking: Booking, case: Case, office: OfficeCard
) -> None:
    reason = "相手方の顧問をしている"
    assert browser.post(f"{slot(booking)}decline/", {"note": reason}).status_code == 303
    desk = at_desk(make_staff(office, "supervisor", "木村", MORNING))
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    assert "担当の都合" in page
    assert reason not in page
    assert "利益相反" not in page
    assert case.short_name in desk.get("/?tab=today").content.decode()


@pytest.mark.race
def test_pressed_eight_times_at_once_it_is_declined_once(
    clerk: Clerk, booking: Booking, case: Case
) -> None:
    tabs = [clerk.browser(MORNING) for _ in range(AT_ONCE)]
    answers = at_once(lambda n: tabs[n].post(f"{slot(booking)}decline/").status_code, AT_ONCE)
    assert set(answers) <= {303, 404}
    assert answers.count(303) >= 1
    assert Due.objects.filter(case_id=case.pk, kind="clinic_declined").count() == 1
    assert Booking.objects.get(pk=booking.pk).state == "booked"


@pytest.mark.race
@pytest.mark.parametrize(("tokens", "done"), [(1, AT_ONCE), (AT_ONCE, 1)], ids=["one", "control"])
def test_sent_eight_times_at_once_the_outcome_is_written_once(
    clerk: Clerk,
    booking: Booking,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    tokens: int,
    done: int,
) -> None:
    """With a token for each of them all but one are told that the page is stale."""
    clock(monkeypatch, NOON)
    tabs = [clerk.browser(NOON) for _ in range(AT_ONCE)]
    assert press(tabs[0], booking, "clear").status_code == 303
    hidden = form(tabs[0], booking)
    told = {"came": "came", "result": "advised", "note": NOTE}

    def sent(n: int) -> tuple[int, str]:
        token = f"{hidden['token']}{n % tokens}"
        answer = send(tabs[n], booking, {**hidden, "token": token}, **told)
        return answer.status_code, answer.content.decode()

    answers = at_once(sent, AT_ONCE)
    codes = [code for code, _ in answers]
    assert (codes.count(303), codes.count(409)) == (done, AT_ONCE - done)
    assert all(NOTE in page for code, page in answers if code == 409)
    assert len(written(case)) == 1
    assert not re.search(r"database is locked", "".join(page for _, page in answers))
    assert Case.objects.get(pk=case.pk).next_on is not None
