"""What a mail seems to say: labels, widths, eras, and never more than stands there."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.proposals import MOST_OF_ONE, MOST_URLS, OLDEST, propose

ON = date(2026, 11, 30)
NAMES = st.sampled_from(["髙﨑 花子", "𠮷田　太郎", "山田花子", "Nguyễn Văn An", "葛󠄀城 一"])
LABELS = {
    "name": ["氏名", "名前", "お名前", "■ご氏名", "【氏名】", "１．氏名", "・名前（漢字）"],
    "phone": ["電話", "電話番号", "TEL", "Tel", "携帯電話番号", "ご連絡先", "【電話】"],
    "age": ["年齢", "ご年齢", "●年齢"],
    "town": ["住所", "居住地", "お住まい", "ご住所"],
}
COLONS = st.sampled_from(["：", ":", " ： ", "　", "＝", "\n", "：\n"])
WIDE = str.maketrans({**{str(n): chr(0xFF10 + n) for n in range(10)}, "-": "ー"})


def said(text: str, asked: str) -> list[str]:
    """What is proposed for a question."""
    return [one.value for one in propose(text, ON) if one.asked == asked]


@given(st.sampled_from(LABELS["name"]), COLONS, NAMES)
def test_a_name_behind_its_label_is_proposed_as_it_was_written(
    label: str, colon: str, name: str
) -> None:
    (one,) = [
        one for one in propose(f"こんにちは。\n{label}{colon}{name}", ON) if one.asked == "name"
    ]
    assert one.value == name
    assert one.sure


@given(
    st.sampled_from(LABELS["phone"]),
    COLONS,
    st.from_regex(r"\A0[789]0-[0-9]{4}-[0-9]{4}\Z"),
    st.booleans(),
)
def test_a_telephone_number_in_any_width(
    label: str,
    colon: str,
    number: str,
    wide: bool,  # noqa: FBT001 - drawn
) -> None:
    text = f"{label}{colon}{number.translate(WIDE) if wide else number}"
    digits = ["".join(filter(str.isdigit, one)).translate(NARROW) for one in said(text, "phone")]
    assert digits == [number.replace("-", "")]


NARROW = str.maketrans({chr(0xFF10 + n): str(n) for n in range(10)})


@given(
    st.sampled_from(LABELS["age"]),
    COLONS,
    st.integers(0, OLDEST),
    st.sampled_from(["", "歳", "才"]),
)
def test_an_age_is_a_number_that_a_person_can_have(
    label: str, colon: str, age: int, unit: str
) -> None:
    assert said(f"{label}{colon}{age}{unit}", "age") == [str(age)]
    assert said(f"{label}{colon}{age + OLDEST + 1}{unit}", "age") == []


@given(st.dates(date(1912, 8, 1), ON))
def test_a_birthday_becomes_an_age_in_any_era(born: date) -> None:
    from madoguchi.rules.koyomi.wareki import wareki

    age = ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))
    assert said(f"生年月日：{wareki(born)}", "age") == [str(age)]
    assert said(f"生年月日　{born:%Y/%m/%d}", "age") == [str(age)]


@given(st.text(max_size=300))
def test_what_is_proposed_stands_in_the_text(text: str) -> None:
    for one in propose(text, ON):
        assert one.found in text
        assert len(said(text, one.asked)) <= (MOST_URLS if one.asked == "urls" else MOST_OF_ONE)


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("https://example.com/a?b=1。見てください", "urls", ["https://example.com/a?b=1"]),
        ("(ttp://example.com/x)", "urls", ["ttp://example.com/x"]),
        ("34歳の会社員です", "age", ["34"]),
        ("18歳未満の子です", "age", []),
        ("３０代です", "age_band", ["30_39"]),
        ("50代です", "age_band", []),
        ("渋川市に住んでいます", "town", ["渋川市"]),
        ("渋川市石原に住んでいます", "town", ["渋川市石原"]),
        ("渋川市内に住んでいます", "town", ["渋川市"]),
        ("渋川市外に住んでいます", "town", []),
        ("渋川市の近くに住んでいます", "town", []),
        ("住所：〒377-0008 渋川市渋川1234", "town", ["渋川市渋川1234"]),
        ("私は山田花子と申します。", "name", ["山田花子"]),
        ("ﾌﾘｶﾞﾅ：ﾔﾏﾀﾞ ﾊﾅｺ", "kana", ["ﾔﾏﾀﾞ ﾊﾅｺ"]),
        ("メール：taro..x@docomo.ne.jp", "email", ["taro..x@docomo.ne.jp"]),
        ("+81 90 1234 5678 です", "phone", ["+81 90 1234 5678"]),
        ("+1 202 555 0100", "phone", ["+1 202 555 0100"]),
        ("注文 1234567890123 番、〒377-0008", "phone", []),
        ("https://example.com/0901234567890", "phone", []),
        ("> 電話：0279-22-2111\n>> 氏名：木村", "phone", []),
        ("> 氏名：木村", "name", []),
    ],
)
def test_as_people_write(text: str, asked: str, values: list[str]) -> None:
    assert said(text, asked) == values


def test_nothing_is_proposed_of_nothing() -> None:
    assert propose("", ON) == ()
    assert propose("ありがとうございました。", ON) == ()


@pytest.mark.parametrize("one", ["0-", "9", "a@", "氏名", "市", "h", "(", "私は"])
def test_a_text_made_to_be_slow_is_not(one: str) -> None:
    begun = process_time()
    propose("\n".join([one * 2_000] * 50), ON)
    assert process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "residence", "town"),
    [
        ("お住まい：渋川市", ["inside"], []),
        ("お住まい：渋川市石原", ["inside"], ["石原"]),
        ("住所：〒377-0008 群馬県渋川市渋川1234", ["inside"], ["渋川1234"]),
        ("渋川市に住んでいます", ["inside"], []),
        ("居住地：群馬県高崎市", ["outside"], ["高崎市"]),
        ("住所：東京都新宿区", ["outside"], ["東京都新宿区"]),
        ("お住まい：石原", [], ["石原"]),
    ],
)
def test_a_place_is_told_apart_from_its_town(
    text: str, residence: list[str], town: list[str]
) -> None:
    """Counts and referrals go by the first, not by the second."""
    found = propose(text, ON, "渋川市", "群馬県")
    assert [one.value for one in found if one.asked == "residence"] == residence
    assert [one.value for one in found if one.asked == "town"] == town
