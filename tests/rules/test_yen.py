"""Amounts as people write them: read exactly, or asked about again, never guessed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.numbers import MOST_YEN, NotYen, read_yen

WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("299,999", 299_999),
        ("300001円", 300_001),
        ("0", 0),
        ("０円", 0),
        ("15万円", 150_000),
        ("１５万", 150_000),
        ("１５０，０００", 150_000),
        ("150、000", 150_000),
        (" 150,000 円\n", 150_000),
        ("¥150,000", 150_000),
        ("￥１５０,０００", 150_000),
        ("1万5千円", 15_000),
        ("1万5,000円", 15_000),
        ("29万9999円", 299_999),
        ("1億2345万", 123_450_000),
        ("1,000万円", 10_000_000),
        ("007", 7),
        ("9,999,999,999", MOST_YEN),
        ("99億9999万9999円", MOST_YEN),
    ],
)
def test_what_people_write_is_read(text: str, yen: int) -> None:
    assert read_yen(text) == yen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" 　\t", "empty"),
        ("円", "unreadable"),
        ("1e9", "unreadable"),
        ("１ｅ９", "unreadable"),
        ("0x10", "unreadable"),
        ("1_000", "unreadable"),
        ("十五万円", "unreadable"),
        ("約15万円", "unreadable"),
        ("15万円くらい", "unreadable"),
        ("10万～15万", "unreadable"),
        ("100-200", "unreadable"),
        ("1,5", "unreadable"),
        ("1,50000", "unreadable"),
        ("1万50000", "unreadable"),
        ("1万2万", "unreadable"),
        ("5千1万", "unreadable"),
        ("15²", "unreadable"),
        ("①", "unreadable"),
        ("١٥", "unreadable"),
        ("NaN", "unreadable"),
        ("Infinity", "unreadable"),
        ("=1+1", "unreadable"),
        ("150000.00", "decimal"),
        ("１５０，０００．００", "decimal"),
        ("1.5万円", "decimal"),
        ("149,999.5", "decimal"),
        ("-1", "negative"),
        ("−1", "negative"),
        ("－１円", "negative"),
        ("▲1,000", "negative"),
        ("¥-1", "negative"),
        ("-0", "negative"),
        ("10,000,000,000", "too_much"),
        ("100億", "too_much"),
        ("9" * 13, "too_much"),
        ("9" * 100_000, "too_much"),
    ],
)
def test_what_is_no_whole_yen_says_why(text: str, code: str) -> None:
    with pytest.raises(NotYen) as told:
        read_yen(text)
    assert told.value.code == code


@given(st.integers(0, MOST_YEN))
def test_every_amount_is_read_back_however_it_is_written(yen: int) -> None:
    man, rest = divmod(yen, 10_000)
    written = [f"{yen}", f"{yen:,}円", f"{yen:,}".translate(WIDE)]
    written += [f"{man % 10_000}万{rest}円"] if man < 10_000 and man else []
    assert {read_yen(each) for each in written} == {yen}


@given(st.text(alphabet=st.sampled_from("0123456789,.、－-円万千億¥ e０９，"), max_size=20))
def test_whatever_is_typed_is_an_amount_in_range_or_a_sentence(text: str) -> None:
    with suppress(NotYen):
        assert 0 <= read_yen(text) <= MOST_YEN
