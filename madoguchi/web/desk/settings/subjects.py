"""The subjects of the settings (設定の項目) as they are now, each fact with where it comes from."""

from collections import Counter
from dataclasses import dataclass

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.as_of import Line, dated, lines, reworded
from madoguchi.rules.programme.changes import HoursFrom, WordsFrom
from madoguchi.rules.programme.desk import CHANNELS
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.texts import is_desk, paragraphs
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED, Words
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.rules.validity import InForce
from madoguchi.web.desk.settings.in_force import programme_today

SUBJECTS = ("hours", "days", "agencies", "clinic", "owner", "texts")


@dataclass(frozen=True)
class HoursRow:
    """The hours of the desk or a channel; `own`: not simply the desk's."""

    channel: str
    week: Week
    decided: bool
    own: bool

    @property
    def key(self) -> str:
        """The text key of the channel."""
        return f"desk.decide.channel.{self.channel}"


@dataclass(frozen=True)
class NumberRow:
    """A number as the files have it, and what became of it."""

    filed: Phone
    now: Phone
    shown: bool
    decided: bool
    hours: Week | None = None
    label: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class AgencyRow:
    """An agency as the files have it, and as it is now; `due`: it has to be looked at again."""

    filed: Agency
    now: Agency
    numbers: tuple[NumberRow, ...]
    due: bool
    hidden: bool


@dataclass(frozen=True)
class TextRow:
    """The words of a key in its columns; a gap shows Japanese."""

    key: str
    words: Words
    decided: bool


def hours(in_force: InForce) -> tuple[HoursRow, ...]:
    """The desk's hours and those of every channel."""
    desk = programme_today(in_force).desk
    decided = {
        change.channel
        for change in in_force.changes
        if isinstance(change, HoursFrom) and change.from_on <= in_force.today
    }
    channels = [
        HoursRow(name, week, name in decided, own=bool(channel and channel.hours))
        for name in CHANNELS
        if (week := desk.hours_of(name)) and (channel := desk.channel(name))
    ]
    return (HoursRow("desk", desk.hours, "desk" in decided, own=True), *channels)


def own_numbers(in_force: InForce) -> tuple[NumberRow, ...]:
    """The numbers of the desk itself, each once."""
    changed = _lines(in_force)
    city, clinic = in_force.programme.city, in_force.programme.clinic
    phone = in_force.programme.desk.phone
    places = (
        ("desk", phone.number if phone else None),
        ("clinic", clinic.booking.phone if clinic else None),
        ("contact", city.contact.phone),
        ("fax", city.contact.fax),
    )
    found: dict[Phone, NumberRow] = {}
    for place, number in places:
        if number and number not in found:
            found[number] = _number(number, changed, label=f"desk.settings.place.{place}")
    return tuple(found.values())


def agencies(in_force: InForce) -> tuple[AgencyRow, ...]:
    """The agencies that citizens may see, and the hidden ones among them."""
    changed, programme = _lines(in_force), programme_today(in_force)
    now = {agency.id: agency for agency in programme.agencies}
    return tuple(
        AgencyRow(
            filed,
            now[filed.id],
            tuple(
                _number(
                    line.number,
                    changed,
                    hours=line.hours,
                    label=line.label.ja if line.label else "",
                    confirmed=line.source != UNCONFIRMED,
                )
                for line in filed.phone
            ),
            now[filed.id].review_on <= in_force.today,
            filed.id in programme.hidden,
        )
        for filed in in_force.programme.agencies
        if filed.listed
    )


def _lines(in_force: InForce) -> dict[Phone, Line]:
    """What decisions made of the numbers until today, by the number of the files."""
    return dict(lines(each for each in dated(in_force.changes) if each.from_on <= in_force.today))


def _number(
    number: Phone,
    changed: dict[Phone, Line],
    *,
    hours: Week | None = None,
    label: str = "",
    confirmed: bool = True,
) -> NumberRow:
    line = changed.get(number, Line(number))
    return NumberRow(
        number,
        line.number,
        line.shown,
        number in changed,
        line.hours or hours,
        label,
        confirmed,
    )


def clinic_years(in_force: InForce) -> tuple[tuple[int, str, bool, tuple[ClinicDay, ...]], ...]:
    """This fiscal year and the next: its name, whether it is public, its days from today on."""
    clinic = in_force.programme.clinic
    if clinic is None:
        return ()
    this = fiscal_year(in_force.today)
    found = ((year, days(clinic, year, tuple(in_force.changes))) for year in (this, this + 1))
    return tuple(
        (
            year,
            wareki_fiscal_year(year),
            any(day.published for day in held),
            tuple(day for day in held if day.on >= in_force.today),
        )
        for year, held in found
    )


def text_groups(in_force: InForce) -> tuple[tuple[str, str, int], ...]:
    """The groups of short words that citizens read: name, name in words, how many keys."""
    counts = Counter(key.partition(".")[0] for key in in_force.texts.words if not is_desk(key))
    return tuple(
        (name, group_name(in_force, name), count)
        for name, count in sorted(counts.items())
        if group_name(in_force, name) != name
    )


def group_name(in_force: InForce, group: str) -> str:
    """What an officer calls a group of words; those of the desk alone have no name."""
    words = in_force.texts.words.get(f"desk.settings.words.{group}")
    return words.ja if words else group


def keys(in_force: InForce, group: str) -> tuple[TextRow, ...]:
    """The short words of a group, side by side."""
    words = reworded(in_force.texts, in_force.changes, in_force.today).words
    decided = {each.key for each in in_force.changes if isinstance(each, WordsFrom)}
    return tuple(
        TextRow(key, row, key in decided)
        for key, row in words.items()
        if key.partition(".")[0] == group and not is_desk(key)
    )


def prose(in_force: InForce, page: str) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
    """The columns of a page: whether each has a page of its own, and the paragraphs of that."""
    words, found = reworded(in_force.texts, in_force.changes, in_force.today), []
    for column in COLUMNS:
        text = words.page(page, column)
        own = text.column == column
        found.append((column, own, tuple(paragraphs(text.words)) if own else ()))
    return tuple(found)
