"""What the clinic's pages show: bookings with their acts, the places that are free, who waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, Slot
from madoguchi.rules.steps.booking import State, Verb, follows
from madoguchi.web.desk.clinic.acts import read_place
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Card, OfCase, Waiter
from madoguchi.work.clinic.public import Place, Wanted

ENDS = (Verb.COME, Verb.COME_LATE, Verb.MISS)
SAID = {State.CAME: Verb.COME, State.LATE: Verb.COME_LATE, State.ABSENT: Verb.MISS}
ANSWERS = (Verb.CONFIRM, Verb.ACCEPT, Verb.DECLINE, Verb.AGREE)
PRESSED = (*ANSWERS, *ENDS)
FIELD = "f-at"


@dataclass(frozen=True)
class Press:
    """A verb that one button does."""

    name: str

    @property
    def key(self) -> str:
        """The text key of the button."""
        return f"desk.clinic.do.{self.name}"


CANCEL = Press(str(Verb.CANCEL))


@dataclass(frozen=True)
class Told:
    """What was said for a booking, made safe to look at."""

    people: int
    names_ok: bool
    subject: SanitizedText = field(repr=False)
    other_party: SanitizedText = field(repr=False)
    note: SanitizedText = field(repr=False)


def told(wanted: Wanted) -> Told:
    """What was said for a booking, as the pages show it."""
    return Told(
        wanted.people,
        wanted.names_ok,
        sanitized(wanted.subject),
        sanitized(wanted.other_party),
        sanitized(wanted.note),
    )


@dataclass(frozen=True)
class Row:
    """One booking of the case: where it lies now, what for, which verbs are possible."""

    card: Card
    day: ClinicDay | None
    slot: Slot | None
    wanted: Wanted = field(repr=False)
    told: Told
    may: frozenset[str]
    venue: Venue

    @property
    def mark(self) -> str:
        """What tells the fields of its form from those of another's."""
        return self.card.id.hex

    @property
    def over(self) -> bool:
        """Whether it has begun and nobody said that the person was not there: something came."""
        return over(self.card, self.may)

    @property
    def presses(self) -> tuple[Press, ...]:
        return presses(self.may)

    @property
    def answers(self) -> tuple[Press, ...]:
        """The buttons of what the person says on the telephone."""
        return presses(self.may, ANSWERS)


def presses(may: frozenset[str], of: Iterable[Verb] = PRESSED) -> tuple[Press, ...]:
    """The buttons of these verbs, as far as they are possible."""
    return tuple(Press(str(verb)) for verb in of if verb in may)


def over(card: Card, may: frozenset[str]) -> bool:
    """Whether it has begun and nobody said that the person was not there."""
    return State(card.state) in (State.CAME, State.LATE) or str(Verb.MISS) in may


def row(one: OfCase, clinic: Clinic, changes: tuple[Change, ...], now: datetime) -> Row:
    """A booking of an opened case."""
    place = one.card.place
    day = slots.day(clinic, place.day, changes)
    slot = day.slot(place.number) if day else None
    venue = clinic.at(day.venue if day else "")
    return Row(one.card, day, slot, one.wanted, told(one.wanted), possible(one.card, now), venue)


def possible(card: Card, now: datetime) -> frozenset[str]:
    """The verbs that its state, its day and the time of day leave.

    Where the day is off nobody comes, and there is nothing to agree to; what has begun is not
    moved, and who is there need not say that they will come. What was said already need not be
    said again.
    """
    state = State(card.state)
    verbs = {verb for verb in Verb if follows(state, verb)} - {SAID.get(state)}
    starts = None if card.off else card.starts
    if starts is None or starts.date() > now.date():
        verbs -= set(ENDS)
    elif starts > now:
        verbs -= {Verb.COME_LATE, Verb.MISS}
    else:
        verbs -= {Verb.MOVE, Verb.AGREE}
    if not card.moved:
        verbs -= {Verb.AGREE}
    return frozenset(str(verb) for verb in verbs if verb)


@dataclass(frozen=True)
class Offer:
    """A place that can be chosen; `label` says day and time where no heading does."""

    place: Place
    slot: Slot
    on: date
    label: str
    first: bool
    chosen: bool

    @property
    def value(self) -> str:
        """As the form sends it, with the beginning that the page says."""
        return f"{self.place.day}/{self.place.number}@{self.on}T{self.slot.starts:%H:%M}"

    @property
    def id(self) -> str:
        """The id of its control; an error leads to the first of all."""
        return FIELD if self.first else f"{FIELD}-{self.place.day}-{self.place.number}"


@dataclass(frozen=True)
class OfDay:
    """A day with the places that are left on it; `today`: somebody may walk in.

    `over`: it is a day of before, on which somebody did; the form says so, or a page that lay open
    over midnight would write down as having come who was to be booked.
    """

    day: ClinicDay
    venue: Words | None
    today: bool
    over: bool
    offers: tuple[Offer, ...]


def offered(request: DeskRequest, clinic: Clinic, chosen: str = "") -> tuple[OfDay, ...]:
    """Every published day from today on; a place that is gone hands its mark to the next one.

    A day that is over is among them where a place of it was chosen: somebody walked in.
    """
    free = _free(request, clinic, chosen)
    marked = _marked(free, chosen)
    places = [place for _, found in free for place in found]
    reading = Formatter(words_for(request))
    return tuple(
        OfDay(
            day,
            clinic.at(day.venue).name if clinic.venue else None,
            day.on == request.now.date(),
            day.on < request.now.date(),
            tuple(_offer(day, place, reading, places, marked) for place in found),
        )
        for day, found in free
    )


def _offer(
    day: ClinicDay, place: Place, reading: Formatter, places: Sequence[Place], marked: Place | None
) -> Offer:
    slot = day.slots[place.number - 1]
    label = f"{reading.day(day.on)} {slot.starts.hour}:{slot.starts:%M}"
    return Offer(place, slot, day.on, label, place == places[0], place == marked)


def _free(request: DeskRequest, clinic: Clinic, chosen: str) -> list[tuple[ClinicDay, list[Place]]]:
    """The days to come, each with the places that the desk may give."""
    standing, now = changes(request), request.now
    days = (*_over(request, clinic, chosen), *slots.coming(clinic, now.date(), standing))
    taken = public.taken(request.office.id, [day.ref for day in days], now)
    return [(day, list(_left(request, clinic, day, taken))) for day in days]


def _over(request: DeskRequest, clinic: Clinic, chosen: str) -> Iterable[ClinicDay]:
    """The day of the chosen place, where it is over and walk-ins are still written down."""
    place, today = read_place(chosen), request.now.date()
    day = slots.day(clinic, place.day, changes(request)) if place else None
    if day is None or not day.published or day.cancelled:
        return
    meant = request.method != "POST" or request.POST.get("over") == day.ref
    if meant and day.on < today and slots.received(day, today):
        yield day


def _left(
    request: DeskRequest, clinic: Clinic, day: ClinicDay, taken: Mapping[tuple[str, int], int]
) -> Iterable[Place]:
    desk, standing, over = request.programme.desk, changes(request), day.on < request.now.date()
    for slot in day.slots:
        if taken.get((day.ref, slot.number), 0) >= clinic.lawyers:
            continue
        at = slots.begins(day, slot.number) if over else request.now
        said = slots.bookable(clinic, desk, day, slot.number, at, "desk", standing)
        if said.answer != "no":
            yield Place(day.ref, slot.number)


def _marked(free: Sequence[tuple[ClinicDay, Sequence[Place]]], said: str) -> Place | None:
    """The chosen place; where it is gone the next of its day, of a later day, the first of all."""
    chosen, places = read_place(said), [place for _, found in free for place in found]
    if chosen is None or chosen in places:
        return chosen
    on = next((day.on for day, _ in free if day.ref == chosen.day), None)
    same_day = [place for place in places if place.day == chosen.day]
    after = [place for place in same_day if place.number > chosen.number]
    later = [place for day, found in free if on and day.on > on for place in found]
    return next(iter((*after, *same_day, *later, *places)), None)


@dataclass(frozen=True)
class Wait:
    """Somebody waits; `on`: for which day as it is now, None for any; `offers`: what is free."""

    waiter: Waiter
    on: date | None
    offers: tuple[Offer, ...]


def waits(request: DeskRequest, case_id: UUID, days: tuple[OfDay, ...]) -> tuple[Wait, ...]:
    """What this case waits for, of the days to come, each with the places that are free."""
    there = {one.day.ref: one for one in days}
    every = tuple(offer for one in days for offer in one.offers)
    return tuple(
        Wait(
            one,
            there[one.day].day.on if one.day else None,
            there[one.day].offers if one.day else every,
        )
        for one in queries.waiting(request.actor)
        if one.case_id == case_id and (not one.day or one.day in there)
    )
