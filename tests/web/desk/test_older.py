"""Two thousand bookings or interviews of a case are read 500 a page, and all can be reached."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from madoguchi.rules.sealed import ROWS_A_PAGE
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.models import Booking
from madoguchi.work.interviews.models import Interview
from tests.answers import squeezed
from tests.web.desk.colleagues import asked, colleague

COUNT = 2_000


def bookings(case: Case, now: datetime) -> None:
    own = {"office_id": case.office_id, "case_id": case.pk, "at": now, "agreed_at": now}
    kept = {"state": "cancelled", "channel": "web", "wanted": b"x", "day": "2026-12-19"}
    Booking.objects.bulk_create(Booking(number=1, seat=1, **own, **kept) for _ in range(COUNT))


def interviews(case: Case, now: datetime) -> None:
    own = {"office_id": case.office_id, "case_id": case.pk, "at": now, "wanted": b"x"}
    Interview.objects.bulk_create(
        Interview(
            on=date(2020, 1, 1) + timedelta(days=number),
            starts=time(10),
            ends=time(11),
            place=1,
            state="cancelled",
            **own,
        )
        for number in range(COUNT)
    )


@pytest.mark.parametrize(("made", "page"), [(bookings, "clinic"), (interviews, "interviews")])
def test_all_of_a_case_can_be_reached(
    office: OfficeCard, made: Callable[[Case, datetime], None], page: str
) -> None:
    now = moment()
    browser: Client = colleague(office, "counsellor", now)[1]
    case = asked(office, now)
    made(case, now)
    here = f"/{page}/of/{case.pk}/"
    link: str | None = here
    shown: list[int] = []
    while link:
        answer = browser.get(link)
        assert answer.status_code == 200
        text = squeezed(answer)
        shown.append(text.count('<li class="entry">'))
        further = re.search(r'href="(\?[a-z]+=\d+)" rel="next"', text)
        assert (f'<a class="button second" href="{here}">' in text) == (link != here)
        link = further and here + further[1]
    assert shown == [ROWS_A_PAGE] * (COUNT // ROWS_A_PAGE)


def test_all_of_the_calls_can_be_reached(office: OfficeCard) -> None:
    now = moment()
    browser: Client = colleague(office, "counsellor", now)[1]
    case = asked(office, now)
    own = {"office_id": case.office_id, "case_id": case.pk, "kind": "clinic_call"}
    Due.objects.bulk_create(Due(on=now.date(), how="today", **own) for _ in range(ROWS_A_PAGE + 1))
    pages = [squeezed(browser.get(f"/clinic/calls/{at}")) for at in ("", f"?calls={ROWS_A_PAGE}")]
    assert [page.count('<th scope="row">') for page in pages] == [ROWS_A_PAGE, 1]
    assert f'href="?calls={ROWS_A_PAGE}" rel="next"' in pages[0]
