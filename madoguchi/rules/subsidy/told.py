"""A judgement in finished words (判断のことば): its grounds and its working, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.subsidy.judge import words_of

if TYPE_CHECKING:
    from madoguchi.rules.decision import Ground
    from madoguchi.rules.programme.texts import Texts
    from madoguchi.rules.programme.words import Column
    from madoguchi.rules.subsidy.judge import Judgement


def ground_words(ground: Ground, texts: Texts, column: Column = "ja") -> str:
    """What a ground says, in a column.

    >>> from madoguchi.rules.decision import Ground
    >>> from madoguchi.rules.programme.words import Words
    >>> from madoguchi.rules.programme.texts import Texts
    >>> there = Texts({"ground.subsidy.resident.unmet": Words("住民登録がありません。")})
    >>> ground_words(Ground("subsidy.resident"), there)
    '住民登録がありません。'
    """
    return texts.get(words_of(ground), column).words


def working_words(judgement: Judgement, texts: Texts, column: Column = "ja") -> tuple[str, ...]:
    """The lines of the working, in a column, in their order.

    >>> from madoguchi.rules.decision import Decision
    >>> from madoguchi.rules.programme.words import Words
    >>> from madoguchi.rules.programme.texts import Texts
    >>> from madoguchi.rules.subsidy.judge import Judgement, Line
    >>> there = Texts({"working.result": Words("交付の額は{yen}円です。")})
    >>> found = Judgement(Decision("yes", ()), 5, 5, 5, (Line("result", {"yen": "5"}),))
    >>> working_words(found, there)
    ('交付の額は5円です。',)
    """
    return tuple(texts.get(line.key, column, **line.values).words for line in judgement.working)
