"""Accounts as passbooks say them: read exactly, or asked about again in a sentence."""

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.bank import (
    HOLDER,
    NUMBER,
    Account,
    NotBank,
    Wrong,
    from_yucho,
    read_account,
    read_bank_code,
    read_branch_code,
    read_holder,
    read_number,
    read_sign,
    read_yucho_number,
)
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS

WORDS = texts("shibukawa")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SIGNS = frozenset(
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789().- "
)


def refused(read: Callable[[], object]) -> NotBank:
    with pytest.raises(NotBank) as told:
        read()
    return told.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234567", "1234567"),
        ("１２３４５６７", "1234567"),
        ("0000123", "0000123"),
        (" 123 4567 ", "1234567"),
        ("123-4567", "1234567"),
        ("１２３－４５６７", "1234567"),
        ("123ー4567", "1234567"),
        ("123　4567", "1234567"),
    ],
)
def test_a_number_however_it_is_written(text: str, number: str) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12345678", "bank_number_long"),
        ("123", "bank_number_short"),
        ("123456", "bank_number_short"),
        ("１２３４５６７８", "bank_number_long"),
        ("1234-5678", "bank_number_long"),
        ("", "bank_number_empty"),
        ("　-　", "bank_number_empty"),
        ("普通1234567", "bank_number_letters"),
        ("123456O", "bank_number_letters"),
        ("一二三四五六七", "bank_number_letters"),
        ("1234567.0", "bank_number_letters"),
        ("①②③④⑤⑥⑦⑧", "bank_number_long"),
        ("१२३", "bank_number_letters"),
    ],
)
def test_what_is_no_number_is_asked_about_again(text: str, code: str) -> None:
    assert refused(lambda: read_number(text)).code == code


def test_eight_digits_lead_to_the_post_bank() -> None:
    wrong = refused(lambda: read_number("12345671"))
    said = WORDS.get(f"form.{wrong.code}").words
    assert "7けたまで" in said
    assert "ゆうちょ" in said


@pytest.mark.parametrize("text", ["", "1", "001", "00001", "みずほ", "0001a", "000"])
def test_a_bank_has_four_digits(text: str) -> None:
    assert refused(lambda: read_bank_code(text)).code == "bank_code_digits"


@pytest.mark.parametrize("text", ["", "12", "0123", "本店"])
def test_a_branch_has_three_digits(text: str) -> None:
    assert refused(lambda: read_branch_code(text)).code == "bank_branch_digits"


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("ヤマダ　ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("やまだ はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("  ヤマダ 　 ハナコ ", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("キョウコ シャッフル", "ｷﾖｳｺ ｼﾔﾂﾌﾙ"),
        ("ジョージ・マイケル".replace("・", " "), "ｼﾞﾖ-ｼﾞ ﾏｲｹﾙ"),
        ("オーノ", "ｵ-ﾉ"),
        ("ｵｰﾉ", "ｵ-ﾉ"),
        ("オ−ノ", "ｵ-ﾉ"),
        ("カヲル", "ｶｵﾙ"),
        ("ヰセキ ヱミ", "ｲｾｷ ｴﾐ"),
        ("ヴィクトル", "ｳﾞｲｸﾄﾙ"),
        ("ぱぱ", "ﾊﾟﾊﾟ"),
        ("カ゛", "ｶﾞ"),
        ("か\u3099", "ｶﾞ"),
        ("カ）ワタナベ", "ｶ)ﾜﾀﾅﾍﾞ"),
        ("ワタナベ（カ", "ﾜﾀﾅﾍﾞ(ｶ"),
        ("ｓｍｉｔｈ john", "SMITH JOHN"),
        ("ヤマダ２", "ﾔﾏﾀﾞ2"),
    ],
)
def test_a_holder_however_it_is_written(text: str, holder: str) -> None:
    assert read_holder(text) == holder


@pytest.mark.parametrize(
    ("text", "code", "sign"),
    [
        ("", "bank_holder_empty", ""),
        ("　 ", "bank_holder_empty", ""),
        ("山田ハナコ", "bank_holder_sign", "山"),
        ("ヤマダ・ハナコ", "bank_holder_sign", "・"),
        ("ヤマダ,ハナコ", "bank_holder_sign", ","),
        ("ヤマダ♥", "bank_holder_sign", "♥"),
        ("アｱ゛゛", "bank_holder_sign", "\u3099"),
        ("ヤマダ\x00", "bank_holder_sign", "\x00"),
        ("ア" * 31, "bank_holder_long", ""),
        ("ガ" * 16, "bank_holder_long", ""),
    ],
)
def test_what_no_bank_writes_is_named(text: str, code: str, sign: str) -> None:
    wrong = refused(lambda: read_holder(text))
    assert (wrong.code, wrong.sign) == (code, sign)


def test_thirty_signs_with_their_marks_fit() -> None:
    assert len(read_holder("ガ" * 15)) == HOLDER


@given(st.text(max_size=40))
def test_a_holder_is_what_banks_write_or_is_refused(text: str) -> None:
    wrong: NotBank | None = None
    holder = ""
    try:
        holder = read_holder(text)
    except NotBank as told:
        wrong = told
    if wrong is not None:
        assert wrong.code.startswith("bank_holder_")
        assert len(wrong.sign) <= 1
        return
    assert 1 <= len(holder) <= HOLDER
    assert set(holder) <= SIGNS
    assert read_holder(holder) == holder


@pytest.mark.parametrize(
    ("sign", "number", "branch", "kind", "seven"),
    [
        ("14030", "12345671", "408", "ordinary", "1234567"),
        ("10530", "12345671", "058", "ordinary", "1234567"),
        ("17300", "19927651", "738", "ordinary", "1992765"),
        ("１０４６０", "５６７１", "048", "ordinary", "0000567"),
        ("10530", "2-12345671", "058", "ordinary", "1234567"),
        ("10530", "2-1234561", "058", "ordinary", "0123456"),
        ("10530-2", "12345671", "058", "ordinary", "1234567"),
        ("10530-", "1234-5671", "058", "ordinary", "1234567"),
        ("00170", "123456", "019", "current", "0123456"),
        ("00170", "3-123456", "019", "current", "0123456"),
        ("00530", "71", "059", "current", "0000071"),
    ],
)
def test_a_post_banks_sign_and_number_as_the_bank_publishes_it(
    sign: str, number: str, branch: str, kind: str, seven: str
) -> None:
    found = from_yucho(sign, number, "ヤマダ")
    assert (found.bank_code, found.branch_code) == ("9900", branch)
    assert (found.kind, found.number) == (kind, seven)


def test_a_savings_passbook_is_said_and_a_giro_account_never_is_one() -> None:
    assert from_yucho("14030", "12345671", "ア", "savings").kind == "savings"
    assert from_yucho("00170", "123456", "ア", "savings").kind == "current"


@pytest.mark.parametrize("sign", ["", "1403", "140300", "24030", "1403a", "記号", "14030-22"])
def test_what_is_no_sign_is_asked_about_again(sign: str) -> None:
    assert refused(lambda: read_sign(sign)).code == "bank_yucho_sign"


@pytest.mark.parametrize(
    ("number", "giro", "code"),
    [
        ("123456781", False, "bank_yucho_number_long"),
        ("12345678", False, "bank_yucho_end"),
        ("1", False, "bank_yucho_end"),
        ("1234567", True, "bank_yucho_giro_long"),
        ("", False, "bank_number_empty"),
        ("", True, "bank_number_empty"),
        ("番号1", False, "bank_number_letters"),
    ],
)
def test_what_is_no_post_bank_number_is_asked_about_again(
    *, number: str, giro: bool, code: str
) -> None:
    assert refused(lambda: read_yucho_number(number, giro=giro)).code == code


@given(st.integers(0, 9_999_999), st.integers(0, 99), st.integers(0, 99))
def test_a_sign_and_number_keep_every_digit_that_counts(number: int, two: int, rest: int) -> None:
    sign = f"1{two:02}{rest:02}"
    found = from_yucho(sign.translate(WIDE), f"{number}1", "ア")
    assert found.branch_code == f"{two:02}8"
    assert int(found.number) == number
    assert len(found.number) == NUMBER


def test_five_answers_make_an_account() -> None:
    found = read_account(
        bank_code="0001", branch_code="012", kind="current", number="0000077", holder_kana="ヤマダ"
    )
    assert found == Account("0001", "012", "current", "0000077", "ﾔﾏﾀﾞ")


def test_nothing_of_an_account_stands_in_a_traceback() -> None:
    found = Account("0001", "012", "ordinary", "1234567", "ﾔﾏﾀﾞ ﾊﾅｺ")
    assert repr(found) == str(found) == "Account(＊＊＊＊567)"
    wrong = refused(lambda: read_holder("山田"))
    assert str(wrong) == "bank_holder_sign"


@pytest.mark.parametrize("code", get_args(Wrong.__value__))
@pytest.mark.parametrize("column", COLUMNS)
def test_every_refusal_has_a_sentence_that_says_what_to_do(code: str, column: str) -> None:
    said = WORDS.get(f"form.{code}", column, sign="山")  # type: ignore[arg-type]
    assert said.column == column
    if column == "ja":
        assert "ください" in said.words
