"""An old name and a new one, one household, one account: the same is found, nothing is decided."""

from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.decision import Decision, Held
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.duplicates import Who, alike, marks, place

BEFORE = Who(
    kana="サトウ ハナコ",
    phone="090-1234-5678",
    address="群馬県渋川市石原80番地",
    born_on="2001-04-01",
    account="0001-012-ordinary-1234567",
)
STRANGER = Who(
    "スズキ タロウ", "027-000-0000", "渋川市有馬1", "1990-01-01", "0002-001-current-7654321"
)


def codes(one: Who, other: Who) -> list[str]:
    return [reason.code.removeprefix("grant.alike.") for reason in alike(one, other)]


def test_a_married_name_is_the_same_person_in_four_ways() -> None:
    married = replace(BEFORE, kana="タナカ ハナコ")
    assert codes(BEFORE, married) == ["phone", "address", "account", "birth", "name"]


@pytest.mark.parametrize("same", ["phone", "address", "account"])
def test_who_is_asked_for_no_birthday_is_found_by_the_given_name_and_one_thing_more(
    same: str,
) -> None:
    before = Who(kana="サトウ ハナコ", **{same: getattr(BEFORE, same)})
    assert codes(before, replace(before, kana="ﾀﾅｶ ﾊﾅｺ")) == [same, "name"]
    assert codes(before, replace(before, kana="タナカ ジロウ")) == [same]


@pytest.mark.parametrize("former", ["佐藤 花子", "佐藤　花子", "佐藤花子", "佐藤"])
def test_who_says_a_former_name_is_found_under_it(former: str) -> None:
    before = Who(kana="サトウ ハナコ", name="佐藤 花子")
    after = Who(kana="タナカ ハナコ", name="田中 花子", former_name=former)
    assert codes(before, after) == codes(after, before) == ["name"]
    assert codes(before, replace(after, former_name="佐々木")) == []
    assert codes(before, replace(after, kana="タナカ ヨウコ")) == []
    assert codes(before, replace(after, former_name="")) == []


def test_a_household_shares_a_place_and_a_telephone_and_no_birthday() -> None:
    child = replace(BEFORE, kana="サトウ タロウ", born_on="2010-05-05", account="")
    assert codes(BEFORE, child) == ["phone", "address"]


def test_twins_are_not_one_person() -> None:
    twin = Who(kana="サトウ ハルコ", born_on="2001-04-01")
    assert codes(BEFORE, twin) == []


def test_strangers_have_nothing_in_common() -> None:
    assert codes(BEFORE, STRANGER) == []


def test_what_is_not_known_is_like_nothing() -> None:
    assert codes(Who(), Who()) == []
    assert codes(Who(kana="サトウ ハナコ"), Who(kana="タナカ ハナコ")) == []
    assert codes(BEFORE, Who()) == []
    assert codes(Who(born_on="2001-04-01"), Who(born_on="2001-04-01")) == []


@pytest.mark.parametrize(
    "phone", ["09012345678", "０９０－１２３４－５６７８", "+81 90-1234-5678", "(090) 1234 5678"]
)
def test_a_telephone_however_it_is_spelled(phone: str) -> None:
    assert codes(Who(phone=BEFORE.phone), Who(phone=phone)) == ["phone"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("群馬県渋川市石原80番地", "渋川市石原８０"),
        ("〒377-8501 渋川市石原80", "渋川市石原80番"),
        ("渋川市石原1丁目2番3号", "渋川市石原一丁目2-3"),
        ("渋川市石原十二丁目3番地の4", "渋川市石原12-3-4"),
        ("渋川市石原二十丁目1", "渋川市石原20-1"),
        ("渋川市石原80-1 コーポ101号室", "渋川市石原80の1コーポ101"),
        ("渋川市石原1-2-3 405号室", "渋川市石原1-2-3-405"),
        ("渋川市八木原ヶ丘1", "渋川市八木原ケ丘1番地"),
        ("神奈川県横浜市中区1-1", "横浜市中区1番1号"),
        ("渋川市澤田1", "渋川市沢田1"),
    ],
)
def test_an_address_however_it_is_spelled(one: str, other: str) -> None:
    assert codes(Who(address=one), Who(address=other)) == ["address"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("渋川市石原80", "渋川市石原801"),
        ("渋川市石原8-01", "渋川市石原80-1"),
        ("渋川市石原1-23", "渋川市石原12-3"),
        ("渋川市石原80 101号室", "渋川市石原80 102号室"),
        ("渋川市石原1-2-3　４０５", "渋川市石原1-2-3405"),
        ("渋川市一番町1", "渋川市二番町1"),
    ],
)
def test_neighbours_are_not_one_place(one: str, other: str) -> None:
    assert codes(Who(address=one), Who(address=other)) == []


@given(st.text(max_size=30))
def test_any_address_is_like_itself_and_folded_once(address: str) -> None:
    folded = place(address)
    assert codes(Who(address=address), Who(address=address)) == (["address"] if folded else [])


@given(st.builds(Who, *[st.text(max_size=12)] * 5), st.builds(Who, *[st.text(max_size=12)] * 5))
def test_it_does_not_matter_who_came_first(one: Who, other: Who) -> None:
    assert alike(one, other) == alike(other, one)


SPELLED = Who(  # the same person, spelled otherwise in each field and called otherwise now
    kana="ﾀﾅｶ ﾊﾅｺ",
    phone="+81 90-1234-5678",
    address="渋川市石原８０",
    born_on="2001-04-01",
    account="0001-012-1234567",
    name="田中 花子",
    former_name="佐藤",
)
PEOPLE = (replace(BEFORE, account="0001-012-1234567", name="佐藤 花子"), SPELLED, STRANGER, Who())
people = st.builds(  # each of few values, so that two often have one in common
    Who,
    **{
        each.name: st.sampled_from([getattr(who, each.name) for who in PEOPLE])
        for each in fields(Who)
    },
)


@given(people, people)
def test_who_is_alike_shares_a_mark(one: Who, other: Who) -> None:
    assert marks(one) & marks(other) or not alike(one, other)


@given(st.builds(Who, *[st.text(max_size=12)] * 7))
def test_whatever_is_typed_has_marks_and_is_found_by_them(who: Who) -> None:
    assert marks(who) or not alike(who, who)


@pytest.mark.parametrize("kind", ["phone", "address", "account", "birth", "name"])
def test_control_without_one_kind_of_mark_somebody_alike_is_missed(kind: str) -> None:
    one, other = PEOPLE[:2]
    kept = {"birth": ("kana", "born_on"), "name": ("kana", "name", "former_name")}.get(
        kind, (kind,)
    )
    alone = [Who(**{name: getattr(who, name) for name in kept}) for who in (one, other)]
    assert alike(*alone)
    shared = marks(alone[0]) & marks(alone[1])
    assert Counter(mark.partition(" ")[0] for mark in shared) == {kind: 1}


def test_strangers_and_twins_share_none() -> None:
    assert not marks(BEFORE) & marks(STRANGER)
    assert not marks(Who(kana="サトウ ハルコ", born_on="2001-04-01")) & marks(BEFORE)
    assert marks(Who()) == marks(Who(born_on="2001-04-01", name="佐藤 花子")) == frozenset()


def test_it_is_shown_and_never_decided() -> None:
    found = alike(BEFORE, BEFORE)
    assert {one.held for one in found} == {Held.UNKNOWN}
    assert Decision.of(*found).answer == "ask"


def test_every_likeness_has_words_without_what_is_alike() -> None:
    words = texts("shibukawa")
    written = {key for key in words.words if key.startswith("ground.grant.alike.")}
    assert written == {f"ground.{one.code}" for one in alike(BEFORE, BEFORE)}
    assert all(not one.values for one in alike(BEFORE, BEFORE))
