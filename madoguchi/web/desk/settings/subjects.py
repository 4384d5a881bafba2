"""The subjects of the settings as they stand (設定の項目), each fact with where it comes from."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.as_of import Line, dated, lines, reworded
from madoguchi.rules.programme.changes import HoursFrom, ParagraphFrom, WordsFrom
from madoguchi.rules.programme.desk import CHANNELS
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.texts import is_desk, paragraphs
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.rules.validity import Standing
from madoguchi.web.desk.settings.standing import today

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
    """An agency as the desk reads it."""

    id: str
    name: str
    numbers: tuple[NumberRow, ...]
    checked_on: date
    review_on: date
    due: bool
    hidden: bool
    source: str


@dataclass(frozen=True)
class TextRow:
    """A key or a paragraph in its columns; `None`: a gap that shows Japanese."""

    key: str
    ja: str
    easy: str | None
    en: str | None
    decided: bool


def hours(here: Standing) -> tuple[HoursRow, ...]:
    """The desk's hours and those of every channel."""
    desk = today(here).desk
    decided = {
        change.channel
        for change in here.changes
        if isinstance(change, HoursFrom) and change.from_on <= here.today
    }
    channels = [
        HoursRow(name, week, name in decided, own=bool(channel and channel.hours))
        for name in CHANNELS
        if (week := desk.hours_of(name)) and (channel := desk.channel(name))
    ]
    return (HoursRow("desk", desk.hours, "desk" in decided, own=True), *channels)


def own_numbers(here: Standing) -> tuple[NumberRow, ...]:
    """The numbers of the desk itself, each once."""
    told = _lines(here)
    city, clinic = here.programme.city, here.programme.clinic
    phone = here.programme.desk.phone
    places = (
        ("desk", phone.number if phone else None),
        ("clinic", clinic.booking.phone if clinic else None),
        ("contact", city.contact.phone),
        ("fax", city.contact.fax),
    )
    found: dict[Phone, NumberRow] = {}
    for place, number in places:
        if number and number not in found:
            found[number] = _number(number, told, label=f"desk.settings.place.{place}")
    return tuple(found.values())


def agencies(here: Standing) -> tuple[AgencyRow, ...]:
    """The agencies that citizens may see, and the hidden ones among them."""
    told, now = _lines(here), today(here)
    checked = {agency.id: agency for agency in now.agencies}
    return tuple(
        _agency(here, agency, checked[agency.id], told, hidden=agency.id in now.hidden)
        for agency in here.programme.agencies
        if agency.confirmed
    )


def _agency(
    here: Standing, filed: Agency, now: Agency, told: dict[Phone, Line], *, hidden: bool
) -> AgencyRow:
    return AgencyRow(
        filed.id,
        filed.name.ja,
        tuple(
            _number(
                line.number,
                told,
                hours=line.hours,
                label=line.label.ja if line.label else "",
                confirmed=line.source != UNCONFIRMED,
            )
            for line in filed.phone
        ),
        now.checked_on,
        now.review_on,
        now.review_on <= here.today,
        hidden,
        filed.source,
    )


def _lines(here: Standing) -> dict[Phone, Line]:
    return dict(lines(each for each in dated(here.changes) if each.from_on <= here.today))


def _number(
    number: Phone,
    told: dict[Phone, Line],
    *,
    hours: Week | None = None,
    label: str = "",
    confirmed: bool = True,
) -> NumberRow:
    line = told.get(number, Line(number))
    return NumberRow(
        number,
        line.number,
        line.shown,
        number in told,
        line.hours or hours,
        label,
        confirmed,
    )


def clinic_years(here: Standing) -> tuple[tuple[int, str, bool, tuple[ClinicDay, ...]], ...]:
    """This fiscal year and the next: its name, whether it is public, its days from today on."""
    clinic = here.programme.clinic
    if clinic is None:
        return ()
    this = fiscal_year(here.today)
    found = ((year, days(clinic, year, tuple(here.changes))) for year in (this, this + 1))
    return tuple(
        (
            year,
            wareki_fiscal_year(year),
            any(day.published for day in held),
            tuple(day for day in held if day.on >= here.today),
        )
        for year, held in found
    )


def text_groups(here: Standing) -> tuple[tuple[str, str, int], ...]:
    """The groups of short words that citizens read: name, name in words, how many keys."""
    counts = Counter(key.partition(".")[0] for key in here.texts.words if not is_desk(key))
    return tuple(
        (name, group_name(here, name), count)
        for name, count in sorted(counts.items())
        if group_name(here, name) != name
    )


def group_name(here: Standing, group: str) -> str:
    """What an officer calls a group of words; those of the desk alone have no name."""
    words = here.texts.words.get(f"desk.settings.words.{group}")
    return words.ja if words else group


def keys(here: Standing, group: str) -> tuple[TextRow, ...]:
    """The short words of a group, side by side."""
    words = reworded(here.texts, here.changes, here.today).words
    decided = {each.key for each in here.changes if isinstance(each, WordsFrom)}
    return tuple(
        TextRow(key, row.ja, row.easy, row.en, key in decided)
        for key, row in words.items()
        if key.partition(".")[0] == group and not is_desk(key)
    )


def prose(here: Standing, page: str) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
    """The paragraphs of a page in each column; whether the column has a page of its own."""
    return tuple(_columns(here, page))


def _columns(here: Standing, page: str) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    words = reworded(here.texts, here.changes, here.today)
    for column in COLUMNS:
        text = words.page(page, column)
        own = text.column == column
        yield column, own, tuple(paragraphs(text.words)) if own else ()


def reworded_pages(here: Standing) -> frozenset[str]:
    """The pages of which a paragraph was decided."""
    return frozenset(each.page for each in here.changes if isinstance(each, ParagraphFrom))
