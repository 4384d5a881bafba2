"""Declared character sets are believed while they fit; a guess says that it is one."""

import pytest

from madoguchi.tools.mail.parsing.charset import CODECS, words

SAID = "①ご相談です。ひどい書き込みを見ました"
GUESS = frozenset({"charset_guessed"})
PLAIN_SAID = SAID.removeprefix("①")


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("Shift_JIS", "cp932"), ("x-sjis", "cp932"), ("UTF-8", "utf-8"), ("gb2312", "gb18030")],
)
def test_declared(declared: str, codec: str) -> None:
    assert words(PLAIN_SAID.encode(codec), declared) == (PLAIN_SAID, frozenset())


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "iso2022_jp", "utf-8"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "x-nobody-knows"])
def test_undeclared_is_a_guess_that_says_so(codec: str, declared: str) -> None:
    assert words(PLAIN_SAID.encode(codec), declared) == (PLAIN_SAID, GUESS)


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "iso2022_jp"])
def test_wrongly_declared_is_a_guess_too(codec: str) -> None:
    assert words(PLAIN_SAID.encode(codec), "utf-8") == (PLAIN_SAID, GUESS)


def test_what_nobody_can_read_is_marked() -> None:
    text, flags = words(b"abc \xff\xfe\xfd \x80\x00", "utf-8")
    assert flags == {"mojibake"}
    assert text.startswith("abc �")


def test_plain_words_need_no_declaration() -> None:
    assert words(b"hello\r\nthere", "") == ("hello\nthere", frozenset())


def test_no_half_character_and_no_nul_comes_out() -> None:
    assert words(b"a\x00b\x1bc", "utf-8")[0] == "abc"
    assert words(b"+2AA-", "utf-7")[0].encode("utf-8")


@pytest.mark.parametrize("name", sorted(CODECS))
def test_every_character_set_stands_ready_before_the_door_shuts(name: str) -> None:
    assert isinstance(words(b"abc", name)[0], str)
