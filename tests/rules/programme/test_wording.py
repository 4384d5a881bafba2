"""What is typed is checked as the programme's own files are."""

import re

import pytest

from madoguchi.rules.programme.words import BANNED, NOT_EASY, faults, variables

BLAMING = (
    "頑張って",
    "前向きに",
    "あなたにも落ち度",
    "なぜもっと早く",
    "泣き寝入り",
    "無効です",
    "お客様",
)
HARD = ("くださいませ", "いただきます", "お決めになる", "ございます", "※", "ざるを得", "および")


@pytest.mark.parametrize(("rule", "word"), [*zip(BANNED, BLAMING, strict=True)])
def test_what_blames_or_cheers_is_named_in_every_column(rule: str, word: str) -> None:
    assert re.search(rule, word)
    for column in ("ja", "easy", "en"):
        assert any(fault.code == "banned" for fault in faults(f"はい、{word}。", column))


@pytest.mark.parametrize(("rule", "word"), [*zip(NOT_EASY, HARD, strict=True)])
def test_what_is_not_easy_is_named_in_easy_japanese_only(rule: str, word: str) -> None:
    assert re.search(rule, word)
    assert [fault.code for fault in faults(word, "easy")] == ["not_easy"]
    assert faults(word, "ja") == ()


def test_a_long_sentence_is_shown_with_its_limit() -> None:
    (fault,) = faults("短い文。" + "あ" * 41 + "。", "easy")
    assert (fault.code, fault.limit, len(fault.found)) == ("long", 40, 42)
    assert faults("a" * 500, "en") == ()


def test_only_names_stand_in_braces() -> None:
    assert variables("{a}と{b}と{{c}}") == {"a", "b"}
    for wrong in ("{a", "{a.b}", "{a!r}", "{a:>9}", "{0}", "{}"):
        with pytest.raises(ValueError, match=r".*"):
            variables(wrong)
