"""The sheet of a day's interviews: across, what is wanted on it, one line a case, no secret."""

from datetime import date, time

import pytest
from django.test import Client

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews.models import Interview
from madoguchi.work.notices import actions as notices
from tests import pdf
from tests.digits import stand_in
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.desk.test_interviews import ASKED, a_day_ahead, at, book, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


@pytest.fixture
def staff(office: OfficeCard) -> tuple[Staff, Client]:
    return colleague(office, "counsellor", moment())


@pytest.fixture
def case(clerk: Client, office: OfficeCard) -> Case:
    """A case that the colleague took, with an interview on the day ahead."""
    row = asked(office, moment())
    assert do(clerk, row, "take").status_code == 303
    said = {"support": ["sign"], "language": "中国語", "note": "車いすです\u202e #facts $x$"}
    assert book(clerk, row, at(a_day_ahead()), **said).status_code == 303
    return row


def lines() -> list[Line]:
    return list(Line.objects.filter(verb="interview.sheet"))


def made(browser: Client, on: date) -> bytes:
    answer = browser.post(f"/interviews/on/{on}/sheet/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'inline; filename="day.pdf"'
    assert answer["Cache-Control"] == "no-store"
    return answer.content


def test_it_holds_who_comes_and_what_is_wanted(clerk: Client, case: Case) -> None:
    on = a_day_ahead()
    content = made(clerk, on)
    sheet = pdf.text(content)
    for words in (wareki_day(on), "10:30–11:30", case.short_name, "counsellorの人", "手話", "空き"):
        assert words in sheet
    assert "中国語" in sheet
    assert "車いすです〘U+202E〙#facts$x$" in sheet
    assert pdf.sizes(content) == [(297, 210)]
    assert "花子" not in sheet


@pytest.mark.opens("interview.sheet")
def test_one_line_a_case_says_who_prints(
    clerk: Client, staff: tuple[Staff, Client], case: Case
) -> None:
    sheet = pdf.pages(made(clerk, a_day_ahead()))
    assert [(line.case_id, line.staff_id) for line in lines()] == [(case.pk, staff[0].pk)]
    assert all("印刷 counsellorの人" in page for page in sheet)
    assert clerk.get(f"/interviews/on/{a_day_ahead()}/sheet/").status_code == 405


def test_to_a_relative_the_place_is_one_that_is_not_used(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    relative, browser = colleague(office, "counsellor", moment())
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    hidden = made(browser, a_day_ahead())
    assert not stand_in(pdf.text(hidden), case.short_name)
    assert not lines()
    press(clerk, case, "cancel", **ASKED)
    clerk.post(f"/interviews/on/{a_day_ahead()}/keep/", {"token": "t", "at": at(a_day_ahead())})
    kept = made(browser, a_day_ahead())
    assert pdf.text(kept).partition("印刷")[0] == pdf.text(hidden).partition("印刷")[0]


def test_a_day_that_was_closed_lists_who_is_left(
    clerk: Client, staff: tuple[Staff, Client], case: Case, office: OfficeCard
) -> None:
    on = a_day_ahead()
    told = {"on": on.isoformat()}
    at_office = AtOffice(office.id)
    notices.publish(
        actor_of(staff[0]), at_office, "desk_closed", "臨時休み", "", on, told, now=moment()
    )
    assert f"/interviews/on/{on}/sheet/" in clerk.get(f"/interviews/on/{on}/").content.decode()
    sheet = pdf.text(made(clerk, on))
    for words in ("面談はありません", "面談のない時刻に残っている予約", case.short_name):
        assert words in sheet
    assert [line.case_id for line in lines()] == [case.pk]


def test_who_came_is_said_and_a_day_without_times_has_no_button(clerk: Client, case: Case) -> None:
    today = moment().date()
    Interview.objects.update(on=today, starts=time(0), ends=time(1))
    assert press(clerk, case, "come").status_code == 303
    on = a_day_ahead()
    assert "/sheet/" in clerk.get(f"/interviews/on/{on}/").content.decode()
    while on.weekday() != 6:
        on = on.fromordinal(on.toordinal() + 1)
    assert "/sheet/" not in clerk.get(f"/interviews/on/{on}/").content.decode()


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_roles_beside_the_cases_have_no_sheet(office: OfficeCard, role: str) -> None:
    _, browser = colleague(office, role, moment())
    assert browser.post(f"/interviews/on/{a_day_ahead()}/sheet/").status_code == 404
