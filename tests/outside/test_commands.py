"""Every verb and option of `madoguchi`, as a process: it ends as expected, with a sentence."""

import argparse
import json
import re
import shlex
import socket
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from madoguchi.ops.main import parser
from madoguchi.ops.start import now
from madoguchi.rules import rights
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import days
from tests.outside.command import CITY, empty, furnished

FACTS = """registered = true
used_desk = "face"
contract = "none"
"""


class Step(NamedTuple):
    """A line as it is typed, in a scenario's house; what is in braces is a place beside it.

    ``{busy}``: a port at which somebody listens. ``says``: a pattern of what must be said.
    ``signs``: who types name and password.
    """

    line: str
    code: int = 0
    says: str = ""
    signs: tuple[str, ...] = ()


ROLES = [  # test_roles.py appoints them
    Step(f"staff add {CITY} {role} 名前 {role}", 0, "仮のパスワード", ("kimura", "sato"))
    for role in rights.STAFF
]

YEAR = fiscal_year(now().date()) + 1
CLINIC = programme(CITY).clinic
DAYS = [day.on for day in days(CLINIC, YEAR)] if CLINIC else []
HELD = " ".join(f"--hold {day}" for day in DAYS[1:])
LATER = DAYS[1] + timedelta(days=7)

WITHOUT_A_HOUSE = {
    "version": [Step("--version", 0, r"^madoguchi \d+\.\d+")],
    "help": [Step("--help", 0, "VERB(.|\n)*この説明を出します")],
    "roles": [Step("roles", 0, 'GRANT SELECT ON office_office TO "madoguchi-portal"')],
    "agencies": [
        Step(f"agencies {CITY}", 0, "moj_110 .*0570-003-110"),
        Step(f"agencies {CITY} --json", 0, '"moj_110"'),
        Step("agencies nowhere", 2, "「nowhere」という制度はありません"),
    ],
    "hours": [
        Step(f"hours {CITY}", 0, "channel: phone"),
        Step(f"hours {CITY} --at 2026-11-30T10:00 --json", 0, '"closes_at": "2026-11-30T17:15'),
        Step(f"hours {CITY} --at 2026-11-30", 2, "usage:(.|\n)*時刻がありません"),
        *(
            Step(f"hours {CITY} --at 2026-11-29T03:00 --channel {channel} --json", 0, '"open"')
            for channel in ("phone", "face", "email", "web")
        ),
    ],
    "programme": [
        Step("programme check", 0, "使えます"),
        Step(f"programme check {CITY} --all", 0, "agencies.moj_josei.status"),
        Step(f"programme check {CITY} --json", 0, '"ok": true'),
        Step(f"programme show {CITY} --json", 0, '"desk"'),
        Step("programme document", 0, "^# "),
    ],
    "city": [
        Step("city new minami 南市 --into {} --json", 0, '"city": "minami"'),
        Step("city new minami 南市 --into {}", 2, "もうあります"),
        Step("city new kita 北市", 2, "--into"),
        Step("city new nishi 西町 --into {} --page https://nishi.example/ --json", 0, "nishi"),
    ],
    "clinic": [
        Step(f"clinic dates {CITY}", 0, "09:00 09:45"),
        Step(f"clinic dates {CITY} --fiscal-year 2031 --json", 0, "春分の日"),
    ],
    "subsidy": [
        Step(f"subsidy quote {CITY} --facts {{facts.toml}} --on 2024-06-03", 0, "目安"),
        Step(f"subsidy quote {CITY} --facts {{facts.toml}} --on 令和6年6月3日 --json", 0, "yen"),
        Step(f"subsidy judge {CITY} --facts {{facts.toml}} --on 2024-06-03 --json", 0, "decision"),
        Step(f"subsidy judge {CITY} --facts {{lost.toml}} --on 2024-06-03", 2, "lost.toml"),
    ],
}

WITH_A_HOUSE = {
    "a new house": [
        Step(f"office add {CITY} --portal-host a --desk-host b", 2, "key init"),
        Step("key init", 0, "確認値"),
        Step("key init", 2, "何も書いていません"),
        Step(f"staff add {CITY} kimura 木村 supervisor", 1, "office add"),
        Step(f"office add {CITY} --portal-host a --desk-host b", 0, "作りました"),
        Step(f"office add {CITY} --portal-host a --desk-host b", 0, "もう、すべてあります"),
        Step(f"office add {CITY} --portal-host a --desk-host c", 2, "--desk-host"),
    ],
    "before its tables": [
        Step(f"staff end {CITY} kimura --on {now().date()}", 2, "madoguchi migrate"),
        Step("migrate"),
        Step(f"staff end {CITY} kimura --on {now().date()}", 1, "office add"),
    ],
}

FURNISHED = {
    "the key": [
        Step("key paper", 2, "--to"),
        Step("key paper --to {sheet.html}", 0, "2枚刷って"),
        Step("key verify --file {わが家 1/master.key}", 0, "正しい鍵です"),
        Step("key enter --file {わが家 1/master.key}", 2, "何も書いていません"),
    ],
    "colleagues": [
        Step(f"staff add {CITY} kimura 木村 supervisor", 1, "もう使われています"),
        Step(f"staff add {CITY} ono 小野 counsellor", 1, "同じ人です", ("kimura", "kimura")),
        Step(f"staff add {CITY} Ono 小野 counsellor", 1, "たとえば ono"),
        Step(f"staff end {CITY} sato --on 2020-04-01", 1, "過ぎています"),
        Step(f"staff end {CITY} SATO --on {YEAR}-04-01", 0, "2人がそろいません"),
        Step(f"staff end {CITY} nobody --on {YEAR}-04-01", 1, "この利用者名はありません"),
        Step(
            f"staff renew {CITY} nobody --file {{わが家 1/master.key}}", 1, "利用者名はありません"
        ),
        Step(f"staff renew {CITY} sato --file {{わが家 1/master.key}}", 0, "仮のパスワード"),
    ],
    "jobs": [  # one that fails: test_jobs.py
        Step("jobs", 0, "要対応 0 件"),
        Step(f"jobs end {CITY} 00000000-0000-0000-0000-000000000000", 1, "中に、ありません"),
    ],
    "lines of the audit": [  # one that does not hold: test_looked_into.py
        *(
            Step(
                f"audit looked-into {CITY} 1 --why {why} --record 2026-114", 1, "行 1：合っています"
            )
            for why in ("portal", "database", "program", "unknown")
        ),
        Step(
            "audit looked-into nowhere 1 --why unknown --record 1", 2, "この名前の窓口はありません"
        ),
        Step(f"audit looked-into {CITY} 1 --why unknown --record 市民の件", 1, "--record"),
    ],
    "the lawyer's days": [
        Step(
            f"clinic publish {CITY} --fiscal-year 2031",
            1,
            "2032-03-20（春分の日）  --hold 2032-03-20 か --without 2032-03-20",
            ("kimura",),
        ),
        Step(
            f"clinic publish {CITY} --fiscal-year {YEAR} --without 令和12年1月4日",
            1,
            "2030-01-04 は、相談の日ではありません",
            ("kimura",),
        ),
        Step(
            f"clinic publish {CITY} --fiscal-year {YEAR} --venue nowhere",
            1,
            "「nowhere」という会場",
            ("kimura",),
        ),
        Step(
            f"clinic publish {CITY} --fiscal-year {YEAR} --without {DAYS[0]} {HELD}"
            " --venue '' --title 日程 --body 日程です",
            0,
            "提案しました",
            ("kimura",),
        ),
        Step(f"clinic confirm {CITY}", 0, "公表しました", ("sato",)),
        Step(f"clinic publish {CITY} --fiscal-year {YEAR}", 1, "公表", ("kimura",)),
        Step(
            f"clinic move {CITY} --day {DAYS[1]} --to {YEAR}-12-31",
            1,
            "年末年始です。それでも行うときは --hold",
            ("kimura",),
        ),
        Step(
            f"clinic move {CITY} --day {DAYS[1]} --to {LATER} --hours 13:00-16:00 --hold"
            " --title 変更 --body 変わります",
            0,
            "提案しました",
            ("kimura",),
        ),
        Step(f"clinic confirm {CITY}", 0, f"/clinic/on/{DAYS[1]}/told/", ("sato",)),
        Step(
            f"clinic cancel {CITY} --day {DAYS[2]} --title 中止 --body 中止です",
            0,
            "提案しました",
            ("kimura",),
        ),
        Step(f"clinic confirm {CITY}", 0, f"/clinic/on/{DAYS[2]}/told/", ("sato",)),
        Step(f"clinic confirm {CITY}", 1, "待っている日程はありません", ("sato",)),
        Step(f"clinic dates {CITY} --fiscal-year {YEAR} --decided --json", 0, str(LATER)),
        Step(f"clinic packs {CITY} --on {LATER}", 0, "足りない書類はありません"),
        Step(f"clinic packs {CITY} --on {LATER} --json", 0, r"\[\]"),
        Step(f"clinic packs {CITY} --on {DAYS[1]}", 2, "clinic dates"),
    ],
    "the subsidy": [
        Step(f"subsidy budget {CITY}", 1, "登録されていません"),
        Step(f"subsidy budget {CITY} --fiscal-year 2026 --check --json", 1, "null"),
        Step(f"subsidy ledger {CITY} --fiscal-year 2026 --out {{a.xlsx}}", 0, "xlsx", ("kimura",)),
        Step(f"subsidy ledger {CITY} --fiscal-year 2026 --out {{a.xlsx}}", 2, "もうあります"),
        Step(
            f"subsidy bundle {CITY} --fiscal-year 2026 --number 1 --out {{a.zip}}",
            1,
            "ありません",
            ("kimura",),
        ),
    ],
    "windows": [
        Step("preflight portal"),
        Step("preflight desk"),
        Step("preflight worker"),
        Step("worker --once"),
        Step("serve portal --host 127.0.0.1 --port {busy}", 2, "ほかのプログラムが使っています"),
        Step("serve desk --host nowhere --port 8001", 2, "--host"),
        Step("demo --build-only --fresh --portal-port 8000 --desk-port 8001", 2, "MADOGUCHI_HOME"),
        Step("demo --portal-port 8000 --desk-port 8000", 2, "--desk-port"),
        Step("demo --city nagano", 2, "nagano"),
        Step(f"closed {CITY}", 0, "0279-25-8526"),
        Step(f"papers subsidy_guide --city {CITY} --png {{png}}", 0, "ページ"),
        Step("papers nothing", 2, "「nothing」という書類はありません"),
    ],
    "keeping": [
        Step("backup --data {data} --keys {data/keys}", 2, "別のディスク"),
        Step("backup take --data {data} --keys {keys} --full --expire --keep 3", 0, "行"),
        Step("backup check --data {data}", 0, "data 1 個を調べました。要対応 0 件"),
        Step("backup --data {data}", 2, "--keys"),
        Step("backup --data {data} --keys {keys} --keep 0", 2, "usage:(.|\\n)*1からの数"),
        Step("doctor --data {data} --keys {keys}", 1, r"要対応 \d+ 件$"),
        Step("doctor desk", 1, "データ|控え"),
        Step("doctor portal", 1, r"要対応 \d+ 件$"),
        Step("rehearse --data {data} --keys {keys} --scratch {}", 0, "戻せます"),
        Step(
            "restore {data/data-*} {keys/keys-*} --into {new} --forgotten {none}",
            0,
            "すべて合っています",
        ),
        Step(f"verify {CITY} --quick --json", 0, r'"shibukawa": \[\]'),
        Step("verify nowhere", 2, "この名前の窓口はありません"),
    ],
}


def steps() -> list[Step]:
    groups = (ROLES, *WITHOUT_A_HOUSE.values(), *WITH_A_HOUSE.values(), *FURNISHED.values())
    return [step for group in groups for step in group]


def placed(line: str, beside: Path, busy: int) -> str:
    """What stands in braces is a place beside the house; with a star, what was made there."""

    def place(found: re.Match[str]) -> str:
        if found[1] == "busy":
            return str(busy)
        made = sorted(beside.glob(found[1])) if "*" in found[1] else []
        return shlex.quote(str(made[-1] if made else beside / found[1]))

    return re.sub(r"\{(.*?)\}", place, line)


def followed(group: list[Step], tmp_path: Path, *, house: str) -> None:
    (tmp_path / "facts.toml").write_text(FACTS, "utf-8")
    (tmp_path / "none").write_text("", "utf-8")
    here = furnished(tmp_path) if house == "furnished" else empty(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = taken.getsockname()[1]
        for step in group:
            done = here.run(placed(step.line, tmp_path, busy), here.signed(*step.signs))
            assert done.code == step.code, done
            assert re.search(step.says, done.all, re.MULTILINE), done
            if "usage:" not in step.says:
                assert "usage: madoguchi" not in done.err, done
            if "--json" in step.line and step.code == 0:
                json.loads(done.out)


@pytest.mark.parametrize("name", WITHOUT_A_HOUSE)
def test_what_needs_no_house(name: str, tmp_path: Path) -> None:
    followed(WITHOUT_A_HOUSE[name], tmp_path, house="none")
    assert not empty(tmp_path).home.exists()


@pytest.mark.parametrize("name", WITH_A_HOUSE)
def test_what_makes_a_house(name: str, tmp_path: Path) -> None:
    followed(WITH_A_HOUSE[name], tmp_path, house="empty")


@pytest.mark.parametrize("name", FURNISHED)
def test_what_is_done_in_a_house(name: str, tmp_path: Path) -> None:
    followed(FURNISHED[name], tmp_path, house="furnished")


def test_a_key_that_is_entered_is_the_one_of_the_sheet(tmp_path: Path) -> None:
    old, new = furnished(tmp_path), empty(tmp_path / "new")
    new.beside.mkdir()
    entered = new.run(f"key enter --file '{old.home}/master.key'")
    assert entered.code == 0, entered
    value = entered.out.split()[-1]
    assert value in old.run("key verify", (old.home / "master.key").read_text()).out
    wrong = old.run("key verify", "ab" * 32)
    assert (wrong.code, "ここの鍵ではありません" in wrong.err) == (1, True)


def test_a_house_whose_key_is_lost_gets_it_from_the_sheet_and_no_second_one(tmp_path: Path) -> None:
    """Then a backup is put back, as the page of recovery ends."""
    old, new = furnished(tmp_path), empty(tmp_path / "new")
    new.beside.mkdir()
    assert old.run("backup --data data --keys keys").code == 0
    sheet = (old.home / "master.key").rename(tmp_path / "sheet")
    lost = old.run("key init")
    assert (lost.code, "madoguchi key enter" in lost.err) == (2, True), lost
    assert not (old.home / "master.key").exists()
    assert new.run(f"key enter --file {sheet}").code == 0
    backups = (
        shlex.quote(str(next(tmp_path.glob(each)))) for each in ("data/data-*", "keys/keys-*")
    )
    restored = new.run("restore " + " ".join(backups))
    assert (restored.code, "すべて合っています" in restored.all) == (0, True), restored


class Need(NamedTuple):
    """What some step must type: a verb with an option, a choice, or neither."""

    verb: tuple[str, ...]
    option: str = ""
    choice: str = ""


def needs(whole: argparse.ArgumentParser, verb: tuple[str, ...] = ()) -> Iterator[Need]:
    """Everything that the real parser knows, level by level."""
    assert whole.format_help()  # its words can be printed
    below = [each for each in whole._actions if isinstance(each, argparse._SubParsersAction)]
    for each in below:
        for name, more in each.choices.items():
            yield from needs(more, (*verb, name))
    if not below:
        yield Need(verb)
    for action in whole._actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            continue
        longest = max(action.option_strings, key=len, default="")
        if longest:
            yield Need(verb, longest)
        for choice in action.choices or ():
            yield Need(verb, longest, str(choice))


def said_by(whole: argparse.ArgumentParser, verb: str = "") -> Iterator[tuple[str, str]]:
    """Each line of each `--help` that says something, by what it is about."""
    if whole.description is not None:
        yield verb, whole.description
    for group in whole._action_groups:
        if group._group_actions:
            yield verb, str(group.title)
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action._choices_actions:
                yield f"{verb} {each.dest}", str(each.help)
            for name, more in action.choices.items():
                yield from said_by(more, f"{verb} {name}")
        else:
            yield f"{verb} {'/'.join(action.option_strings) or action.dest}", str(action.help)


def test_each_line_of_each_help_is_japanese() -> None:
    """Kana, or no Latin letter: an English line with its subject in Japanese beside it is none."""
    lines = [(about, re.sub(r"[(（].*?[)）]", "", line)) for about, line in said_by(parser())]
    assert len(lines) > 100
    kana, latin = re.compile("[ぁ-ヿ]"), re.compile("[A-Za-z]")
    wrong = [about for about, line in lines if latin.search(line) and not kana.search(line)]
    assert wrong == []


def is_met(need: Need, typed: list[list[str]]) -> bool:
    for words in typed:
        if tuple(words[: len(need.verb)]) != need.verb:
            continue
        rest = words[len(need.verb) :]
        if need.option and need.choice:
            if (need.option, need.choice) in pairwise(rest):
                return True
        elif (need.option or need.choice or need.verb[-1:]) in (*rest, *need.verb, need.verb[-1:]):
            return True
    return False


def missing(whole: argparse.ArgumentParser) -> list[Need]:
    typed = [shlex.split(step.line) for step in steps()]
    return [need for need in needs(whole) if not is_met(need, typed)]


def test_every_verb_every_option_and_every_choice_is_tried() -> None:
    assert missing(parser()) == []


def test_control_a_new_option_and_a_new_verb_are_missed() -> None:
    whole = parser()
    (verbs,) = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    verbs.add_parser("invent")
    verbs.choices["hours"].add_argument("--loud", choices=("yes", "no"))
    assert missing(whole) == [
        Need(("hours",), "--loud"),
        Need(("hours",), "--loud", "yes"),
        Need(("hours",), "--loud", "no"),
        Need(("invent",)),
    ]
