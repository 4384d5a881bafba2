"""Times and days as people read them, in the column of the page (日時の書き方)."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal

from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.hours import DAY_MIN, Span, Week, WeekLine, ordinal
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year, wareki_year
from madoguchi.rules.programme.as_of import reworded
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.texts import Texts, telling, texts
from madoguchi.web.kit.column import column
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.request import OfficeRequest

NATIONAL = "_national"
type Closing = Literal["", "closed", "closed_at_year_end"]
NOON = 12
WEEK = 7
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def closing(desk: Desk) -> Closing:
    """Which days the desk leaves out, as its hours say it."""
    return "closed" if desk.closed.holidays else "closed_at_year_end"


def texts_for(request: OfficeRequest | None) -> Texts:
    """The words of the request's office; the nation's where no office is known."""
    if request is None or not hasattr(request, "now"):
        return texts(NATIONAL)  # refusals and errors, which tell no agency's number
    cache = request.__dict__  # a page asks a hundred times
    if "_words" not in cache:
        original = texts(request.office.slug)
        today = reworded(original, recent_changes(request), request.now.date())
        cache["_words"] = telling(today, request.programme)
    words: Texts = cache["_words"]
    return words


@lru_cache(maxsize=1024)
def key_of(family: str, code: str) -> str:
    """The text key of a code that the database holds; of one that nobody gave: damaged."""
    key = f"{family}.{code}"
    return key if key in texts(NATIONAL).words else "desk.damaged.code"


class Formatter:
    """Writes times and days with the words of one office."""

    def __init__(self, words: Texts) -> None:
        self._words = words

    def text(self, key: str, **values: str | int) -> str:
        """The text of a key `say.…`, in the column of the page."""
        return self._words.get(f"say.{key}", column(), **values).words

    def clock(self, at: time | datetime) -> str:
        """A time of day: 8時30分, 午前8時30分, 8:30 am; 12時, 昼の12時, noon."""
        if at.hour == NOON and not at.minute:
            return self.text("noon")
        half = "am" if at.hour < NOON else "pm"
        return self.text(
            "clock" if at.minute else "clock_full",
            hour=at.hour,
            hour0=at.hour % NOON,  # 午後0時30分
            hour12=at.hour % NOON or NOON,  # 12:30 pm
            minute=at.minute,
            minutes=f"{at.minute:02}",
            half=self.text(half),
        )

    def span(self, span: Span) -> str:
        """A stretch of a day: 8時30分から17時15分まで; 24時 is an end, too."""
        if span == Span(0, DAY_MIN):
            return self.text("all_day")
        ends = self.text("midnight") if span.ends_min == DAY_MIN else self.clock(span.ends)
        return self.text("span", starts=self.clock(span.starts), ends=ends)

    def weekday(self, number: int) -> str:
        """The name of a weekday, Monday is 0: 月曜日."""
        return self.text(f"weekday_{number}")

    def weekdays(self, numbers: frozenset[int]) -> str:
        """Several weekdays: a run of three or more as from–to, others one by one."""
        days = sorted(numbers)
        if len(days) == WEEK:
            return self.text("every_day")
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - a pair is no run
            return self.text("run", first=self.weekday(days[0]), last=self.weekday(days[-1]))
        return self.text("comma").join(self.weekday(day) for day in days)

    def days(self, line: WeekLine) -> str:
        """The days of one line of hours: 毎日, 毎月第3土曜日, 毎月10日."""
        if line.days:
            numbers = self.text("comma").join(
                self.text("month_day", day=day, ordinal=ordinal(day)) for day in sorted(line.days)
            )
            return self.text("month_days", days=numbers)
        days = self.weekdays(line.weekdays)
        if line.nths:
            nths = self.text("comma").join(
                self.text("nth", nth=nth, ordinal=ORDINALS[nth]) for nth in sorted(line.nths)
            )
            return self.text("nth_days", nths=nths, days=days)
        return days

    def line(self, line: WeekLine, night: WeekLine | None = None) -> str:
        """One line of hours with its days; `night`: the line in which it goes on past midnight."""
        spans = [self.span(span) for span in line.spans]
        if night:
            starts, ends = line.spans[-1].starts, night.spans[0].ends
            spans[-1] = self.text("overnight", starts=self.clock(starts), ends=self.clock(ends))
        return self.text("line", days=self.days(line), spans=self.text("comma").join(spans))

    def hours(self, week: Week, *, closed: Closing = "") -> str:
        """Weekly hours; with `closed`, which days are left out: holidays, the turn of the year."""
        if week.always:
            return self.text("always")
        lines, said = list(week.lines), []
        while lines:
            line = lines.pop(0)
            night = lines.pop(0) if lines and line.goes_on_in(lines[0]) else None
            said.append(self.line(line, night))
        hours = self.text("semicolon").join(said)
        return self.text(closed, hours=hours) if closed else hours

    def day(self, on: date, *, year: bool = True, era: bool = False) -> str:
        """A day with its weekday: 2026年12月19日（土）; with `era` as in letters, too (和暦)."""
        return self.text(
            "day_era" if era else "day_year" if year else "day",
            era=wareki_year(on) if era else "",
            year=on.year,
            month=on.month,
            month_name=self.text(f"month_{on.month}"),
            day=on.day,
            weekday=self.text(f"weekday_short_{on.weekday()}"),
        )

    def fiscal_year(self, year: int) -> str:
        """A fiscal year as people call it: 令和8年度（2026年度）, fiscal 2026."""
        return self.text("fiscal_year", era=wareki_fiscal_year(year), year=year)

    def yearly(self, span: YearlySpan) -> str:
        """Days of every year, both ends included: 12月29日から1月3日まで."""
        (month, day), (last_month, last_day) = span.first, span.last
        return self.text(
            "yearly",
            month=month,
            month_name=self.text(f"month_{month}"),
            day=day,
            last_month=last_month,
            last_month_name=self.text(f"month_{last_month}"),
            last_day=last_day,
        )

    def opening(self, at: datetime, now: datetime) -> str:
        """The next opening as seen from now: 今日, 明日, a weekday, or a date after six days."""
        away = (at.date() - now.date()).days
        if away <= 1:
            day = self.text("today" if away == 0 else "tomorrow")
        else:
            day = self.weekday(at.weekday()) if away < WEEK else self.day(at.date(), year=False)
        return self.text("opening", day=day, clock=self.clock(at))

    def until(self, at: datetime, now: datetime) -> str:
        """The end of what is open now: a time of today, 24時, or of another day with its name."""
        if at.date() == now.date():
            return self.clock(at)
        tonight = at.time() == time(0) and (at.date() - now.date()).days == 1
        return self.text("midnight") if tonight else self.opening(at, now)
