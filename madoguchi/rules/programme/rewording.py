"""The texts of a day (その日の文言): what the files say, and what the desk decided since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from madoguchi.rules.programme.as_of import dated
from madoguchi.rules.programme.changes import Change, ParagraphFrom, WordsFrom
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.wording import named
from madoguchi.rules.programme.words import Words


def reworded(texts: Texts, changes: Sequence[Change], day: date) -> Texts:
    """The texts as they hold on a day; the same decisions give the same object.

    >>> from madoguchi.rules.programme.texts import texts
    >>> from madoguchi.rules.programme.words import Words
    >>> new = WordsFrom("kit.home", Words("入口"), date(2026, 12, 1))
    >>> reworded(texts("shibukawa"), [new], date(2026, 12, 1)).get("kit.home").words
    '入口'
    """
    held = tuple(
        each
        for each in dated(changes)
        if isinstance(each, WordsFrom | ParagraphFrom) and each.from_on <= day
    )
    return _reworded(texts, held) if held else texts


def _fits(filed: Words | None, decided: Words) -> bool:
    """Whether a page that says the words has all that they name; a later version may not."""
    return filed is not None and named(decided) <= named(filed)


@lru_cache(maxsize=64)
def _reworded(texts: Texts, held: tuple[WordsFrom | ParagraphFrom, ...]) -> Texts:
    words = {each.key: each.words for each in held if isinstance(each, WordsFrom)}
    fitting = {key: each for key, each in words.items() if _fits(texts.words.get(key), each)}
    return replace(
        texts,
        words={**texts.words, **fitting},
        paragraphs=tuple(
            (each.page, each.column, each.was, each.now)
            for each in held
            if isinstance(each, ParagraphFrom)
        ),
    )
