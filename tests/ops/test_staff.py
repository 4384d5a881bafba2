"""Accounts are made by two people; alone, nobody makes one."""

import io
from datetime import date, datetime, timedelta

import pytest

from madoguchi.ops.duties import staff
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from tests.offices import make_staff


def typed(monkeypatch: pytest.MonkeyPatch, *people: Staff) -> None:
    words = "".join(f"{row.username}\n{row.username}-password-long\n" for row in people)
    monkeypatch.setattr("sys.stdin", io.StringIO(words))


@pytest.fixture
def row(office: OfficeCard) -> Office:
    return Office.objects.get(pk=office.id)


def test_the_first_accounts_need_no_witness(row: Office) -> None:
    staff.add(row, "first", "一人目", "administrator")
    made = Staff.objects.get(username="first")
    assert made.temporary_password
    assert made.password.startswith("scrypt")


def test_two_colleagues_agree(
    row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    admin = make_staff(office, "administrator", "管理者", now)
    typed(monkeypatch, boss, admin)
    staff.add(row, "third", "三人目", "counsellor")
    assert Staff.objects.filter(username="third").exists()
    lines = Line.objects.filter(verb="staff.add").values_list("staff_id", flat=True)
    assert set(lines) == {boss.id, admin.id}


def test_two_colleagues_agree_to_a_lawyer_and_no_lawyer_agrees_to_anybody(
    row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    admin = make_staff(office, "administrator", "管理者", now)
    typed(monkeypatch, boss, admin)
    staff.add(row, "maebashi", "弁護士 前橋", "lawyer")
    made = Staff.objects.get(username="maebashi")
    assert (made.role, made.temporary_password) == ("lawyer", True)
    typed(monkeypatch, boss, make_staff(office, "lawyer", "弁護士 高崎", now))
    with pytest.raises(staff.Declined):
        staff.add(row, "third", "三人目", "counsellor")


def test_one_person_alone_makes_none(
    row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    make_staff(office, "administrator", "管理者", now)
    typed(monkeypatch, boss, boss)
    with pytest.raises(staff.Declined):
        staff.add(row, "third", "三人目", "counsellor")
    assert not Staff.objects.filter(username="third").exists()


def test_a_counsellor_may_not_agree(
    row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    make_staff(office, "administrator", "管理者", now)
    typed(monkeypatch, boss, make_staff(office, "counsellor", "相談員", now))
    with pytest.raises(staff.Declined):
        staff.add(row, "third", "三人目", "counsellor")


def test_an_account_of_another_office_may_not_agree(
    row: Office,
    office: OfficeCard,
    other_office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    make_staff(office, "administrator", "管理者", now)
    typed(monkeypatch, boss, make_staff(other_office, "supervisor", "よその係長", now))
    with pytest.raises(staff.Declined):
        staff.add(row, "third", "三人目", "counsellor")


def test_an_account_ends_at_midnight(row: Office, office: OfficeCard, now: datetime) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    staff.end(row, leaver.username, now.date())
    leaver.refresh_from_db()
    assert not leaver.works_at(now)
    midnight = now.replace(hour=0, minute=0)
    assert leaver.works_at(midnight - timedelta(seconds=1))
    assert not leaver.works_at(midnight)


def test_ending_the_others_does_not_leave_one_person_to_add_accounts(
    row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(office, "supervisor", "係長", now)
    other = make_staff(office, "administrator", "管理者", now)
    staff.end(row, other.username, date(2020, 1, 1))
    typed(monkeypatch, boss, other)
    with pytest.raises(staff.Declined):
        staff.add(row, "third", "三人目", "counsellor")


def test_an_ended_account_stays_ended(row: Office, office: OfficeCard, now: datetime) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    staff.end(row, leaver.username, date(2020, 1, 1))
    with pytest.raises(staff.Declined):
        staff.end(row, leaver.username, date(2099, 1, 1))
