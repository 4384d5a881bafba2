"""The programme and texts of a day (その日の制度): the files, and what the desk decided since."""

from collections.abc import Iterable, Mapping, Sequence
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
from madoguchi.rules.programme.desk import CHANNELS, Desk
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import named

DECIDED = "窓口の決定"
"""The source of a fact that stands in no programme file."""
type Lines = Mapping[Phone, Line]


@dataclass(frozen=True, slots=True)
class Line:
    """The current number for one of the programme files; ``hours`` of None: as in the file."""

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
    lasting: list[Dated] = []
    for place, change in enumerate(changes):
        if not isinstance(change, kinds):
            continue
        lasting.append(change)
        if isinstance(change, NumberHidden | AgencyHidden):  # once more for each day of undoing
            lasting.extend(
                replace(change, from_on=earlier.from_on)
                for earlier in changes[:place]
                if _shows(earlier, change) and earlier.from_on > change.from_on
            )
    return tuple(sorted(lasting, key=lambda each: each.from_on))


def lines(held: Iterable[Change]) -> Mapping[Phone, Line]:
    """The numbers about which something was decided, by the number of the programme files.

    >>> from datetime import date
    >>> a, b, day = Phone("1-2"), Phone("3-4"), date(2026, 12, 1)
    >>> lines([NumberHidden(a, day), NumberReplaced(a, b, day)])[a]
    Line(number=Phone(number='3-4'), shown=True, hours=None)
    """
    by_number: dict[Phone, Line] = {}
    for each in held:
        match each:
            case NumberHidden(number=number):
                _change(by_number, number, shown=False)
            case NumberReplaced(was=was, now=now):
                by_number.setdefault(was, Line(now))
                _change(by_number, by_number[was].number, shown=True, number=now)
            case LineHours(number=number, hours=hours):
                _change(by_number, number, hours=hours)
            case _:
                pass
    return by_number


def shown(number: Phone | None, decided: Lines) -> Phone | None:
    """The number to show in a number's place; None where it is hidden."""
    line = decided.get(number) if number else None
    if line is None:
        return number
    return line.number if line.shown else None


def _change(by_number: dict[Phone, Line], current: Phone, **fields: object) -> None:
    """Change what is known of a number, under whichever number the files have it."""
    by_number.setdefault(current, Line(current))
    for filed, line in by_number.items():
        if line.number == current:
            by_number[filed] = replace(line, **fields)  # type: ignore[arg-type] # by name


def whereabouts(programme: Programme, changes: Iterable[Change], number: Phone) -> tuple[str, ...]:
    """Where a number is used, hidden or not: `desk`, `clinic`, `contact`, or an agency's id.

    >>> from madoguchi.rules.programme.load import programme
    >>> whereabouts(programme("shibukawa"), (), Phone("0279-25-8526"))
    ('desk', 'clinic')
    """
    filed = {number, *(first for first, line in lines(changes).items() if line.number == number)}
    city, desk = programme.city.contact, programme.desk
    places: list[tuple[str, Phone | None]] = [
        *(("desk", channel.number) for channel in (desk.phone, desk.face) if channel),
        ("clinic", programme.clinic.booking.phone if programme.clinic else None),
        ("contact", city.phone),
        ("contact", city.fax),
        *((agency.id, line.number) for agency in programme.agencies for line in agency.phone),
    ]
    return tuple(dict.fromkeys(place for place, there in places if there in filed))


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
    decided = lines(held)
    desk = _with_hours(programme.desk, ordered, day)
    for name in CHANNELS:
        channel = desk.channel(name)
        if channel and channel.number:
            number = shown(channel.number, decided)
            desk = desk.with_channel(name, replace(channel, number=number))
    clinic = programme.clinic
    if clinic:
        phone = shown(clinic.booking.phone, decided)
        clinic = replace(clinic, booking=replace(clinic.booking, phone=phone))
    hidden: set[str] = set()
    for each in held:
        if isinstance(each, AgencyHidden):
            hidden.add(each.agency)
        elif isinstance(each, AgencyShown):
            hidden.discard(each.agency)
    return replace(
        programme,
        city=_city(programme.city, held, decided),
        desk=desk,
        clinic=clinic,
        agencies=tuple(_agency(each, held, decided) for each in programme.agencies),
        hidden=tuple(sorted(hidden)),
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


def _city(city: City, held: Sequence[Dated], decided: Lines) -> City:
    for each in held:
        if isinstance(each, DivisionFrom):
            version = Division(each.from_on, each.names, DECIDED, DECIDED)
            others = [other for other in city.division if other.since != each.from_on]
            division = tuple(sorted((*others, version), key=lambda other: other.since))
            city = replace(city, division=division)
        elif isinstance(each, ContactFrom):
            contact = Contact(each.postal_code, each.address, DECIDED, each.phone, each.fax)
            city = replace(city, contact=contact)
    phone, fax = shown(city.contact.phone, decided), shown(city.contact.fax, decided)
    return replace(city, contact=replace(city.contact, phone=phone, fax=fax))


def _agency(agency: Agency, held: Sequence[Dated], decided: Lines) -> Agency:
    phones = []
    for each in agency.phone:
        line = decided.get(each.number, Line(each.number))
        hours = {"hours": line.hours, "hours_source": DECIDED} if line.hours else {}
        if line.shown:
            phones.append(replace(each, number=line.number, **hours))  # type: ignore[arg-type] # by name
    checked = [
        each.from_on
        for each in held
        if isinstance(each, AgencyChecked) and each.agency == agency.id
    ]
    if checked and max(checked) > agency.checked_on:
        agency = replace(agency, checked_on=max(checked), read_from="page", as_of=None)
    return replace(agency, phone=tuple(phones))


@lru_cache(maxsize=64)
def _reworded(texts: Texts, held: tuple[WordsFrom | ParagraphFrom, ...]) -> Texts:
    words = {each.key: each.words for each in held if isinstance(each, WordsFrom)}
    fitting = {  # a page of a later version may lack a variable that the decided words name
        key: decided
        for key, decided in words.items()
        if (filed := texts.words.get(key)) is not None and named(decided) <= named(filed)
    }
    return replace(
        texts,
        words={**texts.words, **fitting},
        paragraphs=tuple(
            (each.page, each.column, each.was, each.now)
            for each in held
            if isinstance(each, ParagraphFrom)
        ),
    )
