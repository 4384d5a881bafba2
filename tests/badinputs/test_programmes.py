"""B11, B13, B22: third Saturdays, amounts, and what of a city's data is refused."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.ops.main import main
from madoguchi.rules.koyomi.dates import JAPAN, nth_in_month
from madoguchi.rules.programme import load
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.slots import bookable, coming, days
from madoguchi.tools.forms.fields import Yen

CITY = "shibukawa"


def test_b11_third_saturdays_from_2024_to_2035() -> None:
    clinic = programme(CITY).clinic
    assert clinic
    found = [day for year in range(2024, 2036) for day in days(replace(clinic, year=()), year)]
    assert len(found) == 12 * 12
    assert {nth_in_month(day.on) for day in found} == {3}
    assert {day.on.day for day in found} == set(range(15, 22))
    holidays = [day.on.isoformat() for day in found if day.holiday]
    assert "2032-03-20" in holidays  # 春分の日: told, never left out


def test_b11_a_flagged_day_is_published_and_booked_like_any_other() -> None:
    clinic, desk = programme(CITY).clinic, programme(CITY).desk
    assert clinic
    told = tuple(ClinicYearPublished(year) for year in range(2025, 2036))
    at = datetime(2024, 4, 1, 10, tzinfo=JAPAN)
    flagged = [day for day in coming(clinic, at.date(), told) if day.holiday or day.at_year_end]
    assert "2032-03-20" in [day.ref for day in flagged]
    for day in flagged:
        assert bookable(clinic, desk, day, 1, at, "person", told).answer == "yes"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("299,999", 299_999),
        ("300,001円", 300_001),
        ("15万円", 150_000),
        ("１５０，０００", 150_000),
        ("０", 0),
        ("−1", "マイナスの記号をつけずに"),
        ("1e9", "150,000や15万円のように"),
        ("150000.00", "小数点を使わずに"),
        ("十五万", "150,000や15万円のように"),
        ("9" * 13, "9,999,999,999円まで"),
    ],
)
def test_b13_an_amount_is_whole_yen_or_asked_again(typed: str, said: int | str) -> None:
    value, slip = Yen("retainer").read([typed])
    if slip is None:
        assert value == said
    else:
        words = texts(CITY).get(f"form.{slip.code}", label="着手金").words
        assert str(said) in words
        assert typed not in words


BROKEN = {
    "a gap in the hours": ("desk.toml", 'hours = "', 'hours = "mon-fri 17:15-8:30; '),
    "no slots": ("clinic.toml", "slot_min = 45", "slot_min = 0"),
    "an unknown key": ("city.toml", "name = ", "nmae = 1\nname = "),
    "a negative cap": ("subsidy.toml", "cap_yen = ", "cap_yen = -"),
}


@pytest.mark.parametrize(("file", "old", "new"), BROKEN.values(), ids=BROKEN)
def test_b22_a_broken_programme_is_refused_and_the_standing_one_stays(
    portal: Client,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
) -> None:
    live, draft = tmp_path / "live", tmp_path / "draft"
    shutil.copytree(load._PACKAGED / CITY, live / CITY)
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(live))
    standing = programme(CITY)
    words = (live / CITY / file).read_text("utf-8")
    assert old in words
    (live / CITY / file).write_text(words.replace(old, new, 1), "utf-8")
    shutil.copytree(live, draft)
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(draft))
    assert main(("programme", "check", CITY)) != 0
    told = capsys.readouterr()
    assert file in told.out + told.err
    with pytest.raises(ProgrammeError, match=file):
        programme(CITY)  # what starts anew with it does not start
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(live))
    assert programme(CITY) is standing  # what runs goes on with what it read
    assert portal.get("/clinic/").status_code == 200
