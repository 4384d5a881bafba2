"""Who must not meet on one clinic day."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.rules.apart import Party, far_enough, meets

ONE, TWO = UUID(int=1), UUID(int=2)

WORDS = some.sampled_from(
    (
        "山田花子",
        "ヤマダ ハナコ",
        "鈴木一郎さん",
        "同じ課の鈴木一郎",
        "林",
        "小林次郎",
        "@hito_99",
        "",
    )
)
PHONES = some.sampled_from(("090-1234-5678", "+81 90 1234 5678", "0279-25-8526", "8526", "非通知"))
PARTIES = some.builds(
    Party.of,
    some.sampled_from((ONE, TWO)),
    some.lists(WORDS, max_size=2),
    some.lists(PHONES, max_size=2),
    some.lists(WORDS, max_size=2),
)


def test_nobody_speaks_against_strangers() -> None:
    mine = Party.of(ONE, ["山田花子"], ["090-1234-5678"], ["鈴木一郎"])
    theirs = Party.of(TWO, ["佐藤次郎"], ["0279-25-8526"], ["高橋三郎"])
    assert meets(mine, theirs) == frozenset()


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"names": ["山田　花子"]}, {"names": ["山田花子様"]}),
        ({"names": ["やまだはなこ"]}, {"names": ["ﾔﾏﾀﾞ ﾊﾅｺ"]}),
        ({"names": ["髙﨑"]}, {"names": ["高崎"]}),
        ({"phones": ["０９０−１２３４−５６７８"]}, {"phones": ["+81(0)90 1234 5678"]}),
    ],
)
def test_the_same_person_in_two_spellings(
    mine: dict[str, list[str]], theirs: dict[str, list[str]]
) -> None:
    assert meets(Party.of(ONE, **mine), Party.of(TWO, **theirs)) == {"same_person"}


@pytest.mark.parametrize("spoken", ["鈴木一郎", "鈴木 一郎さん", "元上司の鈴木一郎（営業課）"])
def test_the_other_party_of_one_is_the_other(spoken: str) -> None:
    mine, theirs = Party.of(ONE, ["山田花子"], others=[spoken]), Party.of(TWO, ["鈴木　一郎"])
    assert meets(mine, theirs) == meets(theirs, mine) == {"other_party"}


def test_both_speak_of_one_other() -> None:
    mine = Party.of(ONE, others=["@hito_99 という人"])
    assert meets(mine, Party.of(TWO, others=["＠ＨＩＴＯ＿９９"])) == {"same_other"}


def test_an_other_is_the_same_in_different_words() -> None:
    mine = Party.of(ONE, others=["元上司の鈴木一郎さん（営業課）"])
    theirs = Party.of(TWO, others=["たぶん鈴木一郎だと思います"])
    assert meets(mine, theirs) == {"same_other"}
    other = Party.of(TWO, others=["たぶん高橋三郎だと思います", "元上司の佐藤（営業課）"])
    assert meets(mine, other) == frozenset()


@pytest.mark.parametrize(
    "said",
    [
        "元夫",
        "上司",
        "職場の同僚",
        "元交際相手",
        "同じ学校の人",
        "クラスメート",
        "インスタグラムのアカウント",
    ],
)
def test_somebodys_boss_is_no_name(said: str) -> None:
    assert meets(Party.of(ONE, others=[said]), Party.of(TWO, others=[said])) == frozenset()


def test_short_names_are_only_the_same_where_they_are_whole() -> None:
    mine = Party.of(ONE, others=["林"])
    assert meets(mine, Party.of(TWO, ["小林次郎"])) == frozenset()
    assert meets(mine, Party.of(TWO, ["林さん"])) == {"other_party"}
    assert meets(Party.of(ONE, ["山田"]), Party.of(TWO, ["山田花子"])) == frozenset()


def test_where_a_name_begins_to_be_looked_for_and_a_number_to_be_one() -> None:
    mine = Party.of(ONE, others=["上司の林一郎"])
    assert meets(mine, Party.of(TWO, ["林一郎"])) == {"other_party"}
    assert meets(mine, Party.of(TWO, ["一郎"])) == frozenset()
    assert Party.of(ONE, phones=["012345678", "01234567"]).phones == {"012345678"}
    assert Party.of(ONE, ["さん", "林さん"]).names == {"サン", "林"}


def test_nothing_is_like_nothing() -> None:
    for unknown in ("不明", "誰かわからない", "匿名のアカウント", "相手は不明です。", "知らない人"):
        assert Party.of(ONE, others=[unknown]) == Party(ONE)
    empty = Party.of(ONE, ["", "　"], ["", "なし", "8526"], [""])
    assert empty == Party(ONE)
    assert meets(empty, Party.of(TWO, [""], ["8526"])) == frozenset()


@given(PARTIES, PARTIES)
def test_a_meeting_reads_the_same_from_both_sides(mine: Party, theirs: Party) -> None:
    assert meets(mine, theirs) == meets(theirs, mine)


@given(PARTIES)
def test_one_case_is_one_person(mine: Party) -> None:
    assert "same_person" in meets(mine, mine)


@given(PARTIES, PARTIES, some.lists(WORDS, max_size=2))
def test_to_know_more_never_hides_a_meeting(mine: Party, theirs: Party, more: list[str]) -> None:
    told = Party.of(theirs.case_id, more, [], more)
    wider = Party(
        theirs.case_id, theirs.names | told.names, theirs.phones, theirs.others | told.others
    )
    assert meets(mine, theirs) <= meets(mine, wider)


@given(some.integers(1, 30), some.lists(some.integers(1, 30), max_size=6), some.integers(0, 5))
def test_so_many_slots_lie_between(number: int, taken: list[int], apart: int) -> None:
    if far_enough(number, taken, apart):
        assert number not in taken
        assert not {number + step for step in range(-apart, apart + 1)} & set(taken)
    else:
        assert any(abs(number - other) <= apart for other in taken)
