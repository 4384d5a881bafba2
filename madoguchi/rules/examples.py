"""Examples that an officer writes (``examples.toml``): say, given, expect. They are tests.

What is left out of ``expect`` is not looked at; an example that expects nothing is refused.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from madoguchi.rules.programme.agency import Need
from madoguchi.rules.programme.desk import ChannelName
from madoguchi.rules.programme.load import read_optional
from madoguchi.rules.subsidy.facts import Facts


@dataclass(frozen=True)
class _Expected:
    def __post_init__(self) -> None:
        if all(getattr(self, field.name) is None for field in fields(self)):
            raise ValueError("何も確かめていません。出るはずの答えを一つは書いてください。")


@dataclass(frozen=True)
class HoursGiven:
    """A moment in office time and a channel."""

    at: datetime
    channel: ChannelName = "phone"


@dataclass(frozen=True)
class HoursExpected(_Expected):
    """What ``opening`` must say; moments in office time."""

    open: bool | None = None
    closes_at: datetime | None = None
    next_opening: datetime | None = None
    answer_by: datetime | None = None


@dataclass(frozen=True)
class Hours:
    """An example of opening hours (受付時間の例)."""

    say: str
    given: HoursGiven
    expect: HoursExpected


@dataclass(frozen=True)
class ClinicGiven:
    """A fiscal year; ``venue``: only the days of the venue with that key."""

    fiscal_year: int
    venue: str | None = None


@dataclass(frozen=True)
class ClinicExpected(_Expected):
    """What the clinic's days must be; ``flagged``: on a holiday or around New Year."""

    dates: tuple[date, ...] | None = None
    flagged: tuple[date, ...] | None = None
    count: int | None = None
    first_on: date | None = None
    slots_a_day: int | None = None
    published: bool | None = None


@dataclass(frozen=True)
class ClinicDates:
    """An example of clinic days (無料相談の日の例)."""

    say: str
    given: ClinicGiven
    expect: ClinicExpected


@dataclass(frozen=True)
class BookingGiven:
    """A slot of a day, a moment in office time, and who books.

    ``published``: as if the desk had made the day's year public. ``used_…``: how many consultations
    there were before.
    """

    on: date
    number: int
    at: datetime
    by: Literal["desk", "person"] = "person"
    venue: str = ""
    published: bool = False
    used_person: int = 0
    used_matter: int = 0
    used_year: int = 0


@dataclass(frozen=True)
class BookingExpected(_Expected):
    """Whether it may be booked, why not (``clinic.late`` …), and what it costs."""

    answer: Literal["yes", "no", "ask"] | None = None
    grounds: tuple[str, ...] | None = None
    fee_yen: int | None = None


@dataclass(frozen=True)
class ClinicBooking:
    """An example of what may be booked (予約の例)."""

    say: str
    given: BookingGiven
    expect: BookingExpected


@dataclass(frozen=True)
class DayGiven:
    """A day."""

    on: date


@dataclass(frozen=True)
class InterviewsExpected(_Expected):
    """At which times interviews must be given, written as ``10:30``; whether a person books."""

    starts: tuple[str, ...] | None = None
    places: int | None = None
    by_citizens: bool | None = None


@dataclass(frozen=True)
class InterviewTimes:
    """An example of a day's interviews (面談の枠の例)."""

    say: str
    given: DayGiven
    expect: InterviewsExpected


@dataclass(frozen=True)
class DivisionExpected(_Expected):
    """Who must be in charge."""

    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class InCharge:
    """An example of the division in charge (担当課の例)."""

    say: str
    given: DayGiven
    expect: DivisionExpected


@dataclass(frozen=True)
class SubsidyExpected(_Expected):
    """Whether that year's rules are known, and what they say."""

    known: bool | None = None
    share: Fraction | None = None
    cap_yen: int | None = None
    apply: Literal["before_contract", "after_payment"] | None = None


@dataclass(frozen=True)
class SubsidyRules:
    """An example of the subsidy's rules (補助の決まりの例)."""

    say: str
    given: DayGiven
    expect: SubsidyExpected


@dataclass(frozen=True)
class GrantGiven:
    """The day of the application and what is known of it.

    ``by``: whether the desk has seen the papers, or a person says so (目安).
    """

    on: date
    facts: Facts
    by: Literal["desk", "person"] = "desk"


@dataclass(frozen=True)
class GrantExpected(_Expected):
    """The decision with its reasons by code (``subsidy.resident``), the amount, the working.

    ``unknown`` and ``unmet`` are all of them, with what is special after the code
    (``subsidy.estimate.undated``); of ``met`` those that are named. ``working``: each line as read.
    """

    answer: Literal["yes", "no", "ask"] | None = None
    amount_yen: int | None = None
    at_least_yen: int | None = None
    at_most_yen: int | None = None
    amount_known: bool | None = None
    met: tuple[str, ...] | None = None
    unmet: tuple[str, ...] | None = None
    unknown: tuple[str, ...] | None = None
    working: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Grant:
    """An example of a grant (交付の例)."""

    say: str
    given: GrantGiven
    expect: GrantExpected


@dataclass(frozen=True)
class NeedGiven:
    """What a person needs."""

    need: Need


@dataclass(frozen=True)
class AgenciesExpected(_Expected):
    """Agencies, by id, that a citizen must or must not be shown."""

    shown: tuple[str, ...] | None = None
    hidden: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Agencies:
    """An example of the directory (相談機関の一覧の例)."""

    say: str
    given: NeedGiven
    expect: AgenciesExpected


type Example = (
    Hours
    | ClinicDates
    | ClinicBooking
    | InterviewTimes
    | InCharge
    | SubsidyRules
    | Grant
    | Agencies
)


@dataclass(frozen=True)
class ExamplesFile:
    """What ``examples.toml`` holds."""

    example: tuple[Example, ...]


def examples(slug: str) -> tuple[Example, ...]:
    """The examples of one municipality, in the order written.

    >>> examples("shibukawa")[0].say
    '土曜日の朝は電話が閉まっていて、次は月曜日の朝に開く'

    Raises:
        ProgrammeError: the file is wrong.
    """
    found = read_optional(ExamplesFile, slug, "examples.toml")
    return found.example if found else ()
