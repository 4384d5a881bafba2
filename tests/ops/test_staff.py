"""Accounts are made by two people; alone, nobody makes one."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from madoguchi.ops import accounts
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit import arrival
from tests.offices import make_staff

type Typed = Callable[..., None]


@pytest.fixture(autouse=True)
def at_that_hour(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)


@pytest.fixture
def row(office: OfficeCard) -> Office:
    return Office.objects.get(pk=office.id)


@pytest.fixture
def boss(office: OfficeCard, now: datetime) -> Staff:
    return make_staff(office, "supervisor", "係長", now)


@pytest.fixture
def admin(office: OfficeCard, now: datetime) -> Staff:
    return make_staff(office, "administrator", "管理者", now)


@pytest.fixture
def typed(boss: Staff, admin: Staff, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """At a house with two who may agree, these type their names and passwords."""

    def typed(*people: Staff) -> None:
        words = "".join(f"{row.username}\n{row.username}-password-long\n" for row in people)
        monkeypatch.setattr("sys.stdin", io.StringIO(words))

    return typed


def test_each_act_on_accounts_has_words_in_the_audit() -> None:
    for verb in ("add", "end", "propose", "confirm"):
        assert texts("shibukawa").get(f"desk.verb.staff.{verb}", "ja").words


def test_the_first_accounts_need_no_witness(row: Office) -> None:
    accounts.add(row, "first", "一人目", "administrator")
    made = Staff.objects.get(username="first")
    assert made.temporary_password
    assert made.password.startswith("scrypt")


@pytest.mark.parametrize(
    ("username", "write"),
    [
        ("", "hayashi"),
        ("a", "hayashi"),
        ("a b", "hayashi"),
        ("a\nb", "hayashi"),
        ("hayashi\n", "hayashi"),
        ("<b>", "hayashi"),
        ("-hayashi", "hayashi"),
        ("はやし", "hayashi"),
        ("a" * 61, "hayashi"),
        ("Kimura", "kimura"),
        ("ｓａｔｏ", "sato"),
    ],
)
def test_a_user_name_that_cannot_be_typed_alike_everywhere_is_refused(
    row: Office, username: str, write: str
) -> None:
    with pytest.raises(accounts.Declined, match=f"2〜60文字.*たとえば {write}$"):
        accounts.add(row, username, "林", "counsellor")
    assert not Staff.objects.exists()


@pytest.mark.parametrize("username", ["a" * 60, "k.kimura_2-b", "2a"])
def test_a_user_name_of_plain_letters_is_taken(row: Office, username: str) -> None:
    accounts.add(row, username, "林", "counsellor")
    assert Staff.objects.filter(username=username).exists()


def test_a_user_name_is_unique_whatever_the_case(
    row: Office, office: OfficeCard, now: datetime
) -> None:
    old = make_staff(office, "counsellor", "木村", now)
    Staff.objects.filter(pk=old.pk).update(username="Kimura")
    with pytest.raises(accounts.Declined, match="もう使われています"):
        accounts.add(row, "kimura", "木村", "counsellor")


@pytest.mark.parametrize("name", ["", " ", "\u3000", "林\n", "林\x1b[2J", "林\u202e", "林" * 101])
def test_a_display_name_that_shows_nothing_or_breaks_a_line_is_refused(
    row: Office, name: str
) -> None:
    with pytest.raises(accounts.Declined, match="1〜100文字"):
        accounts.add(row, "hayashi", name, "counsellor")
    assert not Staff.objects.exists()


@pytest.mark.parametrize("name", ["林", "佐藤\u3000次郎", "弁護士 前橋", "林" * 100])
def test_a_display_name_is_taken(row: Office, name: str) -> None:
    accounts.add(row, "hayashi", name, "counsellor")
    assert Staff.objects.get(username="hayashi").name == name


def test_a_temporary_password_is_nobodys_word(
    admin: Staff, typed: Typed, boss: Staff, row: Office
) -> None:
    Staff.objects.filter(pk=admin.pk).update(temporary_password=True)
    typed(boss, admin)
    with pytest.raises(accounts.Declined, match="一度サインイン"):
        accounts.add(row, "third", "三人目", "counsellor")
    assert not Staff.objects.filter(username="third").exists()
    Staff.objects.filter(pk=admin.pk).update(temporary_password=False)
    typed(boss, admin)
    accounts.add(row, "third", "三人目", "counsellor")


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    boss: Staff, row: Office, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff(office, "administrator", "管理者", now)
    for words in (f"{boss.username}\nwrong\n", "nobody\nwrong\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(words))
        with pytest.raises(accounts.Declined, match=r"^利用者名とパスワードが合いません$"):
            accounts.add(row, "third", "三人目", "counsellor")


def test_two_colleagues_agree(admin: Staff, typed: Typed, boss: Staff, row: Office) -> None:
    typed(boss, admin)
    accounts.add(row, "third", "三人目", "counsellor")
    assert Staff.objects.filter(username="third").exists()
    lines = Line.objects.filter(verb__startswith="staff.").values_list("verb", "staff_id")
    assert set(lines) == {
        ("staff.propose", boss.id),
        ("staff.confirm", admin.id),
        ("staff.add", boss.id),
    }


def test_two_colleagues_agree_to_a_lawyer_and_no_lawyer_agrees_to_anybody(
    admin: Staff, typed: Typed, boss: Staff, row: Office, office: OfficeCard, now: datetime
) -> None:
    typed(boss, admin)
    accounts.add(row, "maebashi", "弁護士 前橋", "lawyer")
    made = Staff.objects.get(username="maebashi")
    assert (made.role, made.temporary_password) == ("lawyer", True)
    typed(boss, make_staff(office, "lawyer", "弁護士 高崎", now))
    with pytest.raises(accounts.Declined):
        accounts.add(row, "third", "三人目", "counsellor")


def test_one_person_alone_makes_none(typed: Typed, boss: Staff, row: Office) -> None:
    typed(boss, boss)
    with pytest.raises(accounts.Declined, match="同じ人です"):
        accounts.add(row, "third", "三人目", "counsellor")
    assert not Staff.objects.filter(username="third").exists()


def test_a_counsellor_may_not_agree(
    typed: Typed, boss: Staff, row: Office, office: OfficeCard, now: datetime
) -> None:
    typed(boss, make_staff(office, "counsellor", "相談員", now))
    with pytest.raises(
        accounts.Declined, match=r"counsellor には、この権限がありません。.*supervisor、admin"
    ):
        accounts.add(row, "third", "三人目", "counsellor")


def test_an_account_of_another_office_may_not_agree(
    boss: Staff, typed: Typed, row: Office, other_office: OfficeCard, now: datetime
) -> None:
    typed(boss, make_staff(other_office, "supervisor", "よその係長", now))
    with pytest.raises(accounts.Declined):
        accounts.add(row, "third", "三人目", "counsellor")


def test_an_account_ends_at_midnight(row: Office, office: OfficeCard, now: datetime) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    accounts.end(row, leaver.username, now.date())
    leaver.refresh_from_db()
    assert not leaver.works_at(now)
    midnight = now.replace(hour=0, minute=0)
    assert leaver.works_at(midnight - timedelta(seconds=1))
    assert not leaver.works_at(midnight)


def test_a_day_that_has_passed_ends_nothing(row: Office, office: OfficeCard, now: datetime) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    with pytest.raises(accounts.Declined, match=r"2026-11-29 は過ぎています.*2026-11-30"):
        accounts.end(row, leaver.username, now.date() - timedelta(days=1))
    leaver.refresh_from_db()
    assert leaver.ends_at is None


def test_the_day_of_an_end_is_one_day_wherever_it_is_said(
    row: Office, office: OfficeCard, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    accounts.end(row, leaver.username, date(2027, 4, 1))
    assert "2027-04-01 からサインインできません" in capsys.readouterr().out
    with pytest.raises(accounts.Declined, match="2027-04-01 に終わることになっています"):
        accounts.end(row, leaver.username, date(2027, 4, 2))


def test_an_ended_account_stays_ended(row: Office, office: OfficeCard, now: datetime) -> None:
    leaver = make_staff(office, "counsellor", "相談員", now)
    accounts.end(row, leaver.username, now.date())
    with pytest.raises(accounts.Declined, match="2026-11-30 に終わっています"):
        accounts.end(row, leaver.username, date(2027, 4, 1))


def test_ending_the_others_does_not_leave_one_person_to_add_accounts(
    admin: Staff, typed: Typed, boss: Staff, row: Office, now: datetime
) -> None:
    accounts.end(row, admin.username, now.date())
    typed(boss, admin)
    with pytest.raises(accounts.Declined, match="合いません"):
        accounts.add(row, "third", "三人目", "counsellor")
