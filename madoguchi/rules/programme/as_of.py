"""The programme and texts of a day (その日の制度): the files, and what the desk decided since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TypeGuard, get_args

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.changes import (
    AgencyChecked,
    AgencyHidden,
    AgencyShown,
    Change,
    ContactFrom,
    Dated,
    DivisionFrom,
    HoursFrom,
    LineHours,
    NumberHidden,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
)
from madoguchi.rules.programme.city import City, Contact, Division
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import CHANNELS, Desk
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import Words, named

DECIDED = "窓口の決定"
"""The source of a fact that stands in no programme file."""
type Lines = Mapping[Phone, Line]


@dataclass(frozen=True, slots=True)
class Line:
    """What a number of the programme files is by now; ``hours`` of None: as the file says."""

    number: Phone
    shown: bool = True
    hours: Week | None = None


def as_of(programme: Programme, changes: Sequence[Change], day: date) -> Programme:
    """The programme as it holds on a day; hours that begin later are known, too.

    >>> from madoguchi.rules.programme.changes import NumberHidden
    >>> from madoguchi.rules.programme.load import programme
    >>> wrong = NumberHidden(Phone("0279-25-8526"), date(2026, 12, 1))
    >>> for on in (date(2026, 11, 30), date(2026, 12, 1)):
    ...     print(as_of(programme("shibukawa"), [wrong], on).desk.phone.number)
    0279-25-8526
    None
    """
    ordered = dated(changes)
    return _as_of(programme, ordered, day) if ordered else programme


def reworded(texts: Texts, changes: Sequence[Change], day: date) -> Texts:
    """The texts as they hold on a day; the same decisions give the same object.

    >>> from madoguchi.rules.programme.texts import texts
    >>> from madoguchi.rules.programme.words import Words
    >>> new = WordsFrom("kit.home", Words("入口"), date(2026, 12, 1))
    >>> reworded(texts("shibukawa"), [new], date(2026, 12, 1)).get("kit.home").words
    '入口'
    """
    held = tuple(
        each
        for each in dated(changes)
        if isinstance(each, WordsFrom | ParagraphFrom) and each.from_on <= day
    )
    return _reworded(texts, held) if held else texts


def dated(changes: Sequence[Change]) -> tuple[Dated, ...]:
    """The decisions that hold from a day on, the one that holds last at the end.

    What was hidden stays hidden on the day on which an earlier decision would have shown it.

    >>> day = date(2026, 12, 1)
    >>> [type(each).__name__ for each in dated((AgencyShown("x", day), AgencyHidden("x", day)))]
    ['AgencyShown', 'AgencyHidden']
    """
    kinds = get_args(Dated.__value__)
    return tuple(
        sorted(
            (each for each in _lasting(changes) if isinstance(each, kinds)),
            key=lambda each: each.from_on,
        )
    )


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


def _lasting(changes: Sequence[Change]) -> Iterator[Change]:
    """The decisions, a hiding once more for each later day on which it would be undone."""
    for place, each in enumerate(changes):
        yield each
        if isinstance(each, NumberHidden | AgencyHidden):
            for earlier in changes[:place]:
                if _shows(earlier, each) and earlier.from_on > each.from_on:
                    yield replace(each, from_on=earlier.from_on)


def _shows(change: Change, hidden: NumberHidden | AgencyHidden) -> TypeGuard[Dated]:
    match change, hidden:
        case (NumberReplaced(now=there), NumberHidden(number=gone)):
            return there == gone
        case (AgencyShown(agency=there), AgencyHidden(agency=gone)):
            return there == gone
        case _:
            return False


@lru_cache(maxsize=64)
def _as_of(programme: Programme, ordered: tuple[Dated, ...], day: date) -> Programme:
    held = tuple(each for each in ordered if each.from_on <= day)
    told = lines(held)
    return replace(
        programme,
        city=_city(programme.city, held, told),
        desk=_numbers_of(_with_hours(programme.desk, ordered, day), told),
        clinic=programme.clinic and _clinic(programme.clinic, told),
        agencies=tuple(_agency(each, held, told) for each in programme.agencies),
        hidden=_hidden(held),
    )


def _with_hours(desk: Desk, ordered: tuple[Dated, ...], day: date) -> Desk:
    decided = [each for each in ordered if isinstance(each, HoursFrom)]
    hours = _hours(desk.hours, [each for each in decided if each.channel == "desk"])
    desk = replace(desk, hours=hours.on(day))
    for name in CHANNELS:
        own = [each for each in decided if each.channel == name]
        channel = desk.channel(name)
        if channel and own:
            week = _hours(channel.hours or hours, own).on(day)
            desk = desk.with_channel(name, replace(channel, hours=week))
    return desk


def _hours(week: Week, decided: Sequence[HoursFrom]) -> Week:
    for each in decided:
        week = week.followed_by(each.from_on, each.hours)
    return week


def _numbers_of(desk: Desk, told: Lines) -> Desk:
    for name in CHANNELS:
        channel = desk.channel(name)
        if channel and channel.number:
            number = shown(channel.number, told)
            desk = desk.with_channel(name, replace(channel, number=number))
    return desk


def _city(city: City, held: Sequence[Dated], told: Lines) -> City:
    for each in held:
        if isinstance(each, DivisionFrom):
            version = Division(each.from_on, each.names, DECIDED, DECIDED)
            others = [other for other in city.division if other.since != each.from_on]
            division = tuple(sorted((*others, version), key=lambda other: other.since))
            city = replace(city, division=division)
        elif isinstance(each, ContactFrom):
            contact = Contact(each.postal_code, each.address, each.phone, each.fax, DECIDED)
            city = replace(city, contact=contact)
    here = city.contact
    here = replace(here, phone=shown(here.phone, told), fax=shown(here.fax, told))
    return replace(city, contact=here)


def _clinic(clinic: Clinic, told: Lines) -> Clinic:
    phone = shown(clinic.booking.phone, told)
    return replace(clinic, booking=replace(clinic.booking, phone=phone))


def _agency(agency: Agency, held: Sequence[Dated], told: Lines) -> Agency:
    phones = []
    for each in agency.phone:
        line = told.get(each.number, Line(each.number))
        hours = {"hours": line.hours, "hours_source": DECIDED} if line.hours else {}
        if line.shown:
            phones.append(replace(each, number=line.number, **hours))  # type: ignore[arg-type] # by name
    checked = [
        each.from_on
        for each in held
        if isinstance(each, AgencyChecked) and each.agency == agency.id
    ]
    checked_on = max((agency.checked_on, *checked))
    return replace(agency, phone=tuple(phones), checked_on=checked_on)


def _hidden(held: Sequence[Dated]) -> tuple[str, ...]:
    hidden: set[str] = set()
    for each in held:
        if isinstance(each, AgencyHidden):
            hidden.add(each.agency)
        elif isinstance(each, AgencyShown):
            hidden.discard(each.agency)
    return tuple(sorted(hidden))


def _fits(filed: Words | None, decided: Words) -> bool:
    """Whether a page that says the words has all that they name; a later version may not."""
    return filed is not None and named(decided) <= named(filed)


@lru_cache(maxsize=64)
def _reworded(texts: Texts, held: tuple[WordsFrom | ParagraphFrom, ...]) -> Texts:
    words = {each.key: each.words for each in held if isinstance(each, WordsFrom)}
    fitting = {key: each for key, each in words.items() if _fits(texts.words.get(key), each)}
    return replace(
        texts,
        words={**texts.words, **fitting},
        paragraphs=tuple(
            (each.page, each.column, each.was, each.now)
            for each in held
            if isinstance(each, ParagraphFrom)
        ),
    )
