"""Japanese era dates (和暦): written for pages and papers, and read as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

type Note = Literal["era_name_differs", "era_may_be_wrong"]
type Wrong = Literal["unreadable", "no_such_day", "too_old"]


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


class NotADate(ValueError):
    """The text is no date; ``code`` says why, and the window has the words for it."""

    def __init__(self, code: Wrong) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day as it was written, with what the reader should be asked about, if anything."""

    day: date
    note: Note | None = None


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
    >>> read_date("平成31年5月1日")
    DateReading(day=datetime.date(2019, 5, 1), note='era_name_differs')
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


def read_day_without_year(text: str, today: date, *, ahead: bool) -> date:
    """The day that a text without a year means: the next such day, or the last; today is both.

    >>> read_day_without_year("１２／８", date(2026, 11, 25), ahead=True).isoformat()
    '2026-12-08'
    >>> read_day_without_year("1月5日", date(2026, 11, 25), ahead=True).isoformat()
    '2027-01-05'
    >>> read_day_without_year("12/8", date(2026, 11, 25), ahead=False).isoformat()
    '2025-12-08'

    Raises:
        NotADate: it cannot be read so, or there is no such day in that year.
    """
    found = _DAY_OF_YEAR.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        raise NotADate("unreadable")
    month, day = (int(part) for part in found.groups())
    then, now = (month, day), (today.month, today.day)
    return _day(today.year + (then < now) if ahead else today.year - (then > now), month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise NotADate("no_such_day") from None
    if found < SOLAR_SINCE:
        raise NotADate("too_old")
    return found
