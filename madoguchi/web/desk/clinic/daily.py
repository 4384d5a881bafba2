"""One day of the clinic as its page and its sheet show it (当日の枠), place by place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rules.slots import ClinicDay, Slot, finishes
from madoguchi.web.desk.clinic import cards
from madoguchi.web.desk.clinic.cards import Press
from madoguchi.work.clinic.bookings import queries


@dataclass(frozen=True)
class Row:
    """One place of a slot: free, somebody's, kept free, or not to be used; `ahead`: not over."""

    slot: Slot
    seat: queries.Seat
    ahead: bool
    assignee: str
    may: frozenset[str]

    @property
    def over(self) -> bool:
        """Whether something may have come of it."""
        return self.seat.card is not None and cards.over(self.seat.card, self.may)

    @property
    def presses(self) -> tuple[Press, ...]:
        """The buttons of a booking."""
        return cards.presses(self.may)


def rows(
    day: ClinicDay, found: Iterable[queries.Row], names: Mapping[UUID, str], now: datetime
) -> tuple[Row, ...]:
    """The day's places in their order."""
    return tuple(
        _row(one.slot, seat, names, now, ahead=finishes(day, one.slot.number) > now)
        for one in found
        for seat in one.seats
    )


def _row(
    slot: Slot, seat: queries.Seat, names: Mapping[UUID, str], now: datetime, *, ahead: bool
) -> Row:
    card = seat.card
    if card is None:
        return Row(slot, seat, ahead, "", frozenset())
    assignee = names.get(card.assignee_id, "") if card.assignee_id else ""
    return Row(slot, seat, ahead, assignee, cards.possible(card, now))
