"""How far a year's budget goes (予算の状況): one answer for the desk and for the public."""

from typing import Literal

type Standing = Literal["open", "nearly_spent", "spent", "not_open", "unknown"]
"""`not_open`: the desk keeps a budget, but not for this year yet. `unknown`: it keeps none."""


def standing(left_yen: int, warn_below_yen: int) -> Standing:
    """How far what is left of an open year goes.

    >>> standing(900_000, 150_000), standing(149_999, 150_000), standing(0, 150_000)
    ('open', 'nearly_spent', 'spent')
    """
    if left_yen <= 0:
        return "spent"
    return "nearly_spent" if left_yen < warn_below_yen else "open"
