"""What the reader says about wrong programme files: file, key, what was expected, what to do."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.examples import ExamplesFile
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml
from madoguchi.rules.programme.subsidy import Subsidy

KINDS: dict[str, type] = {
    "city.toml": City,
    "desk.toml": Desk,
    "clinic.toml": Clinic,
    "subsidy.toml": Subsidy,
    "examples.toml": ExamplesFile,
}

WHOLE = {name: read_toml(folder("shibukawa") / name, name) for name in KINDS}


def said(tmp_path: Path, name: str, old: str, new: str, count: int = 1) -> str:
    """What the reader answers when one place of Shibukawa's file is changed."""
    written = (folder("shibukawa") / name).read_text(encoding="utf-8")
    assert old in written, old
    (tmp_path / name).write_text(written.replace(old, new, count), encoding="utf-8")
    with pytest.raises(ProgrammeError) as refused:
        read(KINDS[name], read_toml(tmp_path / name, name), name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("desk.toml", "hours =", "houers =", ["desk.toml の houers", "「hours」のことでしたら"]),
        ("desk.toml", "anonymous = true", "", ["desk.toml の anonymous", "true か false"]),
        (
            "desk.toml",
            "anonymous = true",
            'anonymous = "yes"',
            ["「yes」は使えません", "true か false"],
        ),
        ("desk.toml", '17:15"\nasked', '8:00"\nasked', ["desk.toml の hours", "より後"]),
        ("desk.toml", "12-29..01-03", "12-32..01-03", ["closed.year_end", "12月32日"]),
        ("desk.toml", '"name", "age"', '"name", "agee"', ["asked[2]", "「age」のことでしょうか"]),
        (
            "desk.toml",
            'asked = ["name", "age", "phone", "residence"]',
            'asked = "name"',
            ["[ ] で囲"],
        ),
        (
            "desk.toml",
            "working_days = 3",
            "working_days = 0",
            ["desk.toml の promise", "1 から 60"],
        ),
        ("desk.toml", "working_days = 3", "working_days = 3.5", ["promise.working_days", "整数"]),
        ("desk.toml", "working_days = 3", "working_days = true", ["promise.working_days", "整数"]),
        ("desk.toml", "0279-25-8526", "0279-25-ABCD", ["phone.number", "0279-25-8526"]),
        (
            "desk.toml",
            "[phone]",
            "[phone]\nanonymous = true",
            ["phone.anonymous", "より前に移して"],
        ),
        ("city.toml", "2022-04-01\nnames", "2025-04-01\nnames", ["古い順に並んでいません"]),
        ("city.toml", "2022-04-01\nnames", "2024-04-01\nnames", ["同じ日"]),
        (
            "city.toml",
            "promulgated_on = 2022-03-09",
            'promulgated_on = "3月9日"',
            ["2024-04-01 の形"],
        ),
        (
            "city.toml",
            "2022-03-09",
            "2022-03-09T00:00:00",
            ["ordinance.promulgated_on", "形の日付"],
        ),
        ("city.toml", 'prefecture = "群馬県"', 'prefecture = ""', ["空です", "要確認"]),
        ("clinic.toml", "slot_min = 45", "slot_min = 0", ["slot_min は 5 分以上"]),
        (
            "clinic.toml",
            "2024-04-20,",
            "2024-03-30,",
            ["2024-03-30 は 2024 年度の日ではありません"],
        ),
        ("clinic.toml", "2024-05-18,", "2024-04-20,", ["早い順", "二度書かずに"]),
        ("subsidy.toml", "cap_yen = 150000", "cap_yen = -5", ["version[1].amount.cap", "1 円以上"]),
        ("subsidy.toml", 'share = "1/2"', 'share = "3/2"', ["1 以下の分数"]),
        ("subsidy.toml", 'share = "1/2"', 'share = "半分"', ["「半分」は分数ではありません"]),
        (
            "subsidy.toml",
            'is = "resident"',
            'is = "residnt"',
            ["condition[1]", "resident・used_desk"],
        ),
        ("examples.toml", "open = false\nnext", "opened = false\nnext", ["「open」のことでしたら"]),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    answer = said(tmp_path, name, old, new)
    assert answer.startswith(f"{name} の ")
    for part in expected:
        assert part in answer


def test_an_example_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    text = (folder("shibukawa") / "examples.toml").read_text(encoding="utf-8")
    only = text[: text.index("[example.expect]")] + "[example.expect]\n"
    (tmp_path / "examples.toml").write_text(only, encoding="utf-8")
    with pytest.raises(ProgrammeError, match="何も確かめていません"):
        read(ExamplesFile, read_toml(tmp_path / "examples.toml", "x"), "x")


def test_notepads_byte_order_mark_and_line_ends_are_accepted(tmp_path: Path) -> None:
    text = (folder("shibukawa") / "desk.toml").read_text(encoding="utf-8")
    (tmp_path / "desk.toml").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read(Desk, read_toml(tmp_path / "desk.toml", "desk.toml"), "desk.toml").phone is not None


def test_shift_jis_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_bytes('name = "渋川市"'.encode("cp932"))
    with pytest.raises(ProgrammeError, match="Shift_JIS"):
        read_toml(tmp_path / "desk.toml", "desk.toml")


def test_other_bytes_are_named(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ProgrammeError, match="UTF-8 ではありません"):
        read_toml(tmp_path / "desk.toml", "desk.toml")


@pytest.mark.parametrize("text", ["opens = 08:30", 'name = "渋川', "= 3", "a = 1\na = 2"])
def test_broken_toml_names_file_and_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "desk.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeError, match=r"desk\.toml：TOML として読めません（.+）"):
        read_toml(tmp_path / "desk.toml", "desk.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"desk\.toml：ファイルを開けません"):
        read_toml(tmp_path / "desk.toml", "desk.toml")


def test_every_required_key_of_an_agency_is_asked_for(tmp_path: Path) -> None:
    whole = read_toml(folder("_national") / "agencies" / "moj_110.toml", "moj_110.toml")
    required = [
        "name",
        "operator",
        "needs",
        "can",
        "audience",
        "languages",
        "cost",
        "checked_on",
        "source",
        "status",
    ]
    for key in required:
        without = {"id": "moj_110", **whole}
        del without[key]
        with pytest.raises(ProgrammeError, match=f"の {key}：この項目がありません"):
            read(Agency, without, "moj_110.toml")


WRONG: tuple[object, ...] = (None, "", "x", -1, 0, 1.5, True, [], [1], {}, {"x": 1}, "2024-02-30")


def spots(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a table."""
    if path:
        yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for key, each in inside:
        yield from spots(each, (*path, key))


@given(st.data())
@pytest.mark.parametrize("name", KINDS)
def test_no_value_whatever_gives_another_error(name: str, data: st.DataObject) -> None:
    """A damaged file is either read or refused in one sentence; nothing else comes out."""
    table = copy.deepcopy(WHOLE[name])
    *above, last = data.draw(st.sampled_from(list(spots(table))))
    place: Any = table
    for step in above:
        place = place[step]
    place[last] = data.draw(st.sampled_from(WRONG))
    try:
        read(KINDS[name], table, name)
    except ProgrammeError as refused:
        assert str(refused).startswith(f"{name} の ")  # noqa: PT017 - reading well is right too
        assert str(refused).endswith("。")  # noqa: PT017 - the same
