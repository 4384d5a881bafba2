"""What people read: no blame, no cheering, short sentences, easy words where promised."""

import re

import pytest

from madoguchi.rules.programme.load import programme, slugs
from madoguchi.rules.programme.words import (
    BANNED,
    LIMITS,
    NEUTRAL,
    NOT_EASY,
    length,
    must_be_neutral,
    sentences,
)
from madoguchi.rules.validity import LAST_RESORT
from tests.house.source import PACKAGE, files, name
from tests.house.words import PROGRAMMES, Words, keyed, pages

TYPED = {
    "madoguchi/programmes/_national/papers/grant_refusal/sample.toml": "a letter as it may be made",
}
"""Files in which a number of an agency may stand, and why; the list only becomes shorter."""
SAYINGS = "say."  # dates and times: each column says them with parts of its own
ALL = (*keyed(), *pages())


def where(text: Words) -> str:
    """The text's address for a message."""
    return f"{text.file}: {text.key}.{text.column}"


def with_pattern(pattern: str, texts: tuple[Words, ...]) -> list[str]:
    """Addresses of the texts in which the pattern stands."""
    return [where(text) for text in texts if re.search(pattern, text.words)]


def test_there_are_texts() -> None:
    assert keyed()


@pytest.mark.parametrize("pattern", BANNED)
def test_nothing_blames_cheers_or_scolds(pattern: str) -> None:
    assert not with_pattern(pattern, ALL)


@pytest.mark.parametrize("pattern", NOT_EASY)
def test_easy_japanese_is_easy(pattern: str) -> None:
    assert not with_pattern(pattern, tuple(text for text in ALL if text.column == "easy"))


@pytest.mark.parametrize("column", LIMITS)
def test_sentences_are_short(column: str) -> None:
    desk = [text for text in ALL if text.column == column]
    long = [
        f"{where(text)}: {length(sentence)}: {sentence}"
        for text in desk
        for sentence in sentences(text.words)
        if length(sentence) > LIMITS[column]
    ]
    assert not long, f"at most {LIMITS[column]} characters a sentence"


def test_titles_of_transactions_and_mails_are_neutral() -> None:
    outside = tuple(text for text in keyed() if must_be_neutral(text.key))
    assert not with_pattern(NEUTRAL, outside)


def test_every_procedures_title_is_one_of_them() -> None:
    told = [
        key
        for path in files(PACKAGE / "web" / "portal", "*.html")
        if "base_safe.html" in (page := path.read_text("utf-8"))
        for key in re.findall(r"block page_title %}.*?ta \"(\w+\.\w+)\"[^\"]*endblock", page)
    ]
    assert "own_clinic.page_title" in told
    assert not [key for key in told if not key.startswith("kit.") and not must_be_neutral(key)]


def test_words_for_the_desk_and_for_papers_are_japanese_only() -> None:
    others = [
        where(text)
        for text in keyed()
        if text.key.startswith(("desk.", "desk_")) and text.column != "ja"
    ]
    assert not others


def test_no_words_hold_the_number_of_an_agency() -> None:
    """It comes from the directory (`[police_8103：か☎]`), which a city may change any day."""
    numbers = {
        line.number
        for slug in slugs()
        for agency in programme(slug).agencies
        for line in agency.phone
    } - LAST_RESORT
    lines = [
        (name(path), line)
        for pattern in ("*.toml", "*.md", "*.typ")
        for path in files(PROGRAMMES, pattern)
        for line in path.read_text("utf-8-sig").splitlines()
        if path.name != "search.toml"  # what people type, which is told to nobody
        and not line.startswith(("number = ", "source = ", "address = "))
    ]
    held = {file: line for file, line in lines if any(number.stands_in(line) for number in numbers)}
    assert len(numbers) > 20
    assert held.keys() == TYPED.keys(), held


def test_columns_of_a_row_name_the_same_variables() -> None:
    named: dict[tuple[str, str], dict[str, set[str]]] = {}
    for text in keyed():
        if text.key.startswith(SAYINGS):
            continue
        variables = set(re.findall(r"\{(\w+)\}", text.words))
        named.setdefault((text.file, text.key), {})[text.column] = variables
    differing = {
        place: columns
        for place, columns in named.items()
        if any(variables - columns.get("ja", set()) for variables in columns.values())
    }
    assert not differing, "a column may leave a variable out, never name one of its own"


def test_every_banned_word_would_be_caught() -> None:
    samples = (
        "頑張って",
        "前向きに",
        "あなたにも落ち度",
        "なぜもっと早く",
        "泣き寝入り",
        "無効です",
        "お客様",
    )
    assert all(re.search(rule, word) for rule, word in zip(BANNED, samples, strict=True))
