"""A subsidy.toml that cannot be right is refused in a sentence with file, key and remedy."""

from pathlib import Path

import pytest

from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml
from madoguchi.rules.programme.subsidy import Subsidy

NAME = "subsidy.toml"


def written(city: str) -> str:
    """A city's file as it stands."""
    return (folder(city) / NAME).read_text(encoding="utf-8")


def version(text: str) -> str:
    """The first version of a file, as it may be written again below."""
    return "[[version]]\n" + text.split("\n[[version]]\n", 1)[1]


def refused(path: Path, text: str) -> str:
    """What the reader says of a file."""
    (path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeError) as told:
        read(Subsidy, read_toml(path / NAME, NAME), NAME)
    return str(told.value)


WRONG = {
    "a misspelt condition": (
        "shibukawa",
        'is = "used_desk"',
        'is = "use_desk"',
        ["subsidy.toml の version[1].condition[2].is", "「used_desk」のことでしたら"],
    ),
    "a condition nobody built": (
        "shibukawa",
        'is = "resident"',
        'is = "left_handed"',
        ["condition[1].is", "「left_handed」という種類はありません", "resident・used_desk"],
    ),
    "a condition without a name": (
        "shibukawa",
        'is = "resident"\n',
        "",
        ["condition[1].is", "is には"],
    ),
    "a condition twice": (
        "shibukawa",
        'is = "no_gang_ties"',
        'is = "no_tax_arrears"',
        ["version[1]", "同じ is の条件が二つあります"],
    ),
    "a key of another condition": (
        "shibukawa",
        'who = ["lawyer"]',
        'who = ["lawyer"]\nfrequency = "person"',
        ["condition[3].frequency", "知らない項目です"],
    ),
    "an open place without its source": (
        "shibukawa",
        'who_source = "要確認"\n',
        "",
        ["condition[3].who_source", "この項目がありません"],
    ),
    "a channel that is none": (
        "shibukawa",
        'desk_used_means = ["phone", "face", "email"]',
        'desk_used_means = ["phone", "fax"]',
        ["desk_used_means[2]", "「fax」は選べません"],
    ),
    "a misspelt key": (
        "shibukawa",
        "contract_after =",
        "contract_afer =",
        ["timing.contract_afer", "「contract_after」のことでしたら"],
    ),
    "a misspelt timing": (
        "shibukawa",
        'is = "before_contract"',
        'is = "before_contrct"',
        ["version[1].timing.is", "「before_contract」のことでしたら"],
    ),
    "a negative cap": (
        "shibukawa",
        "cap_yen = 150000",
        "cap_yen = -150000",
        ["version[1].amount.cap", "cap_yen は 1 円以上"],
    ),
    "a cap of nothing": (
        "shibukawa",
        "cap_yen = 150000",
        "cap_yen = 0",
        ["version[1].amount.cap", "cap_yen は 1 円以上"],
    ),
    "a cap in words": (
        "shibukawa",
        "cap_yen = 150000",
        'cap_yen = "15万円"',
        ["amount.cap.cap_yen", "「15万円」は使えません", "整数"],
    ),
    "a cap with decimals": (
        "shibukawa",
        "cap_yen = 150000",
        "cap_yen = 150000.00",
        ["amount.cap.cap_yen", "整数"],
    ),
    "a cap in powers of ten": (
        "shibukawa",
        "cap_yen = 150000",
        "cap_yen = 1e9",
        ["amount.cap.cap_yen", "整数"],
    ),
    "a cap with a comma": (
        "shibukawa",
        "cap_yen = 150000",
        "cap_yen = 150,000",
        ["TOML として読めません", "コンマのない数字"],
    ),
    "more than the whole": ("shibukawa", '"1/2"', '"3/2"', ["amount.formula", "1 以下の分数"]),
    "a share of nothing": ("shibukawa", '"1/2"', '"0"', ["amount.formula", "0 より大きく"]),
    "a share of no whole": ("shibukawa", '"1/2"', '"1/0"', ["formula.share", "分数ではありません"]),
    "a formula nobody built": (
        "shibukawa",
        'is = "share"',
        'is = "per_page"',
        ["version[1].amount.formula.is", "「per_page」という種類はありません"],
    ),
    "rounding to nothing": (
        "shibukawa",
        "unit_yen = 1000",
        "unit_yen = 0",
        ["amount.rounding", "unit_yen は 1 円以上"],
    ),
    "a day that does not exist": (
        "shibukawa",
        "since = 2024-04-01",
        "since = 2023-02-29",
        ["TOML として読めません", "こよみにある日"],
    ),
    "an era date": (
        "shibukawa",
        "since = 2024-04-01",
        'since = "平成31年5月1日"',
        ["version[1].since", "2024-04-01 の形の日付"],
    ),
    "an end of its own, and so a gap": (
        "shibukawa",
        'reissued = "yearly"',
        'reissued = "yearly"\nuntil = 2025-03-31',
        ["version[1].until", "知らない項目です"],
    ),
    "a misspelt table": (
        "shibukawa",
        "[version.amount.less]",
        "[version.amount.lesss]",
        ["version[1].amount.lesss", "「less」のことでしたら"],
    ),
    "an income table out of order": (
        "yamanashi",
        "household = 2",
        "household = 1",
        ["condition[3]", "household の少ない順に"],
    ),
    "a negative income": (
        "yamanashi",
        "at_most_yen = 182000",
        "at_most_yen = -1",
        ["condition[3].row[1]", "at_most_yen は 0 円以上"],
    ),
    "no consultation at all": (
        "yamanashi",
        'of = ["yamanashi_pref", "houterasu"]',
        "of = []",
        ["condition[2]", "of が空です"],
    ),
}


@pytest.mark.parametrize(("city", "old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_right_is_refused(
    tmp_path: Path, city: str, old: str, new: str, said: list[str]
) -> None:
    assert old in written(city), old
    told = refused(tmp_path, written(city).replace(old, new, 1))
    assert told.startswith(NAME)
    assert told.endswith("。")
    assert not [each for each in said if each not in told], told


def test_two_versions_of_one_day_overlap(tmp_path: Path) -> None:
    text = written("shibukawa")
    told = refused(tmp_path, text + "\n" + version(text))
    assert "二つが同じ日（since = 2024-04-01）" in told


def test_an_older_version_below_a_newer_is_out_of_order(tmp_path: Path) -> None:
    text = written("shibukawa")
    older = version(text).replace("since = 2024-04-01", "since = 2023-04-01", 1)
    assert "古い順に並んでいません" in refused(tmp_path, text + "\n" + older)


def test_an_end_before_a_version_began(tmp_path: Path) -> None:
    told = refused(tmp_path, "ended_on = 2024-03-31\n" + written("shibukawa"))
    assert "ended_on（2024-03-31）" in told
    assert "since（2024-04-01）" in told


def test_no_version_at_all(tmp_path: Path) -> None:
    assert "[[version]] がありません" in refused(tmp_path, 'name = "補助"\nversion = []')


def test_no_cost_that_counts(tmp_path: Path) -> None:
    before, _, rest = written("yamanashi").partition("[[version.cost]]")
    after = rest[rest.index("[version.amount") :]
    text = (before + after).replace('reissued = "yearly"', 'reissued = "yearly"\ncost = []', 1)
    assert "[[version.cost]] がありません" in refused(tmp_path, text)


def test_versions_that_follow_each_other_leave_no_gap(tmp_path: Path) -> None:
    """The control: the day before a version begins belongs to the one before."""
    text = written("shibukawa")
    newer = version(text).replace("since = 2024-04-01", "since = 2025-04-01", 1)
    (tmp_path / NAME).write_text(text + "\n" + newer, encoding="utf-8")
    found = read(Subsidy, read_toml(tmp_path / NAME, NAME), NAME)
    first, second = found.version
    assert found.version_on(second.since.replace(month=3, day=31)) is first
    assert found.version_on(second.since) is second
