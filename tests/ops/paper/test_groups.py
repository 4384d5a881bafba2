"""The key as a person copies it: every slip is noticed and its group is named."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.ops.paper import sheet
from madoguchi.ops.paper.sheet import GROUPS, SIGNS, Mistyped

KEY = bytes(range(100, 132))
WRITTEN = sheet.as_groups(KEY)


def test_its_examples() -> None:
    assert doctest.testmod(sheet).failed == 0


@given(st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(key: bytes) -> None:
    written = sheet.as_groups(key)
    assert [len(group) for group in written] == [5] * GROUPS
    assert sheet.from_groups(" ".join(written)) == key


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(WRITTEN).lower(),
        "-".join(WRITTEN),
        "".join(WRITTEN),
        "\n".join(WRITTEN) + "\n",
        "　".join(WRITTEN),
        " ー ".join(WRITTEN),
        " ".join(WRITTEN).replace("0", "O").replace("1", "l"),
        " ".join(WRITTEN).replace("0", "o").replace("1", "I"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in "".join(WRITTEN)),
        KEY.hex(),
        KEY.hex().upper(),
        " ".join(KEY.hex()[at : at + 4] for at in range(0, 64, 4)),
    ],
)
def test_ways_of_typing_that_are_taken(typed: str) -> None:
    assert sheet.from_groups(typed) == KEY


def numbers(typed: list[str]) -> tuple[int, ...]:
    """The groups that are named."""
    with pytest.raises(Mistyped) as slip:
        sheet.from_groups(" ".join(typed))
    return slip.value.numbers


def spoilt(place: int, group: str) -> list[str]:
    return [*WRITTEN[:place], group, *WRITTEN[place + 1 :]]


def test_every_single_wrong_sign_is_named_by_its_group() -> None:
    for place, group in enumerate(WRITTEN):
        for at in range(5):
            for sign in set(SIGNS) - {group[at]}:
                assert numbers(spoilt(place, group[:at] + sign + group[at + 1 :])) == (place + 1,)


def test_every_two_signs_that_changed_places_are_named() -> None:
    caught = 0
    for place, group in enumerate(WRITTEN):
        for at in range(4):
            turned = group[:at] + group[at + 1] + group[at] + group[at + 2 :]
            if turned != group:
                assert numbers(spoilt(place, turned)) == (place + 1,)
                caught += 1
    assert caught > 40


def test_groups_in_each_others_place_are_both_named() -> None:
    for one in range(GROUPS):
        for other in range(one):
            typed = list(WRITTEN)
            typed[one], typed[other] = typed[other], typed[one]
            assert numbers(typed) == (other + 1, one + 1)


def test_a_short_a_long_and_a_strange_group_are_named() -> None:
    assert numbers(spoilt(2, WRITTEN[2][:-1])) == (3,)
    assert numbers(spoilt(2, WRITTEN[2] + "0")) == (3,)
    assert numbers(spoilt(2, "鍵鍵鍵鍵鍵")) == (3,)
    assert numbers(spoilt(12, "ZZZZ" + SIGNS[sheet.check(13, [31] * 4)])) == (13,)  # spare bits


@pytest.mark.parametrize("typed", ["", "0", " ".join(WRITTEN[:-1]), KEY.hex()[:-1]])
def test_too_few_or_too_many_signs_are_counted(typed: str) -> None:
    with pytest.raises(Mistyped) as slip:
        sheet.from_groups(typed)
    assert slip.value.numbers == ()
    assert slip.value.found == len(typed.replace(" ", ""))
