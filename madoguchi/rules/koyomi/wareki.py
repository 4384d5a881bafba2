"""Japanese era dates (和暦): written for pages and papers, and read as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

type Note = Literal["era_name_differs", "era_may_be_wrong"]
type Wrong = Literal["unreadable", "no_such_day", "other_weekday", "too_old"]
type When = Literal["past", "ahead", "near"]  # what happened, what is planned, either


class Era(NamedTuple):
    """An era name (元号) with its letter and first day."""

    name: str
    letter: str
    begins_on: date


ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
WEEKDAYS = "月火水木金土日"
SOLAR_SINCE = date(1873, 1, 1)
_FAR_YEARS = 15
_ERA_DATE = re.compile(
    r"(令和|平成|昭和|大正|明治|[RHSTM])(元|\d{1,3})[年./-](\d{1,2})[月./-](\d{1,2})日?"
)
_WEST_DATE = re.compile(r"(?:西暦)?(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})[月./-](\d{1,2})日?")
_DAY_OF_MONTH = re.compile(r"(?:(先月|今月|来月)の?)?(\d{1,2})日")
_BARE_WEEKDAY = re.compile(r"([月火水木金土日])曜日?")
_WEEKDAY = re.compile(r"(先々週|先週|今週|来週|再来週)の?([月火水木金土日])(?:曜日?)?")
_NAMED = re.compile(r"(.*\d日?)\(([月火水木金土日])(?:曜日?)?\)")
_WEEKS = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1, "再来週": 2}
_MONTHS = {"先月": -1, "今月": 0, "来月": 1}
_DAYS = {
    **dict.fromkeys(("一昨日", "おととい"), -2),
    **dict.fromkeys(("昨日", "きのう"), -1),
    **dict.fromkeys(("今日", "きょう", "本日"), 0),
    **dict.fromkeys(("明日", "あす", "あした"), 1),
    **dict.fromkeys(("明後日", "あさって"), 2),
}
SLIP_DAYS = 60  # a day that lies so near on the other side was meant there


class NotADate(ValueError):
    """The text is no date; ``code`` says why, and the window has the words for it."""

    def __init__(self, code: Wrong) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day as it was written, with what the reader should be asked about, if anything.

    `guessed`: its year was not written, nor perhaps its month.
    """

    day: date
    note: Note | None = None
    guessed: bool = False


def era_of(day: date) -> Era:
    """The era of a day.

    >>> era_of(date(2019, 4, 30)).name, era_of(date(2019, 5, 1)).name
    ('平成', '令和')

    Raises:
        NotADate: the day lies before the solar calendar of 1873.
    """
    if day < SOLAR_SINCE:
        raise NotADate("too_old")
    return next(era for era in ERAS if era.begins_on <= day)


def wareki(day: date) -> str:
    """The day as an office writes it; the first year of an era is 元年.

    >>> wareki(date(2024, 4, 20)), wareki(date(2019, 5, 1))
    ('令和6年4月20日', '令和元年5月1日')
    """
    return f"{wareki_year(day)}{day.month}月{day.day}日"


def wareki_day(day: date) -> str:
    """The day with its weekday, as papers head and name it.

    >>> wareki_day(date(2026, 11, 26))
    '令和8年11月26日（木）'
    """
    return f"{wareki(day)}（{WEEKDAYS[day.weekday()]}）"


def wareki_short(day: date) -> str:
    """The day with the era's letter, for narrow columns of internal papers.

    >>> wareki_short(date(2026, 11, 26)), wareki_short(date(2019, 5, 1))
    ('R8.11.26（木）', 'R1.5.1（水）')
    """
    era = era_of(day)
    year = day.year - era.begins_on.year + 1
    return f"{era.letter}{year}.{day.month}.{day.day}（{WEEKDAYS[day.weekday()]}）"


def wareki_year(day: date) -> str:
    """The year of a day by its era.

    >>> wareki_year(date(1989, 1, 8))
    '平成元年'
    """
    era = era_of(day)
    year = day.year - era.begins_on.year + 1
    return f"{era.name}{'元' if year == 1 else year}年"


def wareki_fiscal_year(year: int) -> str:
    """A fiscal year by the era of its first day (年度).

    >>> wareki_fiscal_year(2024), wareki_fiscal_year(2019)
    ('令和6年度', '平成31年度')
    """
    return f"{wareki_year(date(year, 4, 1))}度"


def read_date(text: str, near: date | None = None) -> DateReading:
    """The day that a text means, in era or western years; R6.4.20 and full-width are read too.

    A date in an era that had ended (平成31年5月1日, as on old paper) is taken and noted. ``near``:
    the day about which it should lie; one written in 平成 that would fit in 令和 is noted.

    >>> read_date("令和６年４月２０日").day.isoformat()
    '2024-04-20'
    >>> read_date("平成31年5月1日").note
    'era_name_differs'
    >>> read_date("平成8年3月1日", near=date(2026, 11, 25)).note
    'era_may_be_wrong'

    Raises:
        NotADate: it cannot be read, there is no such day, or it lies before 1873.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if found := _WEST_DATE.fullmatch(plain):
        return DateReading(_day(*(int(part) for part in found.groups())))
    found = _ERA_DATE.fullmatch(plain)
    if found is None:
        raise NotADate("unreadable")
    era = next(era for era in ERAS if found[1] in (era.name, era.letter))
    count = 1 if found[2] == "元" else int(found[2])
    if count == 0:
        raise NotADate("no_such_day")
    day = _day(era.begins_on.year + count - 1, int(found[3]), int(found[4]))
    if era_of(day) != era:
        return DateReading(day, "era_name_differs")
    if near is not None and abs(day.year - near.year) > _FAR_YEARS:
        years = (other.begins_on.year + count - 1 for other in ERAS if other != era)
        if any(abs(year - near.year) <= 1 for year in years):
            return DateReading(day, "era_may_be_wrong")
    return DateReading(day)


def read_day(text: str, today: date, when: When) -> DateReading:
    """The day that an officer writes in one line: with its year or without, or 明日, 来週月曜, 8日.

    Without its year it is the nearest sensible one: the last such day for what happened, the next
    for what is planned; but a day of the last 60 days is no day of next year, whatever is planned.
    So is a weekday or a day of the month alone; a weekday that is planned is not today. Weeks begin
    on Monday.

    >>> monday = date(2026, 11, 30)
    >>> [read_day(text, monday, "ahead").day.day for text in ("１２／８", "来週月曜", "明日")]
    [8, 7, 1]
    >>> [read_day(text, monday, "ahead").day.isoformat() for text in ("金曜", "8日", "来月8日")]
    ['2026-12-04', '2026-12-08', '2026-12-08']
    >>> read_day("11/19", monday, "ahead").day.isoformat()  # to be refused as past
    '2026-11-19'
    >>> read_day("12月8日（火）", monday, "near").day.isoformat()
    '2026-12-08'

    Raises:
        NotADate: it cannot be read, there is no such day, or its weekday is another.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if (days := _DAYS.get(plain)) is not None:
        return DateReading(today + timedelta(days=days))
    if found := _WEEKDAY.fullmatch(plain):
        monday = today - timedelta(days=today.weekday())
        days = _WEEKS[found[1]] * len(WEEKDAYS) + WEEKDAYS.index(found[2])
        return DateReading(monday + timedelta(days=days))
    if found := _BARE_WEEKDAY.fullmatch(plain):
        days = (WEEKDAYS.index(found[1]) - today.weekday() - 1) % len(WEEKDAYS) + 1
        days -= len(WEEKDAYS) if when == "past" else 0
        return DateReading(today + timedelta(days=days), guessed=True)
    named = _NAMED.fullmatch(plain)
    if named:
        plain = named[1]
    if found := _DAY_OF_YEAR.fullmatch(plain):
        reading = DateReading(_nearest(int(found[1]), int(found[2]), today, when), guessed=True)
    elif found := _DAY_OF_MONTH.fullmatch(plain):
        reading = DateReading(_of_month(found[1], int(found[2]), today, when), guessed=True)
    else:
        reading = read_date(plain, near=today)
    if named and WEEKDAYS[reading.day.weekday()] != named[2]:
        raise NotADate("other_weekday")
    return reading


def _nearest(month: int, day: int, today: date, when: When) -> date:
    """The day without its year: today, or of the last and the next such day the sensible one."""
    this, now = (month, day), (today.month, today.day)
    if this == now:
        return today
    before = _day_or_none(today.year - (this > now), month, day)
    after = _day_or_none(today.year + (this < now), month, day)
    since = (today - before).days if before else None
    until = (after - today).days if after else None
    slipped = since if when == "ahead" else until
    if when == "near":
        chosen = before if after is None or ((since or 0) <= (until or 0) and before) else after
    elif slipped is not None and slipped <= SLIP_DAYS:
        chosen = before if when == "ahead" else after
    else:
        chosen = after if when == "ahead" else before
    if chosen is None:
        raise NotADate("no_such_day")
    return chosen


def _of_month(month: str | None, day: int, today: date, when: When) -> date:
    """The day of that month; without one the nearest such day on the side where it may lie."""
    found = []
    for away in (_MONTHS[month],) if month else range(-2, 3):
        year, number = divmod(today.year * 12 + today.month - 1 + away, 12)
        there = _day_or_none(year, number + 1, day)
        sides = {"ahead": there and there >= today, "past": there and there <= today, "near": True}
        if there and (month or sides[when]):
            found.append(there)
    if not found:
        raise NotADate("no_such_day")
    return min(found, key=lambda each: abs(each - today))


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return _day(year, month, day)
    except NotADate:
        return None


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise NotADate("no_such_day") from None
    if found < SOLAR_SINCE:
        raise NotADate("too_old")
    return found
