"""What the clinic's pages show: bookings with their acts, the places that are free, who waits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, Slot
from madoguchi.rules.steps.booking import State, Verb, follows
from madoguchi.tools.forms.form import Filled
from madoguchi.web.desk.clinic.acts import CANCEL, clinic_of, read_place
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Card, OfCase, Waiter
from madoguchi.work.clinic.public import Place, Wanted

ENDS = (Verb.COME, Verb.COME_LATE, Verb.MISS)
MISTAKEN = (Verb.TAKE_BACK, Verb.EXPECT)  # what was pressed by mistake is taken back
ENDED_BY = {State.CAME: Verb.COME, State.LATE: Verb.COME_LATE, State.ABSENT: Verb.MISS}
ANSWERS = (Verb.CONFIRM, Verb.ACCEPT, Verb.DECLINE, Verb.AGREE)
PRESSED = (*ANSWERS, *ENDS, *MISTAKEN)
FIELD = "f-at"


@dataclass(frozen=True)
class Button:
    """A button that does a verb."""

    name: str

    @property
    def key(self) -> str:
        """The text key of the button."""
        return f"desk.clinic.do.{self.name}"


@dataclass(frozen=True)
class Row:
    """A booking of the case: its day and slot now, what for, which verbs are possible."""

    card: Card
    day: ClinicDay | None
    slot: Slot | None
    wanted: Wanted = field(repr=False)
    may: frozenset[str]
    venue: Venue
    damaged: bool = False

    @property
    def subject(self) -> SanitizedText:
        return sanitized(self.wanted.subject)

    @property
    def other_party(self) -> SanitizedText:
        return sanitized(self.wanted.other_party)

    @property
    def note(self) -> SanitizedText:
        return sanitized(self.wanted.note)

    @property
    def mark(self) -> str:
        """What tells the fields of its form from those of another's."""
        return self.card.id.hex

    @property
    def cancel(self) -> Filled:
        """The form that asks who cancels it and why."""
        return CANCEL.show(mark=self.mark)

    @property
    def over(self) -> bool:
        """Whether it has begun and nobody said that the person was not there."""
        return over(self.card, self.may)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return buttons(self.may)

    @property
    def answers(self) -> tuple[Button, ...]:
        """The buttons for the person's answer on the telephone."""
        return buttons(self.may, ANSWERS)


def buttons(may: frozenset[str], verbs: Iterable[Verb] = PRESSED) -> tuple[Button, ...]:
    """The buttons of these verbs, as far as they are possible."""
    return tuple(Button(str(verb)) for verb in verbs if verb in may)


def over(card: Card, may: frozenset[str]) -> bool:
    """Whether it has begun and nobody said that the person was not there."""
    return State(card.state) in (State.CAME, State.LATE) or str(Verb.MISS) in may


def row(booking: OfCase, clinic: Clinic, changes: tuple[Change, ...], now: datetime) -> Row:
    """A booking of an opened case."""
    card, place = booking.card, booking.card.place
    day = slots.day(clinic, place.day, changes)
    slot = day.slot(place.number) if day else None
    venue = clinic.at(day.venue if day else "")
    may = possible(card, now)
    return Row(card, day, slot, booking.wanted, may, venue, damaged=booking.damaged)


def possible(card: Card, now: datetime) -> frozenset[str]:
    """The verbs that its state, its day and the time of day leave.

    Where the day is off nobody comes, and no place of it is given or agreed to. What has begun is
    not moved, and who is there need not say that they will come; what was pressed by mistake before
    is taken back until then. What was written down already is not offered again.
    """
    state = State(card.state)
    verbs = {verb for verb in Verb if follows(state, verb)} - {ENDED_BY.get(state)}
    starts = None if card.off else card.starts
    if starts is None or starts.date() > now.date():
        verbs -= set(ENDS)
    elif starts > now:
        verbs -= {Verb.COME_LATE, Verb.MISS}
    else:
        verbs -= {Verb.MOVE, Verb.AGREE, *MISTAKEN}
    if not card.moved:
        verbs -= {Verb.AGREE}
    if not card.retractable:
        verbs -= {Verb.TAKE_BACK}
    if card.channel == "walk_in":  # nobody expected them
        verbs -= {Verb.EXPECT}
    if not card.takes_place:
        verbs -= set(ANSWERS)
    return frozenset(str(verb) for verb in verbs if verb)


@dataclass(frozen=True)
class Offer:
    """A place that can be chosen; `label`: day and time, for a list without headings."""

    place: Place
    slot: Slot
    on: date
    label: str
    first: bool
    chosen: bool

    @property
    def value(self) -> str:
        """The value that the form sends, with the beginning that the page showed."""
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
    """Every published day from today on; if the chosen place is gone, the next one is marked.

    A day that is over is among them where a place of it was chosen: somebody walked in.
    """
    today, now = request.now.date(), request.now
    days = (*_over(request, clinic, chosen), *slots.coming(clinic, today, changes(request)))
    taken = public.taken(request.office.id, [day.ref for day in days], now)
    free = [(day, list(_left(request, clinic, day, taken))) for day in days]
    places = [place for _, left in free for place in left]
    marked, reading, found = _marked(free, chosen), Formatter(texts_for(request)), []
    for day, left in free:
        offers = []
        for place in left:
            slot = day.slots[place.number - 1]
            label = f"{reading.day(day.on)} {slot.starts.hour}:{slot.starts:%M}"
            first = place == places[0]
            offers.append(Offer(place, slot, day.on, label, first, place == marked))
        venue = clinic.at(day.venue).name if clinic.venue else None
        found.append(OfDay(day, venue, day.on == today, day.on < today, tuple(offers)))
    return tuple(found)


def _over(request: DeskRequest, clinic: Clinic, chosen: str) -> Iterator[ClinicDay]:
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
) -> Iterator[Place]:
    desk, published, over = request.programme.desk, changes(request), day.on < request.now.date()
    for slot in day.slots:
        if taken.get((day.ref, slot.number), 0) >= clinic.lawyers:
            continue
        at = slots.begins(day, slot.number) if over else request.now
        decision = slots.bookable(clinic, desk, day, slot.number, at, "desk", published)
        if decision.answer != "no":
            yield Place(day.ref, slot.number)


def _marked(free: Sequence[tuple[ClinicDay, Sequence[Place]]], typed: str) -> Place | None:
    """The chosen place; where it is gone the next of its day, of a later day, the first of all."""
    chosen, places = read_place(typed), [place for _, left in free for place in left]
    if chosen is None or chosen in places:
        return chosen
    on = next((day.on for day, _ in free if day.ref == chosen.day), None)
    same_day = [place for place in places if place.day == chosen.day]
    after = [place for place in same_day if place.number > chosen.number]
    later = [place for day, left in free if on and day.on > on for place in left]
    return next(iter((*after, *same_day, *later, *places)), None)


@dataclass(frozen=True)
class Wait:
    """A case on the waiting list; `on`: for which day as it is now, None for any.

    `offers`: the places that are free. `off`: the day does not take place.
    """

    waiter: Waiter
    on: date | None
    offers: tuple[Offer, ...]
    off: bool = False


def waits(request: DeskRequest, case_id: UUID, days: tuple[OfDay, ...]) -> tuple[Wait, ...]:
    """What this case waits for, of the days to come, each with the places that are free.

    Days that are off stand there until the person was told and waits for another, or for none.
    """
    by_ref = {day.day.ref: day for day in days}
    every = tuple(offer for day in days for offer in day.offers)
    found: list[Wait] = []
    for waiter in queries.waiting(request.actor, case_id=case_id).rows:
        if not waiter.day:
            found.append(Wait(waiter, None, every))
        elif waiter.day in by_ref:
            found.append(Wait(waiter, by_ref[waiter.day].day.on, by_ref[waiter.day].offers))
        elif (day := slots.day(clinic_of(request), waiter.day, changes(request))) and day.cancelled:
            found.append(Wait(waiter, day.on, (), off=True))
    return tuple(found)
