"""The search form: some words and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.spelling import fold
from madoguchi.web.kit.fields import Choice, Line
from madoguchi.web.kit.form import Form
from madoguchi.work.search.queries import PURPOSES

if TYPE_CHECKING:
    from madoguchi.web.kit.form import Filled

LEAST_SIGNS = 2
SEARCH = Form(
    "desk.search",
    (
        Line("words", required=True, hint=True, limit=60),
        Choice("purpose", required=True, options=PURPOSES),
    ),
)


def check(filled: Filled) -> Filled:
    """One sign alone would be found nearly everywhere."""
    if filled.value("words") and len(fold(filled.value("words"))) < LEAST_SIGNS:
        return filled.refuse("words", "too_short")
    return filled
