"""Days are proposed from the command line by a colleague, under the desk's own rules."""

import io
import re
from datetime import date, datetime
from typing import Any

import pytest

from madoguchi.ops.main import main
from madoguchi.rules import clinic_year
from madoguchi.rules.programme.changes import (
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit import arrival
from madoguchi.work.notices import public as notices
from madoguchi.work.notices.models import Notice
from tests.house.source import ROOT
from tests.offices import make_staff
from tests.two import sign_all
from tests.web.desk.colleagues import sign_in

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
THIRD = date(2026, 12, 19)
DAY = "2026-12-19"


@pytest.fixture
def say(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Type a command and a colleague's name and password; how it ended and what was said.

    What it proposed, another confirms.
    """
    monkeypatch.setattr(arrival, "now", lambda: now)

    def run(row: Staff, *words: str, sign: bool = True) -> tuple[int, str]:
        typed = f"{row.username}\n{row.username}-password-long\n"
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(("clinic", *words))
        told = capsys.readouterr()
        if sign:
            sign_all(office.id, now)
        return code, told.out + told.err

    return run


@pytest.fixture
def row(office: OfficeCard, now: datetime) -> Staff:
    return make_staff(office, "counsellor", "木村", now)


def test_a_colleague_publishes_moves_and_cancels(row: Staff, say: Any, office: OfficeCard) -> None:
    code, told = say(row, "publish", "shibukawa", "--fiscal-year", "2026")
    assert (code, "提案しました" in told) == (0, True)
    (change,) = notices.changes(office.id)
    assert isinstance(change, ClinicYearPublished)
    assert THIRD in change.dates
    assert "令和8年度" in notices.news(office.id)[0].title
    code, told = say(row, "move", "shibukawa", "--day", DAY, "--to", "2026-12-26")
    assert (code, "/signing/" in told) == (0, True)
    assert ClinicDayMoved(THIRD, date(2026, 12, 26)) in notices.changes(office.id)
    dates = ("dates", "shibukawa", "--fiscal-year", "2026")
    assert f"{DAY}  09:00 09:45 10:30 11:15  未公表\n" in say(row, *dates)[1]
    told = say(row, *dates, "--decided")[1]
    assert f"2026-12-26  09:00 09:45 10:30 11:15  {DAY}から変更\n" in told
    assert "未公表" not in told
    code, _ = say(row, "cancel", "shibukawa", "--day", DAY, "--title", "中止します", "--body", "")
    assert code == 0
    assert ClinicDayCancelled(date(2026, 12, 26)) in notices.changes(office.id)
    assert f"{DAY}から変更・中止\n" in say(row, *dates, "--decided")[1]
    assert notices.news(office.id)[0].title == "中止します"
    lines = Line.objects.filter(verb__startswith="clinic.").order_by("seq")
    asked = [line.verb for line in lines if line.staff_id == row.pk]
    assert asked == ["clinic.publish", "clinic.move_day", "clinic.cancel_day"]
    assert {line.verb for line in lines if line.staff_id != row.pk} == {"clinic.confirm_day"}


def test_a_flagged_day_is_held_or_left_out_by_name(
    say: Any, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinic_year, "holiday_name", lambda on: "祝いの日" if on == THIRD else None)
    row = make_staff(office, "counsellor", "木村", now)
    year = ("publish", "shibukawa", "--fiscal-year", "2026")
    code, told = say(row, *year)
    assert (code, "1日ずつ選んでください" in told) == (1, True)
    assert not Notice.objects.exists()
    assert say(row, *year, "--without", DAY)[0] == 0
    (change,) = notices.changes(office.id)
    assert isinstance(change, ClinicYearPublished)
    assert THIRD not in change.dates


def test_what_the_desk_would_refuse_is_refused_with_its_words(row: Staff, say: Any) -> None:
    code, told = say(row, "move", "shibukawa", "--day", DAY, "--to", "2026-12-26")
    assert (code, "まだ公表していません" in told) == (1, True)
    code, told = say(row, "cancel", "shibukawa", "--day", "2026-12-18")
    assert (code, "相談の日ではありません" in told) == (1, True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_may_not_decide_cannot_sign(
    say: Any, office: OfficeCard, now: datetime, role: str
) -> None:
    row = make_staff(office, role, "別の人", now)
    code, told = say(row, "publish", "shibukawa", "--fiscal-year", "2026")
    assert code == 1
    assert f"{role} には、この権限がありません。できるのは counsellor、supervisor" in told
    assert "行う人の利用者名：" in told
    assert not Notice.objects.exists()


def test_who_was_refused_with_the_right_password_still_signs_in_and_signs(
    say: Any, office: OfficeCard, now: datetime
) -> None:
    row = make_staff(office, "administrator", "佐藤", now)
    for _ in range(3):
        code, _ = say(row, "move", "shibukawa", "--day", DAY, "--to", "2026-12-26")
        assert code == 1
    password = row.password
    row.refresh_from_db()
    assert row.password == password
    sign_in(row)
    assert (
        "権限がありません" in say(row, "move", "shibukawa", "--day", DAY, "--to", "2026-12-26")[1]
    )


def test_hours_and_offices_that_are_none_are_reported(row: Staff, say: Any) -> None:
    move = ("move", "shibukawa", "--day", DAY, "--to", "2026-12-26", "--hours")
    with pytest.raises(SystemExit):
        say(row, *move, "朝から")
    code, told = say(row, "cancel", "nowhere", "--day", DAY)
    assert code
    assert "この名前の窓口はありません" in told


def test_the_recipe_for_a_citys_clinic(
    row: Staff, say: Any, office: OfficeCard, now: datetime
) -> None:
    """docs/adding/city.md: its commands, in an office that is there."""
    recipe = (ROOT / "docs" / "adding" / "city.md").read_text(encoding="utf-8")
    commands = re.findall(r"\./run madoguchi clinic ((?:publish|move|cancel|confirm) .+)", recipe)
    other = make_staff(office, "deputy", "新井", now)
    for command in commands:
        who = other if command.startswith("confirm") else row
        code, told = say(who, *command.replace("minami", "shibukawa").split(), sign=False)
        assert code == 0, told
    year, moved, cancelled = notices.changes(office.id)
    assert isinstance(year, ClinicYearPublished)
    assert date(2026, 8, 15) not in year.dates
    assert moved == ClinicDayMoved(THIRD, date(2026, 12, 26), "13:00-16:00")
    assert cancelled == ClinicDayCancelled(date(2026, 12, 26))


def test_a_day_that_is_none_is_neither_held_nor_left_out(row: Staff, say: Any) -> None:
    year = ("publish", "shibukawa", "--fiscal-year", "2026")
    for flag in ("--hold", "--without"):
        code, told = say(row, *year, flag, "2026-12-18")
        assert (code, "相談の日ではありません" in told) == (1, True)
    assert not Notice.objects.exists()
