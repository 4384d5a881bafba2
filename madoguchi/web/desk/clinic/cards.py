"""What the clinic's pages show of one booking, and which verbs are possible now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.slots import ClinicDay, Slot
from madoguchi.rules.steps.booking import State, Verb, follows
from madoguchi.web.kit.reveal import Said, said
from madoguchi.work.clinic.bookings.queries import Card, OfCase
from madoguchi.work.clinic.public import Wanted

ENDS = (Verb.COME, Verb.COME_LATE, Verb.MISS)
SAID = {State.CAME: Verb.COME, State.LATE: Verb.COME_LATE, State.ABSENT: Verb.MISS}
ANSWERS = (Verb.CONFIRM, Verb.ACCEPT, Verb.DECLINE, Verb.AGREE)
PRESSED = (*ANSWERS, *ENDS)


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
    subject: Said = field(repr=False)
    other_party: Said = field(repr=False)
    note: Said = field(repr=False)


def told(wanted: Wanted) -> Told:
    """What was said for a booking, as the pages show it."""
    return Told(
        wanted.people,
        wanted.names_ok,
        said(wanted.subject),
        said(wanted.other_party),
        said(wanted.note),
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
        """The buttons."""
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
