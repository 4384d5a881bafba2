"""The desk (相談窓口): where, when and by which channels it can be reached, and what it asks.

With it the interviews at the counter (面談): how long, how many at once, who books, how far ahead.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from madoguchi.rules.koyomi.dates import YearlySpan, is_holiday
from madoguchi.rules.koyomi.hours import Span, Week
from madoguchi.rules.programme.phone import Phone, shown_number
from madoguchi.rules.programme.words import UNCONFIRMED, Words, is_placeholder

SHORTEST_INTERVIEW_MIN, LONGEST_INTERVIEW_MIN = 10, 240
MOST_INTERVIEWS = 20
FARTHEST_INTERVIEW_DAYS = 120
type ChannelName = Literal["phone", "face", "email", "web"]
type Asked = Literal["name", "age", "phone", "residence", "content", "wished_on"]
LONGEST_PROMISE_DAYS = 60
MOST_TITLES = 6
LONGEST_ENQUIRY_DAYS = 90
CHANNELS: tuple[ChannelName, ...] = ("phone", "face", "email", "web")


@dataclass(frozen=True)
class Interviews:
    """How the desk gives its interviews; their hours are those of the channel ``face``.

    ``places``: how many at the same time. ``pause``: when none is given (昼休み). A person may book
    from ``from_working_days`` after today until ``within_working_days`` after it; the desk itself
    books from now on.
    """

    slot_min: int
    places: int
    source: str
    pause: Span | None = None
    citizens: bool = False
    from_working_days: int = 1
    within_working_days: int = 20

    def __post_init__(self) -> None:
        """Refuse lengths and numbers that no desk has."""
        if not SHORTEST_INTERVIEW_MIN <= self.slot_min <= LONGEST_INTERVIEW_MIN:
            raise ValueError("slot_min は 10 から 240 までの分数で書いてください。")
        if not 1 <= self.places <= MOST_INTERVIEWS:
            raise ValueError("places は 1 から 20 までの数で書いてください。")
        if not 0 <= self.from_working_days <= self.within_working_days <= FARTHEST_INTERVIEW_DAYS:
            raise ValueError(
                "from_working_days は within_working_days 以下に、"
                "within_working_days は 120 以下にしてください。"
            )

    @property
    def by_citizens(self) -> bool:
        """Whether a person may book: the programme says so, and the office confirmed it."""
        return self.citizens and self.source != UNCONFIRMED


@dataclass(frozen=True)
class Closed:
    """Days on which the office does not open (閉庁日)."""

    holidays: bool
    year_end: YearlySpan
    year_end_source: str
    source: str
    dates: tuple[date, ...] = ()

    def __contains__(self, day: date) -> bool:
        """Whether the office is closed on this day, weekends apart."""
        return day in self.dates or day in self.year_end or (self.holidays and is_holiday(day))


@dataclass(frozen=True)
class Channel:
    """One way to the desk; without ``hours`` of its own it keeps the desk's."""

    source: str
    hours: Week | None = None
    number: Phone | None = None
    address: str | None = None
    url: str | None = None
    booking: bool = False
    note: Words | None = None


@dataclass(frozen=True)
class Face(Channel):
    """The counter (対面); without ``interviews`` nothing can be booked there."""

    interviews: Interviews | None = None


@dataclass(frozen=True)
class Promise:
    """Within how many working days the desk answers (回答までの日数); shown only once confirmed."""

    working_days: int
    source: str

    def __post_init__(self) -> None:
        """Refuse a promise of no time or of more than a season."""
        if not 1 <= self.working_days <= LONGEST_PROMISE_DAYS:
            raise ValueError("working_days は 1 から 60 までの日数で書いてください。")

    @property
    def confirmed(self) -> bool:
        """Whether the office confirmed it, so that a citizen may read it."""
        return self.source != UNCONFIRMED


@dataclass(frozen=True)
class Place:
    """Where the desk is."""

    address: Words
    building: Words
    source: str

    @property
    def shown(self) -> "Place | None":
        """The same with only what is confirmed; None where nothing of it is."""
        if UNCONFIRMED in (self.source, self.address.ja):
            return None
        return replace(self, building=self.building.confirmed or Words(""))


@dataclass(frozen=True)
class Circulated:
    """To whom a record sheet goes round (供覧): the titles over its boxes, in their order."""

    titles: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        """Refuse more boxes than fit beside the sheet's title."""
        if not 1 <= len(self.titles) <= MOST_TITLES:
            raise ValueError(f"titles は 1 から {MOST_TITLES} までの職名で書いてください。")


@dataclass(frozen=True)
class Alarm:
    """Whom the desk mails, while it is open, that nobody has a case with danger (知らせ先).

    The mail says only that somebody has to look. ``address``: one that is read at once, such as
    the supervisor's.
    """

    address: str
    source: str

    def __post_init__(self) -> None:
        """Refuse what is no address, and one that no mail reaches."""
        name, _, domain = self.address.rpartition("@")
        if not name or "." not in domain or any(sign.isspace() for sign in self.address):
            raise ValueError(
                "address はメールアドレスで書いてください（例：kikikanri@city.example.jp）。"
            )

    @property
    def confirmed(self) -> bool:
        """Whether the office confirmed it, so that mail goes there."""
        return self.source != UNCONFIRMED


@dataclass(frozen=True)
class AddressProtection:
    """Where one asks that no copy of a registered address is given to somebody (支援措置).

    ``counter``: the counter of 住民票, by name. ``accompanied``: whether somebody of the desk may
    come along.
    """

    counter: Words
    accompanied: bool
    source: str

    @property
    def confirmed(self) -> bool:
        """Whether the office confirmed it, so that a citizen may read it."""
        return self.source != UNCONFIRMED and self.counter.confirmed is not None


@dataclass(frozen=True)
class Desk:
    """The city's own desk (窓口): it listens, advises in general, and points to other agencies.

    ``enquiry_days``: so many days after its answer a question about a page is forgotten.
    """

    name: Words
    hours: Week
    closed: Closed
    cost: Words
    promise: Promise
    asked: tuple[Asked, ...]
    anonymous: bool
    anonymous_source: str
    caution: tuple[Words, ...]
    source: str
    place: Place | None = None
    phone: Channel | None = None
    face: Face | None = None
    email: Channel | None = None
    web: Channel | None = None
    circulated: Circulated | None = None
    alarm: Alarm | None = None
    address_protection: AddressProtection | None = None
    enquiry_days: int = 7

    def __post_init__(self) -> None:
        """Refuse to keep for ever what is said to be forgotten."""
        if not 0 <= self.enquiry_days <= LONGEST_ENQUIRY_DAYS:
            raise ValueError("enquiry_days は 0 から 90 までの日数で書いてください。")

    def channel(self, name: ChannelName) -> Channel | None:
        """The channel of that name, or None where the desk has no such channel."""
        return {"phone": self.phone, "face": self.face, "email": self.email, "web": self.web}[name]

    def with_channel(self, name: ChannelName, channel: Channel) -> "Desk":
        """The desk with another channel in this one's place."""
        changed: dict[str, Any] = {name: channel}
        return replace(self, **changed)

    @property
    def interviews(self) -> Interviews | None:
        """How interviews are given, or None where none can be booked."""
        return self.face.interviews if self.face else None

    @property
    def shown(self) -> "Desk":
        """The same with only what a citizen may read as a fact: no way that is 要確認.

        The form of this site is a fact wherever ``[web]`` is written.
        """
        phone, email = (_confirmed(each) for each in (self.phone, self.email))
        number = shown_number(phone.number) if phone else None
        address = email.address if email else None
        cost = self.cost.confirmed if self.source != UNCONFIRMED else None
        return replace(
            self,
            place=self.place.shown if self.place else None,
            cost=cost or Words(""),
            caution=tuple(each for each in self.caution if each.confirmed),
            phone=replace(phone, number=number) if phone and number else None,
            face=_confirmed(self.face),
            email=email if address and not is_placeholder(address) else None,
        )

    @property
    def ways(self) -> tuple[ChannelName, ...]:
        """The ways to the desk that there are, in their order."""
        return tuple(name for name in CHANNELS if self.channel(name))

    @property
    def first_way(self) -> ChannelName | Literal["none"]:
        """The way that is named first."""
        return next(iter(self.ways), "none")

    @property
    def spoken(self) -> tuple[ChannelName, ...]:
        """Those where somebody answers at once, and of which a citizen may read the hours."""
        return tuple(name for name in ("phone", "face") if self.published_hours(name))

    @property
    def one_week(self) -> Week | None:
        """The hours of everything that is spoken, where they are the same; None where they differ.

        Where there is neither telephone nor counter, the desk's own.
        """
        weeks = [week for name in self.spoken if (week := self.published_hours(name))]
        if not weeks:
            return self.hours if self.source != UNCONFIRMED else None
        return weeks[0] if all(week.lines == weeks[0].lines for week in weeks) else None

    @property
    def number(self) -> Phone | None:
        """The number of the telephone, where there is one."""
        return self.phone.number if self.phone else None

    @property
    def phone_hours(self) -> Week | None:
        """When the telephone is answered, as far as a citizen may read it."""
        return self.published_hours("phone")

    @property
    def face_hours(self) -> Week | None:
        """When the counter is open, as far as a citizen may read it."""
        return self.published_hours("face")

    def published_hours(self, name: ChannelName) -> Week | None:
        """The weekly hours of a channel; None where nobody confirmed them, or there is none."""
        channel = self.channel(name)
        if channel is None or (channel.hours is None and self.source == UNCONFIRMED):
            return None
        return channel.hours or self.hours

    def hours_of(self, name: ChannelName) -> Week | None:
        """The weekly hours of a channel, or None where the desk has no such channel."""
        channel = self.channel(name)
        return None if channel is None else channel.hours or self.hours


def _confirmed[C: Channel](channel: C | None) -> C | None:
    """The channel, or None where its source is 要確認."""
    return None if channel is None or channel.source == UNCONFIRMED else channel
