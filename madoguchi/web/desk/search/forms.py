"""The search form: some words and what for."""

from madoguchi.rules.spelling import fold, needles
from madoguchi.web.kit.fields import Choice, Line
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.search.queries import PURPOSES

LEAST_SIGNS = 2
MOST_WORDS = 5
SEARCH = Form(
    "desk.search",
    (
        Line("words", required=True, hint=True, limit=60),
        Choice("purpose", required=True, options=PURPOSES),
    ),
)


def check(filled: Filled) -> Filled:
    """One sign alone would be found nearly everywhere; no word is left out unsaid."""
    words = filled.value("words")
    if words and len(fold(words)) < LEAST_SIGNS:
        return filled.refuse("words", "too_short")
    if words and (count := len(needles(words))) > MOST_WORDS:
        return filled.refuse("words", "too_many_words", limit=MOST_WORDS, count=count)
    return filled
