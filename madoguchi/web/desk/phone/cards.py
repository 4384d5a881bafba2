"""What the page of a sheet shows beside its fields: numbers of danger, what to heed, its kin."""

from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.telephone import heed
from madoguchi.web.kit.form import Filled
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.intake.sheets.queries import Sheet

DANGER = ("police_110", "police_9110", "dv_plus", "inochi_sos")


@dataclass(frozen=True)
class Number:
    """What is said of the caller's number; `known` is None while nobody has asked.

    Hit, miss and forbidden are drawn the same, with two words of the same length.
    """

    heeds: tuple[str, ...]
    known: bool | None = None
    found: tuple[CaseCard, ...] | None = field(default=None, repr=False)
    needed: bool = False

    @property
    def key(self) -> str:
        """The text key of the answer."""
        return "desk.number.known" if self.known else "desk.number.unknown"


@dataclass(frozen=True)
class Saved:
    """One unfinished sheet, as a way back to it."""

    sheet: Sheet
    began_at: datetime

    @property
    def door_key(self) -> str:
        """The text key of its door."""
        return f"desk.intake.door_{self.sheet.door}"


def heeds(filled: Filled) -> tuple[str, ...]:
    """The text keys of what to heed about the number: what was noted, what it looks like."""
    noted = tuple(filled.value("phone_note") or ())
    seen = heed(filled.value("phone") or "")
    return tuple(f"desk.number.heed.{code}" for code in (*noted, seen) if code)


def emergency(programme: Programme) -> tuple[Agency, ...]:
    """The agencies with a telephone that a caller in danger is told of."""
    shown = {agency.id: agency for agency in programme.directory}
    return tuple(shown[name] for name in DANGER if name in shown and shown[name].phone)
