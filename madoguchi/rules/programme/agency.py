"""Agencies that the desk points to (紹介先の相談機関)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import YearlySpan, is_holiday, months_after
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Need = Literal["talk", "delete", "identify", "cost", "evidence", "danger"]
type Charge = Literal["free", "navi_dial", "caller"]
type Status = Literal["confirmed", "look", "要確認"]
type Language = Literal[
    "ja",
    "en",
    "zh",
    "ko",
    "tl",
    "pt",
    "vi",
    "ne",
    "es",
    "id",
    "th",
    "my",
    "mn",
    "km",
    "fr",
    "ru",
    "uk",
    "si",
    "bn",
    "hi",
    "ur",
    "fa",
    "要確認",
]
type ReadFrom = Literal["page", "copy", "record", "known"]
type Way = Literal["phone", "chat", "form", "page"]

type Audience = Literal["adult", "child", "guardian", "woman", "foreign", "deaf"]

NEEDS: tuple[Need, ...] = ("talk", "delete", "identify", "cost", "evidence", "danger")
AUDIENCES: tuple[Audience, ...] = ("adult", "child", "guardian", "woman", "foreign", "deaf")
LONGEST_REVIEW_MONTHS = 36
YEAR_END = YearlySpan((12, 29), (1, 3))
"""When those that close on holidays close as well, where their file says nothing else."""


@dataclass(frozen=True)
class SpecialHours:
    """Other hours for some days, both ends included (強化週間 and the like)."""

    first_on: date
    last_on: date
    hours: Week

    def __post_init__(self) -> None:
        """Refuse days that run backwards."""
        if self.last_on < self.first_on:
            raise ValueError("last_on が first_on より前になっています。")


@dataclass(frozen=True)
class AgencyPhone:
    """A telephone line; ``hours`` of None: not known. Closed on holidays by default.

    ``year_end``: days of every year on which it is closed, written by those that keep holidays
    open, too; without it a line that closes on holidays is closed from 29 December to 3 January.
    ``languages``: of this line, where they are not the agency's.
    """

    number: Phone
    source: str
    charge: Charge | None = None
    hours: Week | None = None
    hours_source: str | None = None
    closed_on_holidays: bool = True
    year_end: YearlySpan | None = None
    languages: tuple[Language, ...] = ()
    label: Words | None = None
    note: Words | None = None
    special: tuple[SpecialHours, ...] = ()

    @property
    def way(self) -> Way:
        """How it is used: by voice."""
        return "phone"

    @property
    def always(self) -> bool:
        """Whether it answers day and night, every day (24時間)."""
        return self.hours is not None and self.hours.always

    def hours_on(self, day: date) -> Week | None:
        """The weekly hours that hold on a day, special ones first; None: not known."""
        held = (each.hours for each in self.special if each.first_on <= day <= each.last_on)
        return next(held, self.hours)

    def closed_on(self, day: date) -> bool:
        """Whether a holiday or the end of the year closes it on this day."""
        return _closed(self, day)


@dataclass(frozen=True)
class AgencyLink:
    """A page, form, chat, mail or LINE address on the agency's side.

    ``hours``: when somebody answers in a chat or on LINE; a form and a mail are sent at any time
    and answered later, whatever is written there. ``written``: a page of chats and the like, which
    who cannot speak is led to before other pages.
    """

    kind: Literal["page", "form", "chat", "mail", "line"]
    address: str
    source: str
    hours: Week | None = None
    hours_source: str | None = None
    closed_on_holidays: bool = True
    year_end: YearlySpan | None = None
    languages: tuple[Language, ...] = ()
    written: bool = False
    note: Words | None = None

    @property
    def way(self) -> Way:
        """How it is used: somebody writes back at once, later, or it is only to be read."""
        match self.kind:
            case "chat" | "line":
                return "chat"
            case "form" | "mail":
                return "form"
            case "page":
                return "page"

    def hours_on(self, _day: date) -> Week | None:
        """The weekly hours that hold on a day; None: not known, or nobody answers at once."""
        return self.hours if self.way == "chat" else None

    def closed_on(self, day: date) -> bool:
        """Whether a holiday or the end of the year closes it on this day."""
        return _closed(self, day)

    @property
    def href(self) -> str | None:
        """The address of the link, or None for what is no link (a LINE account)."""
        if self.kind == "line":
            return None
        return f"mailto:{self.address}" if self.kind == "mail" else self.address


type Line = AgencyPhone | AgencyLink


def _closed(line: Line, day: date) -> bool:
    if line.closed_on_holidays and is_holiday(day):
        return True
    year_end = line.year_end or (YEAR_END if line.closed_on_holidays else None)
    return year_end is not None and day in year_end


@dataclass(frozen=True)
class Agency:
    """One agency (相談機関): what it can and cannot do, for whom, at what cost, and who says so.

    ``status``: a citizen sees all of what is ``confirmed``; of ``look`` the name, what it does and
    its official page, without number and hours; nothing of ``要確認``. ``read_from`` says what was
    read on the day ``checked_on``: the agency's own ``page``; a ``copy`` (資料: a stored page, a
    leaflet, the press); the ``record`` of somebody who read the page; or nothing, as everybody
    knows the number (``known``). ``as_of`` is the year of the copy, which may be undated, or of the
    record; after ``review_months`` the desk sees that somebody should read it again. ``only_for``:
    without it, anybody; ``first_for``: to whom it is named first, and nobody is ruled out;
    ``areas``: where those it serves live, without it the whole country. ``when_to_use`` and
    ``how_to_use`` are the desk's own words to its officers; no citizen reads them.
    """

    id: str
    name: Words
    operator: Words
    needs: tuple[Need, ...]
    can: Words
    audience: Words
    languages: tuple[Language, ...]
    cost: Words
    checked_on: date
    source: str
    status: Status
    cannot: Words | None = None
    order: int = 100
    read_from: ReadFrom = "copy"
    as_of: int | None = None
    phone: tuple[AgencyPhone, ...] = ()
    link: tuple[AgencyLink, ...] = ()
    note: Words | None = None
    only_for: tuple[Audience, ...] = ()
    first_for: tuple[Audience, ...] = ()
    areas: tuple[str, ...] = ()
    when_to_use: str = ""
    how_to_use: str = ""
    review_months: int = 12

    def __post_init__(self) -> None:
        """Refuse a review that never comes, a source of no or a future year, a look at no page."""
        if not 1 <= self.review_months <= LONGEST_REVIEW_MONTHS:
            raise ValueError("review_months は 1 から 36 までの月数で書いてください。")
        if self.read_from != "copy" and (self.as_of is not None) != (self.read_from == "record"):
            raise ValueError(
                'as_of（資料の年）は、read_from = "record" には必ず書き、"page" と "known" には'
                "書かないでください。"
            )
        if self.as_of is not None and self.as_of > self.checked_on.year:
            raise ValueError(
                f"as_of（{self.as_of}年の資料）が checked_on（{self.checked_on}）より後です。"
                "資料の年か、読んだ日を直してください。"
            )
        if self.status == "look" and not any(
            link.kind == "page" and link.source != UNCONFIRMED for link in self.link
        ):
            raise ValueError(
                'status = "look" には、公式ページが要ります。kind = "page" の [[link]] に'
                "そのアドレスを書いてください。"
            )

    @property
    def review_on(self) -> date:
        """The day from which it should be read again (見直しの日)."""
        return months_after(self.checked_on, self.review_months)

    @property
    def listed(self) -> bool:
        """Whether a citizen may see it at all."""
        return self.status != UNCONFIRMED

    @property
    def confirmed(self) -> bool:
        """Whether a citizen may see its numbers and hours, too."""
        return self.status == "confirmed"

    @property
    def always(self) -> bool:
        """Whether some confirmed line answers day and night."""
        return any(phone.always and phone.source != UNCONFIRMED for phone in self.phone)

    @property
    def calls_always(self) -> bool:
        """Whether its first number does, from any telephone: a label says which ones it is for."""
        return any(phone.always and not phone.label for phone in self.shown.phone[:1])

    @property
    def shown(self) -> "Agency":
        """The same agency with only what is confirmed; whatever is marked 要確認 is left out."""
        if not self.confirmed:
            pages = tuple(replace(each, note=None) for each in self.link if each.kind == "page")
            return replace(self, phone=(), link=pages, note=None)
        return replace(
            self,
            languages=tuple(each for each in self.languages if each != UNCONFIRMED),
            phone=tuple(_known(line) for line in self.phone if line.source != UNCONFIRMED),
            link=tuple(_known(link) for link in self.link if link.source != UNCONFIRMED),
        )

    @property
    def takes_letters(self) -> bool:
        """Whether a letter finds somebody: who has only a form or a chat takes none."""
        return bool(self.phone) or any(link.kind == "mail" for link in self.link)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every way to it: its telephones, then its addresses."""
        return (*self.phone, *self.link)

    def languages_of(self, line: Line) -> tuple[Language, ...]:
        """The languages in which a line answers."""
        return line.languages or self.languages


def _known[L: (AgencyPhone, AgencyLink)](line: L) -> L:
    """The line without hours that nobody confirmed."""
    if line.hours_source != UNCONFIRMED:
        return line
    return replace(line, hours=None, hours_source=None)
