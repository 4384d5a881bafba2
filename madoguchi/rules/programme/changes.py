"""What a desk decides day by day (その日の決定): frozen facts that are handed to the rules."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ClinicYearPublished:
    """The desk made the computed clinic dates of a fiscal year public (実施予定日の公表)."""

    fiscal_year: int


@dataclass(frozen=True, slots=True)
class ClinicDayMoved:
    """A clinic day takes place on another day (日程の変更)."""

    was_on: date
    now_on: date


@dataclass(frozen=True, slots=True)
class ClinicDayCancelled:
    """A clinic day does not take place (中止)."""

    on: date


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """The desk is closed all day (臨時の休み); what is received day and night stays open."""

    on: date


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The hours of one day are others (臨時の受付時間), written as ``9:00-12:00, 13:00-19:00``.

    They replace the standing hours of every channel of that day, also on a closed day; what is
    received day and night stays open. The later decision about a day wins.
    """

    on: date
    hours: str


type Change = ClinicYearPublished | ClinicDayMoved | ClinicDayCancelled | DeskClosed | DeskHours
