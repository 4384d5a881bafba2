"""The rule duties on the command line, and the two recipes of docs/adding."""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from madoguchi.ops.commands import agencies, clinic, hours
from madoguchi.ops.main import main
from madoguchi.rules.programme.desk import CHANNELS
from madoguchi.rules.programme.load import folder

ROOT = Path(__file__).parents[2]
PAGE = ("--page", "https://www.city.minami.lg.jp/")
MONDAY_MORNING = datetime.fromisoformat("2026-11-30T10:00+09:00")


def test_hours(say: Any) -> None:
    code, out, _ = say("hours", "shibukawa", "--at", "2026-11-28T10:00", "--json")
    assert code == 0
    assert json.loads(out) == {
        "city": "shibukawa",
        "channel": "phone",
        "at": "2026-11-28T10:00:00+09:00",
        "open": False,
        "closes_at": None,
        "next_opening": "2026-11-30T08:30:00+09:00",
        "answer_by": "2026-11-30T08:30:00+09:00",
        "answer_promised": False,
    }


def test_hours_are_those_of_now(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "now", lambda: MONDAY_MORNING)
    _, out, _ = say("hours", "shibukawa", "--json")
    said = json.loads(out)
    assert (said["at"], said["closes_at"]) == (
        "2026-11-30T10:00:00+09:00",
        "2026-11-30T17:15:00+09:00",
    )
    assert "closes_at: 2026-11-30T17:15:00+09:00" in say("hours", "shibukawa")[1]


def test_a_desk_that_never_opens_says_so(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南市")
    desk = own / "minami" / "desk.toml"
    closed = '"12-29..01-03"', '"01-01..12-31"'
    desk.write_text(desk.read_text("utf-8").replace(*closed), "utf-8")
    code, out, err = say("hours", "minami", "--at", "2026-11-30T10:00")
    assert (code, out) == (2, "")
    assert "minami/desk.toml" in err
    assert "[closed]" in err


@pytest.mark.parametrize(
    ("city", "channel", "at", "is_open"),
    [
        ("gunma_pref", "phone", "2026-11-25T12:30+09:00", False),
        ("gunma_pref", "face", "2026-11-25T12:30+09:00", True),
        ("gunma_pref", "face", "2026-11-25T03:30Z", True),
        ("shibukawa", "email", "2026-11-29T03:00", True),
        ("shibukawa", "web", "2026-11-29T03:00", True),
    ],
)
def test_hours_of_a_channel(say: Any, city: str, channel: str, at: str, is_open: object) -> None:
    _, out, _ = say("hours", city, "--at", at, "--channel", channel, "--json")
    said = json.loads(out)
    assert said["open"] is is_open
    assert said["at"].endswith("+09:00")
    always = city == "shibukawa"
    assert (said["closes_at"] is None) is (always or not is_open)
    assert (said["next_opening"] is None) is always


def test_clinic_dates(say: Any) -> None:
    _, out, _ = say("clinic", "dates", "shibukawa", "--fiscal-year", "2024", "--json")
    found = json.loads(out)
    assert len(found) == 12
    assert found[0] == {
        "on": "2024-04-20",
        "slots": [
            {"starts": "09:00", "ends": "09:45"},
            {"starts": "09:45", "ends": "10:30"},
            {"starts": "10:30", "ends": "11:15"},
            {"starts": "11:15", "ends": "12:00"},
        ],
        "venue": None,
        "venue_name": None,
        "published": True,
        "holiday": None,
        "at_year_end": False,
        "moved_from": None,
        "cancelled": False,
    }
    _, out, _ = say("clinic", "dates", "gunma_pref", "--fiscal-year", "2024", "--json")
    assert json.loads(out) == []


def test_computed_dates_are_marked_for_the_reader(say: Any) -> None:
    _, out, _ = say("clinic", "dates", "shibukawa", "--fiscal-year", "2031")
    assert "2032-03-20  09:00 09:45 10:30 11:15  未公表・春分の日" in out
    _, out, _ = say("clinic", "dates", "shibukawa", "--fiscal-year", "2031", "--json")
    last = json.loads(out)[-1]
    assert (last["on"], last["published"], last["holiday"]) == ("2032-03-20", False, "春分の日")


def test_clinic_dates_are_those_of_this_fiscal_year(
    say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinic, "now", lambda: datetime.fromisoformat("2027-02-01T00:00+09:00"))
    assert say("clinic", "dates", "shibukawa")[1].startswith("2026-04-18 ")


def test_the_venue_of_a_day_is_said(say: Any, own: Path) -> None:
    assert say("city", "new", "minami", "南市")[0] == 0
    (own / "minami" / "clinic.sample.toml").rename(own / "minami" / "clinic.toml")
    _, out, _ = say("clinic", "dates", "minami", "--fiscal-year", "2026")
    assert "2026-05-13  13:00 13:45 14:30 15:15  北会館" in out
    assert "2026-05-16  09:00 09:45 10:30 11:15  未公表" in out
    _, out, _ = say("clinic", "dates", "minami", "--fiscal-year", "2026", "--json")
    there = [day for day in json.loads(out) if day["venue"]]
    assert [day["on"] for day in there] == ["2026-05-13", "2026-06-03"]
    assert {(day["venue"], day["venue_name"]) for day in there} == {("kita", "北会館")}


def test_agencies(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = say("agencies", "shibukawa", "--json")
    found = {agency["id"]: agency for agency in json.loads(out)}
    assert found["moj_110"]["phone"][0]["number"] == "0570-003-110"
    assert found["moj_110"]["checked_on"] == "2026-11-29"
    monkeypatch.setattr(agencies, "now", lambda: datetime.fromisoformat("2027-05-29T00:00+09:00"))
    _, out, _ = say("agencies", "shibukawa")
    assert re.search(r"moj_line .*見直しの日を過ぎています", out)
    assert not re.search(r"moj_110 .*見直しの日を過ぎています", out)
    assert re.search(r"yometel .*要確認（市民の画面には出ません）", out)


def test_show_is_complete_and_plain(say: Any) -> None:
    _, out, _ = say("programme", "show", "shibukawa", "--json")
    whole = json.loads(out)
    assert whole["desk"]["hours"] == "mon-fri 8:30-17:15"
    assert whole["subsidy"]["version"][0]["amount"]["formula"]["share"] == "1/2"
    _, out, _ = say("programme", "show", "shibukawa")
    assert "desk.phone.number: 0279-25-8526" in out


def test_check_counts_and_passes(say: Any) -> None:
    code, out, _ = say("programme", "check", "shibukawa", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["ok"]
    assert report["unconfirmed_count"] > 20
    assert report["unexplained_agencies"] == []
    code, out, _ = say("programme", "check", "--json")
    assert {each["city"] for each in json.loads(out)} == {
        "shibukawa",
        "gunma_pref",
        "toda",
        "tokushima",
        "yamanashi",
    }


def test_a_misspelt_key_ends_with_its_sentence(say: Any, own: Path) -> None:
    assert say("city", "new", "minami", "南市")[0] == 0
    desk = own / "minami" / "desk.toml"
    desk.write_text(
        desk.read_text(encoding="utf-8").replace("hours =", "hous =", 1), encoding="utf-8"
    )
    code, out, err = say("programme", "check", "minami")
    assert (code, out) == (2, "")
    assert "minami/desk.toml の hous" in err
    assert "「hours」" in err


def test_all_that_is_wrong_in_a_folder_is_said_at_once(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南市")
    for name, old, new in (
        ("city.toml", "name =", "nam ="),
        ("desk.toml", "anonymous = true", "anonymous = 1"),
        ("desk.toml", "booking = true", "booking = 1"),
        ("examples.toml", 'channel = "face"', 'channel = "fax"'),
        ("examples.toml", 'channel = "email"', 'channel = "mail"'),
    ):
        path = own / "minami" / name
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    (own / "minami" / "texts" / "own.toml").write_text('a = "x"\nb = 1\n', "utf-8")
    code, out, err = say("programme", "check", "minami")
    assert (code, out) == (2, "")
    wrong = [line.partition("：")[0] for line in err.splitlines()]
    assert wrong == [
        "minami/city.toml の nam",  # and not "name is missing" besides
        "minami/desk.toml の anonymous",
        "minami/desk.toml の face.booking",
        "minami/texts/own.toml の b",
        "minami/examples.toml の example[3].given.channel",
        "minami/examples.toml の example[5].given.channel",
    ]


def test_a_broken_city_hides_no_other(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南市")
    (own / "minami" / "desk.toml").write_text("", "utf-8")
    code, out, err = say("programme", "check")
    assert code == 2
    assert "shibukawa：使えます" in out
    assert "minami/desk.toml" in err


def test_the_citys_own_points_come_first_and_the_makers_in_one_line(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南市")
    agency = folder("_national") / "agencies" / "moj_web.toml"
    words = agency.read_text("utf-8").replace('status = "confirmed"', 'status = "要確認"', 1)
    (own / "minami" / "agencies" / "moj_web.toml").write_text(words, "utf-8")
    _, out, _ = say("programme", "check", "minami")
    lines = out.splitlines()
    assert "    agencies.moj_web.status" in lines
    assert "agencies.yometel.status" not in out
    assert lines[-1].startswith("  ほかに、ソフトウェアの作り手のもの：")
    _, whole, _ = say("programme", "check", "minami", "--all")
    assert "    agencies.yometel.status" in whole.splitlines()
    assert whole.startswith("\n".join(lines[:-1]))


def without(words: str, heading: str) -> str:
    """A file of the template without one heading and what belongs to it."""
    return re.sub(rf"(?ms)^\[{heading}\].*?(?=^\[(?!{heading}\.)|\Z)", "", words)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_way_that_is_taken_out_as_the_template_says_is_named_where_an_example_asks(
    say: Any, own: Path, channel: str
) -> None:
    say("city", "new", "minami", "南市", *PAGE)
    desk, examples = own / "minami" / "desk.toml", own / "minami" / "examples.toml"
    desk.write_text(without(desk.read_text("utf-8"), channel), "utf-8")
    asked = examples.read_text("utf-8").count(f'channel = "{channel}"')
    code, out, err = say("programme", "check", "minami")
    assert (code, err) == (1 if asked else 0, "")
    assert out.count(f"minami/desk.toml に [{channel}] がありません") == asked
    assert out.count("この例を消してください") == asked


@pytest.mark.parametrize("file", ["clinic.toml", "subsidy.toml"])
def test_a_file_that_is_taken_out_is_named_where_an_example_asks(
    say: Any, own: Path, file: str
) -> None:
    shutil.copytree(folder("shibukawa"), own / "minami")
    (own / "minami" / file).unlink()
    code, out, err = say("programme", "check", "minami")
    assert (code, err) == (1, "")
    assert f"minami/{file} がないためです。それを書くか、この例を消してください。" in out


def test_a_failing_example_gives_one(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南市")
    examples = own / "minami" / "examples.toml"
    examples.write_text(examples.read_text(encoding="utf-8").replace("T08:30:00", "T09:00:00", 1))
    code, out, _ = say("programme", "check", "minami")
    assert code == 1
    assert "直すところがあります" in out
    assert "2026-11-30T09:00:00+09:00 のはずですが" in out


@pytest.mark.parametrize(
    "words",
    [
        ("hours", "nowhere", "--at", "2026-11-28T10:00"),
        ("programme", "check", "../shibukawa"),
        ("city", "new", "Minami", "南市"),
        ("city", "new", "minami", " "),
        ("city", "new", "shibukawa", "渋川市"),
    ],
)
def test_what_cannot_be_done_says_so_in_one_sentence(
    say: Any, own: Path, words: tuple[str, ...]
) -> None:
    code, out, err = say(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("。\n")


def test_a_new_city_without_a_place_asks_for_one(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MADOGUCHI_PROGRAMMES")
    code, _, err = say("city", "new", "minami", "南市")
    assert code == 2
    assert "--into" in err


def test_the_recipe_for_a_subsidy(
    say: Any, own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """docs/adding/city.md: copy a subsidy.toml, ask, write an example."""
    recipe = (ROOT / "docs" / "adding" / "city.md").read_text(encoding="utf-8")
    section = recipe.split("## The subsidy", 1)[1].split("\n## ", 1)[0]
    example = re.search(r"```toml\n(.+?)```", section, re.DOTALL)
    command = re.search(r"\./run madoguchi (subsidy .+)", section)
    assert example is not None
    assert command is not None
    say("city", "new", "minami", "南市", *PAGE)
    say("city", "new", "kita", "北市", *PAGE)
    (own / "kita" / "subsidy.sample.toml").rename(own / "kita" / "subsidy.toml")
    assert say("programme", "check", "kita")[0] == 0
    shutil.copy(folder("shibukawa") / "subsidy.toml", own / "minami" / "subsidy.toml")
    with (own / "minami" / "examples.toml").open("a", encoding="utf-8") as examples:
        examples.write("\n" + re.sub(r"(?m)^   ", "", example[1]))
    assert say("programme", "check", "minami")[0] == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts.toml").write_text("registered = true", encoding="utf-8")
    code, out, _ = say(*command[1].split())
    assert code == 0
    assert out.startswith("南市 令和8年11月30日の目安")


@pytest.mark.parametrize(
    "rule",
    re.findall(
        r"`(?:\[version[.\w]*\])?`?.*?`?is = \"(\w+)\"",
        (ROOT / "docs" / "adding" / "city.md").read_text(encoding="utf-8"),
    ),
)
def test_the_recipes_rules_are_there(rule: str) -> None:
    page = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    assert f'is = "{rule}"' in page or rule == "grant"


def test_the_recipe_for_an_agency(say: Any, own: Path) -> None:
    """docs/adding/agency.md: its own TOML, in a new city's folder, is shown."""
    recipe = (ROOT / "docs" / "adding" / "agency.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(.+?)```", recipe, re.DOTALL)
    assert block is not None
    say("city", "new", "minami", "南市", *PAGE)
    path = own / "minami" / "agencies" / "ken_soudan.toml"
    path.write_text(re.sub(r"(?m)^   ", "", block[1]), encoding="utf-8")
    assert say("programme", "check", "minami")[0] == 0
    assert "県の相談窓口  0570-000-000" in say("agencies", "minami")[1]
    commands = re.findall(r"\./run madoguchi (.+)", recipe)
    assert [say(*command.split())[0] for command in commands] == [0, 0]


@pytest.mark.parametrize("name", ['沼田"市', "ぬま\\た市", "髙﨑市", "𠮷田町"])
def test_a_citys_name_is_kept_as_written(say: Any, own: Path, name: str) -> None:
    say("city", "new", "minami", name)
    _, out, _ = say("programme", "show", "minami", "--json")
    assert json.loads(out)["city"]["name"]["ja"] == name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("clinic", "dates", "shibukawa", "--fiscal-year", "0"), "2026 は令和8年度"),
        (("clinic", "dates", "shibukawa", "--fiscal-year", "令和6"), "2026 は令和8年度"),
        (("clinic", "dates", "shibukawa", "--fiscal-year", "9" * 5_000), "2026 は令和8年度"),
        (("hours", "shibukawa", "--at", "2026-02-30T10:00"), "2026-11-30T10:00（日本時間）"),
        (("hours", "shibukawa", "--at", "9999-12-31T23:00"), "2026-11-30T10:00 のように"),
        (("hours", "shibukawa", "--at", "2026-11-30"), "時刻がありません。2026-11-30T"),
        (("hours", "shibukawa", "--at", "20261130"), "時刻がありません"),
        (("hours", "shibukawa", "--at", "2026-11-28T10:00", "--channel", "fax"), "choose from"),
        (("staff", "end", "shibukawa", "x", "--on", "1.4.2027"), "2026-11-30"),
    ],
)
def test_what_is_no_moment_year_day_or_channel_is_refused_with_what_to_write(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_help_of_hours_says_whose_time_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(("hours", "--help"))
    assert "時差がなければ日本時間" in " ".join(capsys.readouterr().out.split())


def test_a_city_that_finds_no_room_leaves_nothing_behind(
    say: Any, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_from: Path, to: Path) -> None:
        (to / "papers").mkdir(parents=True)
        raise shutil.Error([("a", "b", "[Errno 28] No space left on device")])

    monkeypatch.setattr(shutil, "copytree", full)
    code, _, err = say("city", "new", "minami", "南市")
    assert (code, "ディスクの空き" in err) == (2, True)
    assert not (own / "minami").exists()
