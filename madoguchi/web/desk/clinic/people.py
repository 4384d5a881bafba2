"""Whom a change of a day meets (変更を知らせる人): their slot, how contact is safe, who answers."""

from dataclasses import dataclass
from datetime import time

from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import STANDING, State
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Card

EXPECTED = (*STANDING, State.OFFERED)  # who has to be told of a change
SILENT = ("mail_only", "wait")  # nobody calls them


@dataclass(frozen=True)
class Reach:
    """How one person may be reached: safe hours, whose name is said, whether a mail may come."""

    hours: tuple[str, ...]
    name_desk: bool
    mail: bool


@dataclass(frozen=True)
class Person:
    """One person with a place of the day; `now`: when their slot begins, None where it is gone.

    `mine`: the colleague looks after the case, and may write to them.
    """

    card: Card
    assignee: str
    mine: bool
    now: time | None
    reach: Reach | None

    @property
    def contact(self) -> str:
        """The text key of how contact is safe."""
        return f"desk.contact.{self.card.contact_rule}"

    @property
    def otherwise(self) -> bool:
        """Whether the slot begins at another time of day than they agreed to."""
        return self.now is not None and self.now != self.card.agreed_at.time()

    @property
    def state(self) -> str:
        """The text key of what the place is: booked, asked for, offered."""
        return f"desk.clinic_days.place.{self.card.state}"

    @property
    def silent(self) -> bool:
        """Whether nobody calls them."""
        return self.card.contact_rule in SILENT

    @property
    def answered(self) -> bool:
        """Whether they know when it begins, and keep the place."""
        return not (self.card.moved or self.card.off)


@dataclass(frozen=True)
class People:
    """Everybody whom the change meets, as far as the colleague may know of them."""

    all: tuple[Person, ...]
    others: bool
    opened: bool


def people(
    request: DeskRequest, old: ClinicDay, new: ClinicDay | None, *, reach: bool = False
) -> People:
    """Whom it meets; with `reach`, how each may be reached: that opens cases, one line each."""
    cards, others = _met(request, old)
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    found = queries.needs(request.actor, cards, now=request.now) if reach else {}
    met = tuple(
        Person(
            card,
            names.get(card.assignee_id, "") if card.assignee_id else "",
            card.assignee_id == request.actor.staff_id,
            slot.starts if new and (slot := new.slot(card.place.number)) else None,
            _reach(request, found[card.id].wishes) if card.id in found else None,
        )
        for card in cards
    )
    return People(met, others, reach)


def _met(request: DeskRequest, day: ClinicDay) -> tuple[tuple[Card, ...], bool]:
    """Those with a place, by slot; and whether places are taken of which one is told no more."""
    clinic, standing = request.programme.clinic, changes(request)
    if clinic is None:
        return (), False
    slots = queries.of_day(request.actor, clinic, day, standing, now=request.now)
    lost = queries.lost(request.actor, clinic, day, standing, now=request.now)
    seats = [seat for slot in slots for seat in slot.seats]
    cards = [seat.card for seat in seats if seat.card]
    expected = tuple(card for card in (*cards, *lost) if card.state in EXPECTED)
    return expected, any(seat.shut and not seat.own for seat in seats)


def _reach(request: DeskRequest, wishes: Wishes) -> Reach:
    words = words_for(request)
    hours = tuple(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
    return Reach(hours, wishes.name_desk, wishes.mail)
