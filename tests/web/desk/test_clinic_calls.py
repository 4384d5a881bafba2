"""The clinic's calls: whom to ring, how safely, what to say; the call is written down once."""

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.models import Booking
from tests.answers import Response
from tests.digits import stand_in
from tests.web.desk import clinics
from tests.web.desk.clinics import at, book, coming, press
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
NUMBER = "0279-00-0101"


@pytest.fixture
def case(clerk: Client, office: OfficeCard) -> Case:
    """A booked case whose person is told by telephone."""
    case = clinics.taken_case(
        office, clerk, about={"name": "花子", "phone": NUMBER}, wishes=Wishes("no_voicemail")
    )
    assert book(clerk, case, at(coming(office)[0].ref)).status_code == 303
    return case


def due(case: Case, kind: str = "clinic_call") -> Due:
    """Somebody is to be rung today."""
    return Due.objects.create(
        office_id=case.office_id, case_id=case.pk, kind=kind, on=moment().date(), how="today"
    )


def ring(browser: Client, case: Case, **typed: object) -> Response:
    """Write down how the call ended, as the page's form sends it."""
    page = browser.get(f"/clinic/calls/{case.pk}/").content.decode()
    revision = Case.objects.get(pk=case.pk).revision
    sent = {"token": clinics.token(page), "revision": revision, **typed}
    return browser.post(f"/clinic/calls/{case.pk}/", sent)


def test_the_list_says_who_and_why_and_nothing_that_needs_opening(
    clerk: Client, case: Case
) -> None:
    assert "電話をかける相談はありません" in clerk.get("/clinic/calls/").content.decode()
    due(case)
    page = clerk.get("/clinic/calls/").content.decode()
    assert case.short_name in page
    assert "日時の確認" in page
    assert "留守電に残さない" in page
    assert NUMBER not in page


def test_a_call_shows_number_rule_and_words(clerk: Client, case: Case) -> None:
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert NUMBER in page
    assert "何も残さずに切ります" in page
    assert "counsellorの人と申します" in page
    assert "渋川市の" not in page.partition("<main")[2], "the person does not want the desk named"
    assert "お約束の確認です" in page
    assert "9時からの" in page


def test_a_call_that_reached_is_written_down_and_leads_back(clerk: Client, case: Case) -> None:
    one = due(case)
    answer = ring(clerk, case, outcome="answered", text="来られると言った", minutes="5")
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/calls/")
    one.refresh_from_db()
    assert one.done_at
    assert not stand_in(clerk.get("/clinic/calls/").content.decode(), case.short_name)
    assert "来られると言った" in clerk.get(f"/cases/{case.pk}/").content.decode()
    assert Due.objects.filter(case_id=case.pk, kind="clinic_day", done_at=None).exists()
    after = Due.objects.get(case_id=case.pk, kind="follow_up", done_at=None)
    assert after.on > Due.objects.get(kind="clinic_day", done_at=None).on


def test_nobody_answered_three_times(clerk: Client, case: Case) -> None:
    due(case)
    for count in ("1", "2", "3"):
        page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
        assert f'value="no_answer_{count}"' in page
        assert page.count('value="no_answer_') == 1
        assert ring(clerk, case, outcome=f"no_answer_{count}").status_code == 303


def test_pressed_twice_it_is_written_down_once(clerk: Client, case: Case) -> None:
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    sent = {"token": clinics.token(page), "outcome": "call_back", "text": "夜にかけ直す"}
    sent["revision"] = str(Case.objects.get().revision)
    for _ in range(2):
        assert clerk.post(f"/clinic/calls/{case.pk}/", sent).status_code == 303
    assert clerk.get(f"/cases/{case.pk}/").content.decode().count("夜にかけ直す") == 1


def test_without_an_ending_or_stale_nothing_typed_is_lost(clerk: Client, case: Case) -> None:
    due(case)
    answer = ring(clerk, case, text="来られると言った")
    assert answer.status_code == 422
    assert "来られると言った" in answer.content.decode()
    answer = ring(clerk, case, text="来られると言った", outcome="answered", revision="0")
    assert answer.status_code == 409
    assert "来られると言った" in answer.content.decode()


def test_whoever_is_never_rung_is_not_rung(clerk: Client, office: OfficeCard) -> None:
    case = clinics.taken_case(
        office, clerk, about={"name": "夏子", "phone": NUMBER}, wishes=Wishes("wait")
    )
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert "こちらから電話をかけない" in page
    assert NUMBER not in page
    assert 'name="outcome"' not in page


def test_the_answer_to_a_moved_day_is_pressed_there(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    clinics.bring_to_today(office, Booking.objects.get().day)
    due(case, "clinic_moved")
    assert "変わった日時の返事" in clerk.get("/clinic/calls/").content.decode()
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert "このままお取りしておいて" in page
    answer = press(clerk, case, "agree", back="calls")
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/calls/")
    assert not stand_in(clerk.get("/clinic/calls/").content.decode(), case.short_name)


def test_what_is_confirmed_on_the_telephone_needs_no_second_call(clerk: Client, case: Case) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert "お取りできます" in page
    assert "確定する" in page
    assert press(clerk, case, "confirm", back="calls").status_code == 303
    assert Booking.objects.get().state == "booked"
    assert "電話をかける相談はありません" in clerk.get("/clinic/calls/").content.decode()
    assert "話ができた" in clerk.get(f"/cases/{case.pk}/").content.decode()


def test_what_is_confirmed_elsewhere_is_answered_by_telephone(clerk: Client, case: Case) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    assert press(clerk, case, "confirm").status_code == 303
    page = clerk.get("/clinic/calls/").content.decode()
    assert case.short_name in page
    assert "日時の確認" in page


def test_a_relative_hears_of_no_call(case: Case, office: OfficeCard) -> None:
    due(case)
    relative, browser = colleague(office, "counsellor", moment())
    assert case.short_name in browser.get("/clinic/calls/").content.decode()
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    assert not stand_in(browser.get("/clinic/calls/").content.decode(), case.short_name)
    assert browser.get(f"/clinic/calls/{case.pk}/").status_code == 404
