"""The lawyer's free consultation days (弁護士の無料相談): which days, how long, how to book."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import DAY_MIN, Span, Week
from madoguchi.rules.programme.desk import Asked, ChannelName
from madoguchi.rules.programme.phone import Phone, shown_number
from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Means = Literal["visit", "telephone", "online"]

SHORTEST_SLOT_MIN = 5
MOST_SLOTS = 200
MOST_LAWYERS = 20
LONGEST_BREAK_MIN = 240
FARTHEST_DAYS = 366
FARTHEST_WORKING_DAYS = 60
LONGEST_HOLD_MIN = 60
MOST_PEOPLE = 20
MOST_TIMES = 100
_KEY = re.compile(r"[a-z][a-z0-9]{0,15}")


@dataclass(frozen=True)
class Venue:
    """Another place at which the clinic is held (会場), with days of its own.

    Without ``hours`` it has no rule of its own: only published and added dates count, at the
    clinic's times. ``key`` is part of its days' names: small letters and digits.
    """

    key: str
    name: Words
    place: Words
    hours: Week | None = None
    means: Means = "visit"

    def __post_init__(self) -> None:
        """Refuse a key that could be no part of an address."""
        if self.key and _KEY.fullmatch(self.key) is None:
            raise ValueError(
                "key は英小文字で始まる、英小文字と数字の 16 字までで書いてください。例：kita"
            )


@dataclass(frozen=True)
class ClinicYear:
    """The dates that the city published for one fiscal year at one venue (相談実施予定日)."""

    fiscal_year: int
    dates: tuple[date, ...]
    source: str
    venue: str = ""

    def __post_init__(self) -> None:
        """Refuse dates of another fiscal year, out of order or twice."""
        for day in self.dates:
            if fiscal_year(day) != self.fiscal_year:
                raise ValueError(f"{day} は {self.fiscal_year} 年度の日ではありません。")
        if list(self.dates) != sorted(set(self.dates)):
            raise ValueError("dates は早い順に、同じ日を二度書かずに並べてください。")


@dataclass(frozen=True)
class Booking:
    """How a slot is booked (予約): by which channels and when.

    ``online``: whether a person may book on the pages; ``"ask"``: the desk confirms it (仮予約).
    A person may book from ``opens_days`` days before a day (None: from its publication) until the
    end of the day that lies ``closes_working_days`` working days before it (0: until it begins).
    As long as ``window_source`` is unconfirmed, nobody reads these two, and they bind nobody.
    ``only_if_needed``: the desk alone books, where a counsellor finds it necessary.
    """

    channels: tuple[ChannelName, ...]
    hours: Week
    asked: tuple[Asked, ...]
    source: str
    phone: Phone | None = None
    online: Literal["no", "ask", "book"] = "no"
    opens_days: int | None = None
    closes_working_days: int = 0
    window_source: str = UNCONFIRMED
    hold_min: int = 15
    offer_working_days: int = 1
    remind_working_days: int = 2
    people_most: int = 5
    waiting: bool = True
    only_if_needed: bool = False
    bring: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that no desk has, and booking for good in an unknown window."""
        _within("opens_days", self.opens_days, 0, FARTHEST_DAYS)
        _within("closes_working_days", self.closes_working_days, 0, FARTHEST_WORKING_DAYS)
        _within("hold_min", self.hold_min, 1, LONGEST_HOLD_MIN)
        _within("offer_working_days", self.offer_working_days, 1, FARTHEST_WORKING_DAYS)
        _within("remind_working_days", self.remind_working_days, 0, FARTHEST_WORKING_DAYS)
        _within("people_most", self.people_most, 1, MOST_PEOPLE)
        if self.online == "book" and not self.window_known:
            raise ValueError(
                'online = "book" にするときは、いつからいつまで予約できるかを確かめ、'
                "window_source に書いてください。"
            )

    @property
    def shown(self) -> "Booking":
        """The same without a number that nobody confirmed."""
        phone = None if self.source == UNCONFIRMED else shown_number(self.phone)
        bring = tuple(each for each in self.bring if each.confirmed)
        return replace(self, phone=phone, bring=bring)

    @property
    def confirmed(self) -> bool:
        """Whether the office confirmed when one may book, and what is asked."""
        return self.source != UNCONFIRMED

    @property
    def window_known(self) -> bool:
        """Whether the office confirmed from when until when is booked."""
        return self.window_source != UNCONFIRMED


@dataclass(frozen=True)
class Free:
    """How often somebody is consulted for nothing (無料の回数).

    ``per``: counted for each person, each matter, or each person and fiscal year. ``then_yen``:
    what one more costs; without it there is no more.
    """

    times: int
    source: str
    per: Literal["person", "matter", "year"] = "person"
    then_yen: int | None = None

    def __post_init__(self) -> None:
        """Refuse no times at all, and a fee of nothing."""
        _within("times", self.times, 0 if self.then_yen else 1, MOST_TIMES)
        if self.then_yen is not None and self.then_yen < 1:
            raise ValueError("then_yen は 1 円以上で書いてください。無料のままなら消します。")


@dataclass(frozen=True)
class Overflow:
    """Where a person is sent when every place is taken (満席のときの案内)."""

    words: Words
    source: str


@dataclass(frozen=True)
class Clinic:
    """The clinic: days by a weekly rule (``3rd sat 9:00-12:00``) or by published dates.

    ``days_by = "dates"``: there is no rule, only the published dates count. ``slots_per_day``
    limits the slots of a day; without it, as many as fit. ``break_min`` lies between two slots,
    ``lawyers`` consult at once, and of people who must not meet ``apart_slots`` slots lie between.
    The rule gives days from ``first_on`` until ``last_on``. ``may_take``: whether the lawyer may
    take the case for money.
    """

    name: Words
    hours: Week
    slot_min: int
    place: Words
    cost: Words
    booking: Booking
    caution: tuple[Words, ...]
    source: str
    slots_source: str
    slots_per_day: int | None = None
    break_min: int = 0
    lawyers: int = 1
    apart_slots: int = 1
    means: Means = "visit"
    days_by: Literal["rule", "dates"] = "rule"
    first_on: date | None = None
    last_on: date | None = None
    free: Free | None = None
    overflow: Overflow | None = None
    may_take: Literal["yes", "no", "要確認"] = "要確認"
    venue: tuple[Venue, ...] = ()
    year: tuple[ClinicYear, ...] = ()

    def __post_init__(self) -> None:
        """Refuse slots that cannot be, a year or a venue written twice, a period that is none."""
        if not SHORTEST_SLOT_MIN <= self.slot_min <= DAY_MIN:
            raise ValueError("slot_min は 5 分以上 1440 分以下で書いてください。")
        _within("slots_per_day", self.slots_per_day, 1, MOST_SLOTS)
        _within("break_min", self.break_min, 0, LONGEST_BREAK_MIN)
        _within("lawyers", self.lawyers, 1, MOST_LAWYERS)
        _within("apart_slots", self.apart_slots, 0, MOST_SLOTS)
        weeks = [self.hours, *(venue.hours for venue in self.venue if venue.hours)]
        spans = [span for week in weeks for line in week.lines for span in line.spans]
        if any(span.ends_min - span.starts_min < self.slot_min for span in spans):
            raise ValueError("slot_min が一回の時間より長くなっています。")
        keys = [venue.key for venue in self.venue]
        if "" in keys or len(keys) != len(set(keys)):
            raise ValueError("[[venue]] には、それぞれ別の key を書いてください。")
        if unknown := {each.venue for each in self.year} - {"", *keys}:
            raise ValueError(f"[[year]] の venue「{min(unknown)}」は、[[venue]] にありません。")
        for key in self.venues:
            years = [each.fiscal_year for each in self.year if each.venue == key]
            if years != sorted(set(years)):
                raise ValueError(
                    "[[year]] は年度の古い順に、同じ年度を二度書かずに並べてください。"
                )
        if self.first_on and self.last_on and self.first_on > self.last_on:
            raise ValueError("last_on は first_on より後の日にしてください。")
        dates = [day for each in self.year for day in each.dates]
        if outside := [day for day in dates if not self.lasts_on(day)]:
            raise ValueError(f"[[year]] の {outside[0]} は、first_on から last_on の外にあります。")

    @property
    def shown(self) -> "Clinic":
        """The same with only what a citizen may read as a fact; a place or a cost may be empty."""

        def known(words: Words) -> Words:
            return (words.confirmed if self.confirmed else None) or Words("")

        overflow = self.overflow
        if overflow and (overflow.source == UNCONFIRMED or not overflow.words.confirmed):
            overflow = None
        return replace(
            self,
            place=known(self.place),
            cost=known(self.cost),
            booking=self.booking.shown,
            caution=tuple(each for each in self.caution if each.confirmed),
            venue=tuple(replace(each, place=known(each.place)) for each in self.venue),
            year=tuple(each for each in self.year if each.source != UNCONFIRMED),
            overflow=overflow,
        )

    @property
    def confirmed(self) -> bool:
        """Whether the office confirmed when and where it is, how long, and what it costs."""
        return self.source != UNCONFIRMED

    @property
    def costs_nothing(self) -> bool:
        """Whether the city says so: the confirmed words of its cost begin with 無料."""
        first = self.free is None or self.free.times > 0
        return first and self.shown.cost.ja.startswith("無料")

    @property
    def held(self) -> tuple[tuple[Venue, Week], ...]:
        """The rule of each venue that has one (開催), as far as a citizen may read it."""
        weeks = ((self.at(key), self.week(key)) for key in self.venues if self.confirmed)
        return tuple((venue, week) for venue, week in weeks if week)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of a clinic day, whichever day it is."""
        return self.hours.lines[0].spans

    @property
    def venues(self) -> tuple[str, ...]:
        """The keys of all venues, the main one (the empty key) first."""
        return ("", *(venue.key for venue in self.venue))

    def at(self, key: str) -> Venue:
        """The venue of that key; of the empty key, and of one that is gone, the main one."""
        main = Venue("", self.place, self.place, self.hours, self.means)
        return next((venue for venue in self.venue if venue.key == key), main)

    def week(self, venue: str) -> Week | None:
        """The hours by which a venue's days are computed, or None where only dates count."""
        return None if self.days_by == "dates" else self.at(venue).hours

    def published(self, year: int, venue: str = "") -> ClinicYear | None:
        """The published dates of a fiscal year, or None."""
        return next(
            (each for each in self.year if (each.fiscal_year, each.venue) == (year, venue)), None
        )

    def lasts_on(self, day: date) -> bool:
        """Whether the clinic exists on a day."""
        return (self.first_on or date.min) <= day <= (self.last_on or date.max)


def _within(name: str, number: int | None, least: int, most: int) -> None:
    if number is not None and not least <= number <= most:
        raise ValueError(f"{name} は {least} から {most} までの数で書いてください。")
