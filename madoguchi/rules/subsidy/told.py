"""A judgement in finished words (判断のことば): its grounds and its working, line by line."""

from dataclasses import replace

from madoguchi.rules.decision import Ground
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import Column
from madoguchi.rules.subsidy.judge import Judgement, words_of

OUTCOMES = ("result", "between", "at_most")  # what a citizen is told it may come to (目安)


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


def way_words(judgement: Judgement, texts: Texts) -> tuple[str, ...]:
    """The same for whom the sum itself stands beside it: the way alone, without a guide (目安).

    >>> from madoguchi.rules.decision import Decision
    >>> from madoguchi.rules.programme.texts import Texts
    >>> from madoguchi.rules.subsidy.judge import Judgement, Line
    >>> way_words(Judgement(Decision("yes", ()), 5, 5, 5, (Line("result", {}),)), Texts({}))
    ()
    """
    lines = tuple(line for line in judgement.working if line.code not in OUTCOMES)
    return working_words(replace(judgement, working=lines), texts)
