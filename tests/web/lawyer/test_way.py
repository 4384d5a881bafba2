"""Two windows at one host: a lawyer finds nothing of the desk, the desk nothing of the lawyer's."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from madoguchi.config.urls.lawyer import OF_EVERYBODY
from madoguchi.rules import rights
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.colleagues import lawyer_accounts
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk import alarms
from madoguchi.web.desk.door import SIGNED_IN_AT
from tests.offices import OTHER_DESK_HOST, make_staff
from tests.web.desk.colleagues import asked, colleague, inside, sign_in
from tests.web.lawyer.addresses import addresses

DESK, LAWYER = "madoguchi.config.urls.desk", "madoguchi.config.urls.lawyer"
SHARED = {str(pattern.pattern) for one in OF_EVERYBODY for pattern in one}
REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
ROLES = ("counsellor", "supervisor", "subsidy_officer", "administrator", "auditor")


def of_everybody(path: str) -> bool:
    return resolve(path, LAWYER).route in SHARED


def of_the_lawyer() -> frozenset[str]:
    return frozenset(path for path in addresses(LAWYER) if not of_everybody(path))


def of_the_desk() -> frozenset[str]:
    return addresses(DESK) - addresses(LAWYER)


def test_there_are_addresses_of_either() -> None:
    assert {"/", "/day/"} <= of_the_lawyer()
    assert {"/search/", "/audit/", "/staff/", "/reports/", "/phone/"} <= of_the_desk()
    assert any(path.startswith("/cases/") for path in of_the_desk())


def test_no_address_of_the_desk_is_there_for_a_lawyer(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "lawyer", now)
    for path in sorted(of_the_desk() | {f"/cases/{case.pk}/", f"/shown/{case.pk}/"}):
        for method in ("GET", "POST"):
            assert browser.generic(method, path).status_code == 404, (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_no_address_of_a_lawyer_is_there_for_a_colleague(
    office: OfficeCard, now: datetime, role: str
) -> None:
    _, browser = colleague(office, role, now)
    for path in sorted(of_the_lawyer() - {"/"}):
        for method in ("GET", "POST"):
            assert browser.generic(method, path).status_code == 404, (method, path)


@REAL
def test_even_with_the_desk_s_addresses_nothing_opens(
    office: OfficeCard, now: datetime, settings: Settings
) -> None:
    settings.LAWYER_URLCONF = DESK
    case = asked(office, now)
    _, browser = colleague(office, "lawyer", now)
    for path in sorted(of_the_desk() | {f"/cases/{case.pk}/", f"/shown/{case.pk}/"}):
        assert browser.get(path).status_code in (302, 404, 405), path


@REAL
def test_control_the_crawl_would_see_an_open_page(
    office: OfficeCard, now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LAWYER_URLCONF = DESK
    as_staff = {
        verb: {**row, "lawyer": row.get("counsellor", frozenset())}
        for verb, row in rights.table().items()
    }
    monkeypatch.setattr(rights, "table", lambda: as_staff)
    _, browser = colleague(office, "lawyer", now)
    assert 200 in {browser.get(path).status_code for path in sorted(of_the_desk())}


def test_a_stranger_is_sent_to_sign_in_from_either(office: OfficeCard, now: datetime) -> None:
    lawyer, browser = colleague(office, "lawyer", now)
    Staff.objects.filter(pk=lawyer.pk).update(ends_at=now - timedelta(days=400))
    for path in ("/", "/day/"):
        assert browser.get(path)["Location"] == "/sign-in/"


def test_a_lawyer_signs_in_as_staff_do_and_lands_at_the_day(
    office: OfficeCard, now: datetime
) -> None:
    browser = sign_in(make_staff(office, "lawyer", "弁護士 前橋", now))
    assert browser.get("/")["Location"] == "/day/"
    page = browser.get("/day/")
    assert page.status_code == 404
    assert "いま、ご覧いただける資料はありません" in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_a_lawyer_has_the_pages_for_oneself(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "lawyer", now)
    for path in ("/me/", "/me/password/", "/hidden/", "/keys/", "/sign-out/"):
        assert browser.get(path).status_code == 200, path
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/day/")["Location"] == "/sign-in/"


def test_what_was_typed_waits_until_one_has_signed_in_again(desk: Client) -> None:
    answer = desk.post("/day/", {"note": "相談の要旨"})
    assert answer.status_code == 403
    assert "相談の要旨" in answer.content.decode()


def test_production_asks_a_lawyer_for_a_second_factor(
    office: OfficeCard, now: datetime, settings: Settings
) -> None:
    _, browser = colleague(office, "lawyer", now)
    settings.DEMO = False
    assert browser.get("/day/")["Location"] == "/me/"


def test_a_lawyer_s_session_lasts_four_hours_a_colleague_s_ten(
    office: OfficeCard, now: datetime
) -> None:
    for role, home in (("lawyer", "/sign-in/"), ("counsellor", None)):
        _, browser = colleague(office, role, now)
        session = browser.session
        moved = (datetime.fromisoformat(session[SIGNED_IN_AT]) - timedelta(hours=5)).isoformat()
        session[SIGNED_IN_AT] = moved
        session.save()
        assert browser.get("/").headers.get("Location") == home


def test_a_lawyer_of_another_office_does_not_get_in(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    stranger = make_staff(other_office, "lawyer", "県の弁護士", now)
    told = {"login": stranger.username, "password": f"{stranger.username}-password-long"}
    browser = inside(stranger)
    assert browser.post("/sign-in/", told).status_code in (200, 302)
    assert browser.get("/day/")["Location"] == "/sign-in/"
    assert inside(stranger, OTHER_DESK_HOST).get("/day/").status_code == 404
    assert office.id != other_office.id


def test_what_ails_the_machines_is_no_lawyer_s_matter(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "recent", lambda _now: (alarms.Alarm("worker"),))
    _, lawyer = colleague(office, "lawyer", now)
    _, counsellor = colleague(office, "counsellor", now)
    assert "自動処理" not in lawyer.get("/day/").content.decode()
    assert "自動処理" in counsellor.get("/").content.decode()


def test_the_desk_is_given_the_accounts_of_lawyers_that_hold(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    kept = make_staff(office, "lawyer", "前橋", now)
    gone = make_staff(office, "lawyer", "高崎", now)
    Staff.objects.filter(pk=gone.pk).update(ends_at=now)
    make_staff(office, "counsellor", "相談員", now)
    make_staff(other_office, "lawyer", "県の弁護士", now)
    assert [one.id for one in lawyer_accounts(office.id, now)] == [kept.pk]
