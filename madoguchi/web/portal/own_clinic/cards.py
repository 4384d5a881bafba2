"""A person's bookings as their page shows them (本人に見せる予約), and dates to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from icalendar import Calendar, Event

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import OVER, State
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.interview_form import DayOptions, TimeOption
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.book import places
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings
from madoguchi.work.clinic.sittings import public as sittings

PLACED = ("asked", "booked", "moved", "offered", "gone")
OPEN = ("asked", "booked", "moved", "off", "gone")


@dataclass(frozen=True)
class OwnBooking:
    """A booking of the person.

    `state`: a key of `own_clinic.is`; `begins`, `ends`: of the day as it is now (of the booking, as
    it was agreed, where that day or slot is no more: then `ends` is None). `was`: the beginning
    that the person agreed to, where it is another. `until`: the end of an offer.
    """

    seen: bookings.BookingRevision
    state: str
    begins: datetime
    ends: datetime | None
    was: datetime | None
    until: datetime | None
    venue: Venue
    begun: bool

    @property
    def means(self) -> str:
        """How they talk, as the key of its words."""
        return f"own_clinic.means.{self.venue.means}"

    @property
    def label(self) -> str:
        """The state, as the key of its words."""
        return f"own_clinic.is.{self.state}"

    @property
    def stands(self) -> bool:
        """Whether it may be changed or cancelled here."""
        return self.state in OPEN and not self.begun

    @property
    def placed(self) -> bool:
        """Whether it is the one place that a person may have."""
        return self.state in PLACED

    @property
    def wants_answer(self) -> bool:
        """Whether the desk waits for the person."""
        return not self.begun and self.state in ("offered", "moved", "off", "gone")

    @property
    def there(self) -> bool:
        """Whether the day takes place, has its time and lies ahead."""
        return self.state not in ("off", "gone", "over")

    @property
    def settled(self) -> bool:
        """Whether the person is expected then, with nothing to be answered: for a calendar."""
        return self.state in ("asked", "booked") and not self.begun


@dataclass(frozen=True)
class WaitingEntry:
    """A day that the person waits for; `on` of None: for any. `off`: it does not take place."""

    id: UUID
    on: date | None
    off: bool = False


def may_book(
    request: OfficeRequest, own: tuple[OwnBooking, ...], decided: Sequence[Change]
) -> bool:
    """Whether the person may ask for a place here: one at a time, where people may, on some day."""
    clinic, now = request.programme.clinic, request.now
    if clinic is None or clinic.booking.online == "no" or clinic.booking.only_if_needed:
        return False
    coming = slots.coming(clinic, now.date(), decided)
    return bool(coming) and not any(booking.placed for booking in own)


def waiting_entries(
    request: OfficeRequest, held: cases.Holding, decided: Sequence[Change]
) -> tuple[WaitingEntry, ...]:
    """What the person waits for: days to come, or any; of one that is off they read that it is."""
    clinic, today = request.programme.clinic, request.now.date()
    if clinic is None:
        return ()
    coming = {day.ref: day.on for day in slots.coming(clinic, today, decided)}
    found: list[WaitingEntry] = []
    for row in bookings.waiting(held):
        if not row.day or row.day in coming:
            found.append(WaitingEntry(row.id, coming.get(row.day)))
        elif (day := slots.day(clinic, row.day, decided)) and day.cancelled and day.on >= today:
            found.append(WaitingEntry(row.id, day.on, off=True))
    return tuple(found)


@dataclass(frozen=True)
class ClinicCard:
    """What the receipt's first page shows of it; `advised`: the desk wrote what comes next."""

    own: tuple[OwnBooking, ...]
    waits: tuple[WaitingEntry, ...]
    may_book: bool
    advised: bool

    @property
    def shown(self) -> bool:
        """Whether there is anything to say or to do."""
        return bool(self.own or self.waits or self.may_book or self.advised)

    @property
    def wants_answer(self) -> bool:
        """Whether the desk waits for the person."""
        return any(booking.wants_answer for booking in self.own)

    @property
    def waits_off(self) -> tuple[WaitingEntry, ...]:
        """The days that they wait for and that do not take place."""
        return tuple(entry for entry in self.waits if entry.off)

    @property
    def waits_on(self) -> bool:
        """Whether they wait for a place that may still fall free."""
        return any(not entry.off for entry in self.waits)


def clinic_card(request: OfficeRequest, held: cases.Holding) -> ClinicCard:
    """The bookings and waits of the person, for the receipt's first page.

    The days are those that this process knew two seconds ago at most; the other page reads them.
    """
    decided = recent_changes(request)
    own = own_bookings(request, held, decided)
    return ClinicCard(
        own,
        waiting_entries(request, held, decided),
        may_book(request, own, decided),
        bool(sittings.advice(held)),
    )


def own_bookings(
    request: OfficeRequest, held: cases.Holding, decided: Sequence[Change]
) -> tuple[OwnBooking, ...]:
    """The bookings and offers of the person that are not past, in order."""
    clinic, now = request.programme.clinic, request.now
    if clinic is None:
        return ()
    found: list[OwnBooking] = []
    for own in bookings.own(held):
        if own.state == State.OFFERED and own.until is not None and own.until <= now:
            continue  # an offer whose time is over: the sweep has not come by yet
        booking = _booking(clinic, decided, own, now)
        if booking.begins.date() >= now.date() or booking.wants_answer:
            found.append(booking)
    return tuple(sorted(found, key=lambda booking: booking.begins))


def _booking(
    clinic: Clinic, decided: Sequence[Change], own: bookings.Own, now: datetime
) -> OwnBooking:
    """One booking by its day as it is now."""
    day = slots.day(clinic, own.place.day, decided)
    number = own.place.number
    there = day is not None and day.slot(number) is not None
    begins = slots.begins(day, number) if day and there else own.agreed_at.astimezone(JAPAN)
    return OwnBooking(
        seen=own.seen,
        state=_state(day, own, begins, there=there),
        begins=begins,
        ends=slots.finishes(day, number) if day and there else None,
        was=own.agreed_at.astimezone(JAPAN) if begins != own.agreed_at else None,
        until=own.until,
        venue=clinic.at(day.venue if day else ""),
        begun=begins <= now,
    )


def _state(day: ClinicDay | None, own: bookings.Own, begins: datetime, *, there: bool) -> str:
    if own.state in OVER:
        return "over"
    if day is None or day.cancelled:
        return "off"
    if not there:
        return "gone"
    if own.state == State.OFFERED:
        return "offered"
    return "moved" if begins != own.agreed_at else str(own.state)


def time_options(days: Iterable[places.DayRow], words: Texts) -> tuple[DayOptions, ...]:
    """The free places, day by day."""
    formatter = Formatter(words)
    return tuple(
        DayOptions(
            _label(day, formatter),
            tuple(
                TimeOption(choice.value, formatter.clock(choice.starts), chosen=False)
                for choice in day.choices
                if choice.state == "free"
            ),
        )
        for day in days
        if day.state == "free"
    )


def full(days: Iterable[places.DayRow], words: Texts) -> tuple[TimeOption, ...]:
    """The days on which every place is taken, each by the name that a form sends."""
    formatter = Formatter(words)
    return tuple(
        TimeOption(day.choices[0].value.partition("/")[0], _label(day, formatter), chosen=False)
        for day in days
        if day.state == "full"
    )


def _label(day: places.DayRow, formatter: Formatter) -> str:
    """The date, with the venue where there are several."""
    date_text = formatter.day(day.on)
    return f"{date_text} {day.venue.get(column()).words}" if day.venue else date_text


def appointment(booking: OwnBooking, title: str, now: datetime) -> bytes:
    """The file; neither place nor sender stands in it, and a later one replaces an earlier one."""
    entry = Event()
    entry.add("uid", str(booking.seen.id))
    entry.add("dtstamp", now)
    entry.add("dtstart", booking.begins.astimezone(TOKYO))
    if booking.ends:
        entry.add("dtend", booking.ends.astimezone(TOKYO))
    entry.add("summary", title)
    entries = Calendar()
    entries.add("prodid", "-//dates//JA")
    entries.add("version", "2.0")
    entries.add_component(entry)
    entries.add_missing_timezones()
    file: bytes = entries.to_ical()
    return file
