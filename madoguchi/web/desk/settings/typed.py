"""Fields of the settings (設定の項目): typed as an officer does, read as programme files are."""

import re
from dataclasses import dataclass

from madoguchi.rules.koyomi.hours import Week, spans_from_text
from madoguchi.rules.koyomi.wareki import NotADate, read_date
from madoguchi.rules.programme.phone import Phone
from madoguchi.web.kit.fields import Line, Slip, Value
from madoguchi.web.kit.typed import plain

WEEKDAYS = dict(
    zip("月火水木金土日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
)
SIGNS = str.maketrans(
    {"、": ",", "・": ",", "；": ";", "：": ":", "〜": "-", "～": "-", "−": "-", "–": "-"}
)
ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th"}
SHORTEST_NUMBER = 3


def written(hours: str) -> str:
    """Hours as the programme files write them, from what an officer writes.

    >>> written("月〜金 8:30〜17:15"), written("平日 9:00-12:00、13:00-16:00"), written("24時間")
    ('mon-fri 8:30-17:15', 'mon-fri 9:00-12:00, 13:00-16:00', '24h')
    >>> written("第3土曜日 9:00-12:00")
    '3rd sat 9:00-12:00'
    """
    said = plain(hours).translate(SIGNS).replace("から", "-").replace("ー", "-")
    if said in ("24時間", "24h"):
        return "24h"
    said = said.replace("平日", "月-金").replace("毎日", "月-日")
    said = re.sub("曜日?", "", said)
    said = re.sub(r"第([1-5])\s*", lambda hit: f"{ORDINALS[hit[1]]} ", said)
    said = re.sub("[月火水木金土日]", lambda hit: WEEKDAYS[hit[0]], said)
    said = re.sub(r"\s*,\s*", ",", said)
    said = re.sub(r"(?<=[a-z0-9])\s*-\s*(?=[a-z0-9])", "-", said)
    return re.sub(r"(?<=\d),(?=\d)", ", ", re.sub(r"\s+", " ", said))


def as_typed(hours: str) -> str:
    """Hours as an officer writes them, from the programme files: what `written` reads back.

    >>> as_typed("mon-fri 8:30-12:00, 13:00-17:15"), as_typed("24h")
    ('月-金 8:30-12:00、13:00-17:15', '24時間')
    >>> as_typed("1st,3rd sat 9:00-12:00; wed 17:00-19:00")
    '第1、第3土 9:00-12:00；水 17:00-19:00'
    """
    if hours == "24h":
        return "24時間"
    said = re.sub("([1-5])(?:st|nd|rd|th) ?", r"第\1", hours)
    for sign, word in WEEKDAYS.items():
        said = said.replace(word, sign)
    return re.sub(r"\s*;\s*", "；", re.sub(r"\s*,\s*", "、", said))


@dataclass(frozen=True)
class DayLine(Line):
    """A day in any era, on one line; its value is written as ISO 8601."""

    limit: int = 40
    width: str = "middle"

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The day."""
        try:
            return read_date(words).day.isoformat(), None
        except NotADate as wrong:
            return None, self.slip("no_such_day" if wrong.code == "no_such_day" else "date")


@dataclass(frozen=True)
class Number(Line):
    """A telephone number as it is printed."""

    limit: int = 40
    width: str = "middle"
    inputmode = "tel"

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The number in plain digits and hyphens."""
        try:
            number = Phone.from_text(words).number
        except ValueError:
            return None, self.slip("printed_number")
        if sum(sign.isdigit() for sign in number) < SHORTEST_NUMBER:
            return None, self.slip("printed_number")
        return number, None


@dataclass(frozen=True)
class WeekLine(Line):
    """Weekly hours."""

    limit: int = 200

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The hours as the programme files write them."""
        try:
            return Week.from_text(written(words)).text, None
        except ValueError:
            return None, self.slip("week")


@dataclass(frozen=True)
class SpansLine(Line):
    """The hours of one day."""

    limit: int = 100
    width: str = "middle"

    def understand(self, words: str) -> tuple[Value, Slip | None]:
        """The hours as the programme files write them."""
        try:
            spans_from_text(written(words))
        except ValueError:
            return None, self.slip("hours")
        return written(words), None
