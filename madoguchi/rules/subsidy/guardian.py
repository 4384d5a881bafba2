"""Somebody under 18 applies (未成年の申請): what the desk settles about a representative.

It is no condition and never a reason to say no. Nothing informs a representative automatically.
"""

from datetime import date
from typing import Literal

from madoguchi.rules.decision import Held, Reason

type Representative = Literal["settled", "unsure", "other_party"]
"""法定代理人：確かめた、分からない・迷っている、その人が相手方."""

ADULT = 18
GUARDIAN = "subsidy.guardian"


def age_on(born_on: date, day: date) -> int:
    """The age on a day; who was born on 29 February is a year older from 1 March.

    >>> from datetime import date
    >>> age_on(date(2008, 6, 3), date(2026, 6, 2)), age_on(date(2008, 6, 3), date(2026, 6, 3))
    (17, 18)
    >>> age_on(date(2008, 2, 29), date(2026, 2, 28)), age_on(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_minor(born_on: date, day: date) -> bool:
    """Whether somebody is a minor on a day (未成年).

    >>> from datetime import date
    >>> is_minor(date(2008, 6, 3), date(2026, 6, 2)), is_minor(date(2008, 6, 3), date(2026, 6, 3))
    (True, False)

    Source: 民法4条
    """
    return age_on(born_on, day) < ADULT


def guardian(
    born_on: date | None, applied_on: date, representative: Representative | None = None
) -> Reason | None:
    """What to settle about a legal representative (法定代理人); None where there is nothing.

    Also None without a day of birth.

    >>> from datetime import date
    >>> guardian(date(2010, 1, 1), date(2026, 6, 3), "other_party").values["why"]
    'other_party'
    >>> guardian(date(2000, 1, 1), date(2026, 6, 3)) is None
    True

    Source: 民法4条、5条（法定代理人の同意）、826条（利益相反と特別代理人）
    """
    if born_on is None or not is_minor(born_on, applied_on):
        return None
    if representative == "settled":
        return Reason(GUARDIAN, Held.MET, source="民法5条")
    why = representative or "ask"
    return Reason(GUARDIAN, Held.UNKNOWN, {"why": why}, "民法5条")


def home_is_closed(says: Representative | None, *, settled: bool) -> bool:
    """Whether nothing may be posted home, since the other party may open it there.

    `settled`: whether an officer has settled with the person what was undecided.

    >>> home_is_closed("unsure", settled=False), home_is_closed("unsure", settled=True)
    (True, False)
    >>> home_is_closed("other_party", settled=True)
    True
    """
    return says == "other_party" or (says == "unsure" and not settled)


def officer_words(reason: Reason) -> str:
    """The key of what the officer reads of it; the person's words are those of `words_of`.

    >>> officer_words(Reason("subsidy.guardian", Held.UNKNOWN, {"why": "unsure"}))
    'desk_grant_guardian.unsure'
    """
    return f"desk_grant_guardian.{reason.values.get('why') or reason.held.value}"
