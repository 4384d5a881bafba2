"""What a desk decides day by day (その日の決定): frozen facts that are handed to the rules.

`from_on`: the first day on which it holds. Of two decisions about one thing the one that begins
later holds; of two that begin on one day, the one decided later. A decision is written down as its
kind's name and plain fields (`encode`), and read back from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal, get_type_hints

from madoguchi.rules.koyomi.hours import Week, spans_from_text
from madoguchi.rules.programme.law import YearLaw
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.read import ProgrammeError, plain, read
from madoguchi.rules.programme.words import Column, Words

type Reached = Literal["desk", "phone", "face", "email", "web"]
LONGEST_CLOSED_DAYS = 31
type DayChange = (
    ClinicYearPublished
    | ClinicDayMoved
    | ClinicDayCancelled
    | ClinicDayAdded
    | DeskClosed
    | DeskClosedSpan
    | DeskHours
)
"""What concerns single days; the rules of hours and slots read it for themselves."""
type Dated = (
    HoursFrom
    | NumberHidden
    | NumberReplaced
    | LineHours
    | AgencyHidden
    | AgencyShown
    | AgencyChecked
    | DivisionFrom
    | ContactFrom
    | WordsFrom
    | ParagraphFrom
)
"""What holds from a day on; `as_of` makes the programme and the texts of a day out of it."""
type Change = DayChange | Dated | YearLaw


@dataclass(frozen=True, slots=True)
class ClinicYearPublished:
    """The desk made the clinic dates of a fiscal year public (実施予定日の公表).

    `dates`: those that were published; without any, those that the standing rule computes.
    `venue`: the key of the venue, empty for the main one, here and below.
    """

    fiscal_year: int
    dates: tuple[date, ...] = ()
    venue: str = ""


@dataclass(frozen=True, slots=True)
class ClinicDayMoved:
    """A clinic day takes place on another day, or at other hours (日程の変更).

    `hours`: those of the new day, written as ``9:00-12:00``; empty: the standing ones.
    """

    was_on: date
    now_on: date
    hours: str = ""
    venue: str = ""

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        _require_hours(self.hours)


@dataclass(frozen=True, slots=True)
class ClinicDayCancelled:
    """A clinic day does not take place (中止)."""

    on: date
    venue: str = ""


@dataclass(frozen=True, slots=True)
class ClinicDayAdded:
    """One more clinic day, beside those of the year (追加の開催日)."""

    on: date
    hours: str = ""
    venue: str = ""

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        _require_hours(self.hours)


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """The desk is closed all day (臨時の休み); what is received day and night stays open."""

    on: date

    def __contains__(self, day: date) -> bool:
        """Whether it is this day."""
        return day == self.on


@dataclass(frozen=True, slots=True)
class DeskClosedSpan:
    """The desk is closed on all days of a span, both ends included (続けての休み)."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        """Refuse days that run backwards, or more than a month of them."""
        if not timedelta(0) <= self.last_on - self.first_on < timedelta(LONGEST_CLOSED_DAYS):
            raise ValueError(
                f"終わりの日は、始まりの日から {LONGEST_CLOSED_DAYS} 日までにしてください。"
            )

    def __contains__(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The hours of one day are others (臨時の受付時間), written as ``9:00-12:00, 13:00-19:00``.

    They replace the standing hours of every channel of that day, also on a closed day; what is
    received day and night stays open. The later decision about a day wins.
    """

    on: date
    hours: str

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        spans_from_text(self.hours)


@dataclass(frozen=True, slots=True)
class HoursFrom:
    """The standing hours of the desk, or of one channel, are others from a day on (受付時間の変更).

    A channel without hours of its own keeps the desk's.
    """

    channel: Reached
    hours: Week
    from_on: date


@dataclass(frozen=True, slots=True)
class NumberHidden:
    """A telephone number is shown nowhere (番号を隠す), whoever's it is."""

    number: Phone
    from_on: date


@dataclass(frozen=True, slots=True)
class NumberReplaced:
    """A telephone number is another one wherever it stood (番号の変更), a hidden one too."""

    was: Phone
    now: Phone
    from_on: date


@dataclass(frozen=True, slots=True)
class LineHours:
    """The hours of an agency's telephone line (電話の時間の変更)."""

    number: Phone
    hours: Week
    from_on: date


@dataclass(frozen=True, slots=True)
class AgencyHidden:
    """An agency stands in no list (相談機関を隠す)."""

    agency: str
    from_on: date


@dataclass(frozen=True, slots=True)
class AgencyShown:
    """A hidden agency stands in the lists again (相談機関をまた出す)."""

    agency: str
    from_on: date


@dataclass(frozen=True, slots=True)
class AgencyChecked:
    """Somebody read the agency's own page and found that all is right (確かめた日)."""

    agency: str
    from_on: date


@dataclass(frozen=True, slots=True)
class DivisionFrom:
    """Another division is in charge (担当課の変更); ``names`` from the department down."""

    names: tuple[str, ...]
    from_on: date

    def __post_init__(self) -> None:
        """Refuse a division without a name."""
        if not self.names:
            raise ValueError("担当課の名前を書いてください。")


@dataclass(frozen=True, slots=True)
class ContactFrom:
    """Whom to ask about a page is reached elsewhere (お問い合わせ先の変更)."""

    postal_code: str
    address: str
    phone: Phone
    fax: Phone
    from_on: date


@dataclass(frozen=True, slots=True)
class WordsFrom:
    """The words of a key are others (文言の変更), in all columns at once."""

    key: str
    words: Words
    from_on: date


@dataclass(frozen=True, slots=True)
class ParagraphFrom:
    """A paragraph of a page of prose is another one (段落の変更).

    It is found by its words: once the page itself was written anew, nothing is replaced.
    """

    page: str
    column: Column
    was: str
    now: str
    from_on: date


KINDS: dict[str, type[Change]] = {
    "clinic_year": ClinicYearPublished,
    "clinic_moved": ClinicDayMoved,
    "clinic_cancelled": ClinicDayCancelled,
    "clinic_added": ClinicDayAdded,
    "desk_closed": DeskClosed,
    "desk_closed_span": DeskClosedSpan,
    "desk_hours": DeskHours,
    "hours": HoursFrom,
    "number_hidden": NumberHidden,
    "number": NumberReplaced,
    "line_hours": LineHours,
    "agency_hidden": AgencyHidden,
    "agency_shown": AgencyShown,
    "agency_checked": AgencyChecked,
    "division": DivisionFrom,
    "contact": ContactFrom,
    "words": WordsFrom,
    "paragraph": ParagraphFrom,
    "year_law": YearLaw,
}
"""The name under which a decision is written down."""


def _require_hours(hours: str) -> None:
    if hours:
        spans_from_text(hours)


def kind_of(change: Change) -> str:
    """The name of a decision's kind.

    >>> from madoguchi.rules.programme.changes import ClinicYearPublished
    >>> kind_of(ClinicYearPublished(2026))
    'clinic_year'
    """
    return next(name for name, kind in KINDS.items() if kind is type(change))


def encode(change: Change) -> dict[str, object]:
    """The fields as JSON holds them: days in ISO 8601, numbers and hours as the files write them.

    A field with its default value is not written.

    >>> from madoguchi.rules.programme.changes import AgencyHidden
    >>> encode(AgencyHidden("ihaho", date(2026, 12, 1)))
    {'agency': 'ihaho', 'from_on': '2026-12-01'}
    """
    encoded: dict[str, object] = {}
    for field in fields(change):
        value = getattr(change, field.name)
        if value == field.default:
            continue
        written = plain(value)
        if isinstance(written, dict):  # columns that are not there are not written
            written = {key: each for key, each in written.items() if each is not None}
        encoded[field.name] = written
    return encoded


def decode(kind: str, encoded: Mapping[str, object]) -> Change:
    """The decision of that kind, read as strictly as a programme file.

    >>> decode("number_hidden", {"number": "0279−25−8526", "from_on": "2026-12-01"}).number.number
    '0279-25-8526'

    Raises:
        ProgrammeError: no such kind, or a field that does not fit; the text says what to do.
    """
    if kind not in KINDS:
        raise ProgrammeError(f"「{kind}」という決定はありません。")
    hints = get_type_hints(KINDS[kind])
    values = {name: _parsed_date(hints.get(name), value) for name, value in encoded.items()}
    return read(KINDS[kind], values, "お知らせ")


def _parsed_date(kind: object, value: object) -> object:
    if kind == tuple[date, ...] and isinstance(value, list):
        return [_parsed_date(date, each) for each in value]
    if kind is not date or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value  # `read` refuses it with the field's name
