"""What became of telephone numbers (番号の移り変わり): hidden, replaced, at other hours.

A number is followed wherever it stands: a wrong one must not stay anywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import Change, LineHours, NumberHidden, NumberReplaced
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme


@dataclass(frozen=True, slots=True)
class Line:
    """What a number of the programme files is by now; ``hours`` of None: as the file says."""

    number: Phone
    shown: bool = True
    hours: Week | None = None


def lines(held: Iterable[Change]) -> Mapping[Phone, Line]:
    """The numbers about which something was decided, by the number of the programme files.

    >>> from datetime import date
    >>> a, b, day = Phone("1-2"), Phone("3-4"), date(2026, 12, 1)
    >>> lines([NumberHidden(a, day), NumberReplaced(a, b, day)])[a]
    Line(number=Phone(number='3-4'), shown=True, hours=None)
    """
    told: dict[Phone, Line] = {}
    for each in held:
        match each:
            case NumberHidden(number=number):
                _change(told, number, shown=False)
            case NumberReplaced(was=was, now=now):
                told.setdefault(was, Line(now))
                _change(told, told[was].number, shown=True, number=now)
            case LineHours(number=number, hours=hours):
                _change(told, number, hours=hours)
            case _:
                pass
    return told


def shown(number: Phone | None, told: Mapping[Phone, Line]) -> Phone | None:
    """The number to show in a number's place; None where it is hidden."""
    line = told.get(number) if number else None
    if line is None:
        return number
    return line.number if line.shown else None


def _change(told: dict[Phone, Line], which: Phone, **what: object) -> None:
    told.setdefault(which, Line(which))
    for first, line in told.items():
        if line.number == which:
            told[first] = replace(line, **what)  # type: ignore[arg-type] # by name


def whereabouts(programme: Programme, changes: Iterable[Change], number: Phone) -> tuple[str, ...]:
    """Where a number stands, hidden or not: `desk`, `clinic`, `contact`, or an agency's id.

    >>> from madoguchi.rules.programme.load import programme
    >>> whereabouts(programme("shibukawa"), (), Phone("0279-25-8526"))
    ('desk', 'clinic')
    """
    told = lines(changes)
    held = {number, *(first for first, line in told.items() if line.number == number)}
    city, desk = programme.city.contact, programme.desk
    places: list[tuple[str, Phone | None]] = [
        *(("desk", channel.number) for channel in (desk.phone, desk.face) if channel),
        ("clinic", programme.clinic.booking.phone if programme.clinic else None),
        ("contact", city.phone),
        ("contact", city.fax),
        *((agency.id, line.number) for agency in programme.agencies for line in agency.phone),
    ]
    return tuple(dict.fromkeys(place for place, stands in places if stands in held))
