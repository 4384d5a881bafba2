"""Agencies that the desk points to (紹介先の相談機関)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import months_after
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Need = Literal["talk", "delete", "identify", "cost", "evidence", "danger"]
type Charge = Literal["free", "navi_dial", "caller"]
type Status = Literal["confirmed", "要確認"]

type Audience = Literal["adult", "child", "guardian", "woman", "foreign", "deaf"]

NEEDS: tuple[Need, ...] = ("talk", "delete", "identify", "cost", "evidence", "danger")
AUDIENCES: tuple[Audience, ...] = ("adult", "child", "guardian", "woman", "foreign", "deaf")
LONGEST_REVIEW_MONTHS = 36


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
    """A telephone line; ``hours`` of None: not known. Closed on holidays by default."""

    number: Phone
    charge: Charge | None
    source: str
    hours: Week | None = None
    hours_source: str | None = None
    closed_on_holidays: bool = True
    label: Words | None = None
    note: Words | None = None
    special: tuple[SpecialHours, ...] = ()

    @property
    def always(self) -> bool:
        """Whether it answers day and night, every day (24時間)."""
        return self.hours is not None and self.hours.always

    def hours_on(self, day: date) -> Week | None:
        """The weekly hours that hold on a day, special ones first; None: not known."""
        held = (each.hours for each in self.special if each.first_on <= day <= each.last_on)
        return next(held, self.hours)


@dataclass(frozen=True)
class AgencyLink:
    """A page, form, chat, mail or LINE address on the agency's side; ``hours``: of what is sent."""

    kind: Literal["page", "form", "chat", "mail", "line"]
    address: str
    source: str
    hours: Week | None = None
    closed_on_holidays: bool = True
    note: Words | None = None

    def hours_on(self, _day: date) -> Week | None:
        """The weekly hours that hold on a day; None: not known."""
        return self.hours

    @property
    def href(self) -> str | None:
        """The address of the link, or None for what is no link (a LINE account)."""
        if self.kind == "line":
            return None
        return f"mailto:{self.address}" if self.kind == "mail" else self.address


@dataclass(frozen=True)
class Agency:
    """One agency (相談機関): what it can and cannot do, for whom, at what cost, and who says so.

    ``as_of`` is the year of the copy that was read, ``checked_on`` the day somebody read it; after
    ``review_months`` the desk sees that somebody should read it again. ``only_for``: without it,
    anybody; ``areas``: where those it serves live, without it the whole country. ``when_to_use``
    and ``how_to_use`` are the desk's own words to its officers; no citizen reads them.
    """

    id: str
    name: Words
    operator: Words
    needs: tuple[Need, ...]
    can: Words
    audience: Words
    languages: tuple[str, ...]
    cost: Words
    checked_on: date
    source: str
    status: Status
    cannot: Words | None = None
    order: int = 100
    as_of: int | None = None
    phone: tuple[AgencyPhone, ...] = ()
    link: tuple[AgencyLink, ...] = ()
    note: Words | None = None
    only_for: tuple[Audience, ...] = ()
    areas: tuple[str, ...] = ()
    when_to_use: str = ""
    how_to_use: str = ""
    review_months: int = 12

    def __post_init__(self) -> None:
        """Refuse a review that never comes."""
        if not 1 <= self.review_months <= LONGEST_REVIEW_MONTHS:
            raise ValueError("review_months は 1 から 36 までの月数で書いてください。")

    @property
    def review_on(self) -> date:
        """The day from which it should be read again (見直しの日)."""
        return months_after(self.checked_on, self.review_months)

    @property
    def confirmed(self) -> bool:
        """Whether it may be shown to a citizen at all."""
        return self.status != UNCONFIRMED

    @property
    def always(self) -> bool:
        """Whether some confirmed line answers day and night."""
        return any(phone.always and phone.source != UNCONFIRMED for phone in self.phone)

    @property
    def shown(self) -> "Agency":
        """The same agency with only what is confirmed; whatever is marked 要確認 is left out."""
        return replace(
            self,
            languages=tuple(each for each in self.languages if each != UNCONFIRMED),
            phone=tuple(
                replace(line, hours=None, hours_source=None)
                if line.hours_source == UNCONFIRMED
                else line
                for line in self.phone
                if line.source != UNCONFIRMED
            ),
            link=tuple(link for link in self.link if link.source != UNCONFIRMED),
        )
