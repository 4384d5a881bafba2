"""The places that the desk may give now (空いている枠), day by day, as a form offers them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.rules import slots
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, Slot
from madoguchi.web.desk.clinic.form import read_place
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic import public
from madoguchi.work.clinic.public import Place

FIELD = "f-at"


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
    reading = Reading(words_for(request))
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
    day: ClinicDay, place: Place, reading: Reading, places: Sequence[Place], marked: Place | None
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
