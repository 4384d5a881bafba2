"""Words are found however they are spelled, and only where their one spelling stands."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.rules import spelling
from madoguchi.rules.spelling import fold, loosen, needles

SIGNS = "あアぁァがガか\u3099ｶﾞ渡辺邊邉髙高斎齊A a・ー−〜-\u3000\U000e0100\ufe01𠮷吉゙x祐\n"


def found(words: str, text: str) -> bool:
    """Whether every word stands in the text."""
    patterns = needles(words)
    return bool(patterns) and all(pattern.search(loosen(text)) for pattern in patterns)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("中傷", "誹謗中傷を受けた"),
        ("ヒロサワ", "ひろさわ はなこ"),
        ("ひろさわ", "ﾋﾛｻﾜ"),
        ("斉藤", "齋藤さん"),
        ("斎藤", "齊\U000e0101藤"),
        ("渡辺", "渡邉"),
        ("葛城", "葛\U000e0100城市"),
        ("高崎", "髙﨑"),
        ("吉田花子", "𠮷田　花子"),
        ("田 花子", "𠮷田・花子"),
        ("スーパー", "ス―パ−"),
        ("らーめん", "ラ〜メン"),
        ("が", unicodedata.normalize("NFD", "が")),
        (unicodedata.normalize("NFD", "パソコン"), "ぱそこん"),
        ("SNS", "ｓｎｓで"),
        ("taro@example.jp", "ＴＡＲＯ＠ＥＸＡＭＰＬＥ．ＪＰ"),
        ("0279000000", "0279-00-0000"),
        ("0279−00−0000", "０２７９（００）００００"),
        ("0279 00 0000", "0279000000"),
        ("+81 90 1234 5678", "090-1234-5678"),
        ("09012345678", "+81-(0)90-1234-5678"),
        ("5678", "090-1234-5678"),
        ("書き込み", "書き\n込み"),
    ],
)
def test_a_word_is_found_however_it_is_spelled(words: str, text: str) -> None:
    assert found(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("", "何か"),
        (" ・ \ufe01", "何か"),
        ("山田", "山 本田"),
        ("カ", "ガ"),
        ("09012345678", "090-1234-567"),
        ("田 花子", "𠮷田"),
        (".*", "何でも"),
        ("[あ]", "あ"),
    ],
)
def test_what_is_not_there_is_not_found(words: str, text: str) -> None:
    assert not found(words, text)


@settings(max_examples=300, deadline=None)
@given(word=st.text(SIGNS, min_size=1, max_size=4), text=st.text(SIGNS, max_size=20))
def test_a_needle_finds_what_the_one_spelling_holds(word: str, text: str) -> None:
    one = "".join(loosen(word).split())
    assert found(one, text) == (bool(fold(one)) and fold(one) in fold(text))


def test_every_form_leads_to_one_sign() -> None:
    signs = [sign for forms in spelling.FORMS for sign in forms]
    assert len(signs) == len(set(signs))
    for forms in spelling.FORMS:
        assert {fold(sign) for sign in forms} == {forms[0]}


def test_every_word_is_looked_for_once() -> None:
    assert len(needles("あ い う え お か き あ")) == 7
