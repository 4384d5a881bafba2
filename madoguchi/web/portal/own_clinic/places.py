"""The dates as an `<option>` can say them (選べる日時): free places, and full days to wait for."""

from collections.abc import Iterable

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.column import column
from madoguchi.web.kit.reading import Reading
from madoguchi.web.kit.visit import OfDay, Offer
from madoguchi.web.portal.book import dates


def offered(days: Iterable[dates.OfDay], words: Texts) -> tuple[OfDay, ...]:
    """The free places, day by day."""
    reading = Reading(words)
    return tuple(
        OfDay(_label(day, reading), _free(day, reading)) for day in days if day.state == "free"
    )


def full(days: Iterable[dates.OfDay], words: Texts) -> tuple[Offer, ...]:
    """The days on which every place is taken, each by the name that a form sends."""
    reading = Reading(words)
    return tuple(
        Offer(day.choices[0].value.partition("/")[0], _label(day, reading), chosen=False)
        for day in days
        if day.state == "full"
    )


def _free(day: dates.OfDay, reading: Reading) -> tuple[Offer, ...]:
    free = (choice for choice in day.choices if choice.state == "free")
    return tuple(Offer(choice.value, reading.clock(choice.starts), chosen=False) for choice in free)


def _label(day: dates.OfDay, reading: Reading) -> str:
    """The date, with the venue where there are several."""
    said = reading.day(day.on)
    return f"{said} {day.venue.get(column()).words}" if day.venue else said
