"""The waiting list at the desk: joined and left, a place offered, the answer written down."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayMoved
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.models import Booking, Waiting
from tests.answers import Response
from tests.digits import stand_in
from tests.web.desk import clinics
from tests.web.desk.clinics import at, book, press
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


def wait(browser: Client, case: Case, day: str = "") -> Response:
    """Put the person on the list."""
    return browser.post(f"/clinic/of/{case.pk}/wait/", {"token": "t", "wait_day": day})


def offer(browser: Client, case: Case, place: str, back: str = "") -> Response:
    """Offer a place to the one who waits."""
    row = Waiting.objects.get(case_id=case.pk)
    sent = {"token": "t", "at": place, "back": back}
    return browser.post(f"/clinic/of/{case.pk}/wait/{row.pk}/offer/", sent)


def test_who_waits_stands_on_the_day_in_turn_and_may_leave(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    other = clinics.taken_case(office, clerk)
    assert wait(clerk, other).status_code == 303
    Waiting.objects.update(at=moment() - timedelta(days=1))
    assert wait(clerk, case, ref).status_code == 303
    page = clerk.get(f"/clinic/on/{ref}/").content.decode()
    assert page.index(other.short_name) < page.index(case.short_name)
    assert "どの日でも" in page
    row = Waiting.objects.get(case_id=case.pk)
    stop = f"/clinic/of/{case.pk}/wait/{row.pk}/stop/"
    assert stop in clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    for _ in range(2):
        assert clerk.post(stop).status_code == 303
    assert not stand_in(clerk.get(f"/clinic/on/{ref}/").content.decode(), case.short_name)


def test_waiting_twice_is_waiting_once(clerk: Client, case: Case, ref: str) -> None:
    for _ in range(2):
        assert wait(clerk, case, ref).status_code == 303
    assert Waiting.objects.count() == 1


def test_a_day_that_is_none_and_one_who_has_a_place(clerk: Client, case: Case, ref: str) -> None:
    assert wait(clerk, case, "2020-01-01").status_code == 422
    book(clerk, case, at(ref))
    assert wait(clerk, case, ref).status_code == 422
    page = clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    assert 'name="wait_day"' not in page


@pytest.mark.parametrize(
    ("verb", "state", "after"), [("accept", "booked", "予約"), ("decline", "cancelled", "取り消し")]
)
def test_an_offer_leads_back_to_the_day_and_is_answered_once(
    clerk: Client, case: Case, ref: str, verb: str, state: str, after: str
) -> None:
    wait(clerk, case, ref)
    assert "この枠をすすめる" in clerk.get(f"/clinic/on/{ref}/").content.decode()
    answer = offer(clerk, case, at(ref, 2), ref)
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/on/{ref}/")
    assert Booking.objects.get().state == "offered"
    page = clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    assert "返事の期限" in page
    assert "本人が受けた" in page
    assert press(clerk, case, verb).status_code == 303
    assert Booking.objects.get().state == state
    again = press(clerk, case, "accept" if verb == "decline" else "decline")
    assert again.status_code in (409, 422)
    assert after in again.content.decode()
    assert Booking.objects.get().state == state


def test_a_place_is_offered_from_the_page_of_the_case_too(
    clerk: Client, case: Case, ref: str
) -> None:
    wait(clerk, case, ref)
    page = clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    form = page.partition("/offer/")[2].partition("</form>")[0]
    assert form.count("<option") == 4
    answer = offer(clerk, case, at(ref, 4))
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/of/{case.pk}/")
    assert "/offer/" not in clerk.get(f"/clinic/of/{case.pk}/").content.decode()


def test_a_day_that_moved_since_the_page_was_read_is_shown_before_it_is_booked(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    wait(clerk, case, ref)
    offer(clerk, case, at(ref, 2), ref)
    page = clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    to = re.findall(r'name="to" value="([^"]+)"', page)[0]
    on = date.fromisoformat(ref)
    clinics.decide(office, ClinicDayMoved(on, on + timedelta(days=1)))
    stale = press(clerk, case, "accept", to=to)
    assert stale.status_code == 422
    assert "日時が変わりました" in stale.content.decode()
    assert Booking.objects.get().state == "offered"
    to = re.findall(r'name="to" value="([^"]+)"', stale.content.decode())[0]
    assert press(clerk, case, "accept", to=to).status_code == 303


def test_what_began_because_its_day_was_brought_forward_is_not_accepted_any_more(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    wait(clerk, case, ref)
    offer(clerk, case, at(ref, 1), ref)
    clinics.bring_to_today(office, ref)
    assert press(clerk, case, "accept").status_code == 422
    assert Booking.objects.get().state == "offered"


def test_a_place_that_is_gone_is_not_offered(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    wait(clerk, case, ref)
    book(clerk, clinics.taken_case(office, clerk), at(ref, 2))
    assert offer(clerk, case, at(ref, 2)).status_code == 422
    assert offer(clerk, case, "").status_code == 422
    assert Waiting.objects.get().state == "waiting"


def test_a_relative_sees_nobody_wait(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    wait(clerk, case, ref)
    relative, browser = colleague(office, "counsellor", moment())
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    assert not stand_in(browser.get(f"/clinic/on/{ref}/").content.decode(), case.short_name)
    assert wait(browser, case, ref).status_code == 404
    assert offer(browser, case, at(ref)).status_code == 404
