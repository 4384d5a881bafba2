"""The monthly and the yearly sheet for staff (月次・年度の集計), and the cases behind a number.

A settled month shows its settled numbers. For a colleague to whom some case is denied every sheet
is counted anew without it, so that no number includes it; for all others every case counts, also
those that they may not open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min

from madoguchi.rules.decision import Absent
from madoguchi.rules.figures.tally import (
    ALL,
    EMPTY,
    ROWS,
    Count,
    Facts,
    Row,
    Sheet,
    behind,
    month_of,
    tallies,
    year_of,
)
from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year, months_of
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import CaseCard, cards_of, visible
from madoguchi.work.reports.counting.queries import Counted, Needs, count, denied_to
from madoguchi.work.reports.models import Settled

# Of a settled month: counted with all cases, and without those that are denied to some colleague.
ALL_CASES, UNDENIED = "all", "undenied"


def settled(office_id: UUID) -> Mapping[date, Settled]:
    """The settled months of an office."""
    return {row.month: row for row in Settled.of(office_id)}


def sheet_of(row: Settled, name: str = ALL_CASES) -> Sheet:
    """The numbers of a settled month."""
    sheets = unseal.loose(row.office_id, row.id).open("sheets", row.id, row.sheets)
    return read(sheets[name])


def write(sheet: Sheet) -> dict[str, list[int]]:
    """A sheet as JSON, without its empty rows."""
    return {
        f"{table}/{name}": [count.persons, count.first, count.times]
        for (table, name), count in sheet.items()
        if count.times
    }


def read(stored: Mapping[str, Sequence[int]]) -> Sheet:
    """The sheet from its JSON; rows that it does not have are zero."""
    return {(table, name): Count(*stored.get(f"{table}/{name}", ())) for table, name in ROWS}


MOST_PEOPLE = 500
COUNTS = Lane(places=1, patience_s=20)


@dataclass(frozen=True)
class Report:
    """A sheet and those it is compared with; None where there is nothing to compare.

    `settled_at`: when its numbers were settled; `damaged`: in how many cases something did not
    open; `since`: the month of the first case; `months`: of a year, the sheets of the months that
    have begun.
    """

    sheet: Sheet
    before: Sheet | None
    year_ago: Sheet | None
    settled_at: datetime | None
    damaged: int
    since: date
    months: Mapping[date, Sheet] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """The cases behind a number that the colleague may know of, and how many others there are."""

    cards: tuple[CaseCard, ...]
    others: int
    more: bool


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


class Sheets:
    """The sheets of an office for one colleague: settled ones as stored, others counted now."""

    def __init__(self, actor: Actor, needs: Needs, now: datetime) -> None:
        self._office_id, self._needs, self._now = actor.office_id, needs, now
        self._without = denied_to(actor.office_id, actor.colleague)
        self._years: dict[int, Counted] = {}
        self._counted: dict[int, Mapping[date, Sheet]] = {}
        self.settled = settled(actor.office_id)

    def since(self) -> date:
        """The month of the first case that exists for the colleague; without any, this month."""
        cases = Case.of(self._office_id).exclude(pk__in=self._without)
        first = cases.aggregate(at=Min("opened_at"))["at"] or self._now
        return month_of(day_in_japan(first))

    @property
    def damaged(self) -> int:
        """In how many cases something did not open."""
        return sum(counted.damaged for counted in self._years.values())

    def facts(self, year: int) -> Facts:
        """The facts of a fiscal year, collected once."""
        if year not in self._years:
            counted = count(self._office_id, year, self._needs, self._now, self._without)
            self._years[year] = counted
        return self._years[year].facts

    def month(self, month: date) -> Sheet:
        """The sheet of a month."""
        row = self.settled.get(month)
        if row is not None and not self._without:
            return sheet_of(row)
        year = fiscal_year(month)
        if year not in self._counted:
            self._counted[year] = tallies(self.facts(year))
        return self._counted[year].get(month, EMPTY)

    def months(self, year: int) -> dict[date, Sheet]:
        """The sheets of a fiscal year's months that have begun."""
        today = self._now.date()
        return {month: self.month(month) for month in months_of(year) if month <= today}

    def comparable(self, month: date, year: int) -> bool:
        """Whether a month can be compared with one of this year: it is settled, or of this year."""
        return month in self.settled or fiscal_year(month) == year


def month(actor: Actor, at: AtOffice, month: date, needs: Needs, *, now: datetime) -> Report:
    """The sheet of a month, with the month before and the same month of the year before.

    Raises:
        Absent: the actor may not count.
        Busy: others counted for too long.
    """
    return _read(actor, at, f"{month:%Y-%m}", lambda: _month(actor, month, needs, now), now)


def _month(actor: Actor, month: date, needs: Needs, now: datetime) -> Report:
    sheets = Sheets(actor, needs, now)
    sheet, year = sheets.month(month), fiscal_year(month)
    earlier, year_ago = month_before(month), month.replace(year=month.year - 1)
    row = sheets.settled.get(month)
    return Report(
        sheet,
        sheets.month(earlier) if sheets.comparable(earlier, year) else None,
        sheets.month(year_ago) if sheets.comparable(year_ago, year) else None,
        row.at if row else None,
        sheets.damaged,
        sheets.since(),
    )


def year(actor: Actor, at: AtOffice, year: int, needs: Needs, *, now: datetime) -> Report:
    """The sheet of a fiscal year so far, with the year before where all its months are settled.

    Raises:
        Absent: the actor may not count.
        Busy: others counted for too long.
    """
    return _read(actor, at, str(year), lambda: _year(actor, year, needs, now), now)


def _year(actor: Actor, year: int, needs: Needs, now: datetime) -> Report:
    sheets = Sheets(actor, needs, now)
    rows = [sheets.settled.get(month) for month in months_of(year)]
    earlier = all(month in sheets.settled for month in months_of(year - 1))
    months = sheets.months(year)
    return Report(
        year_of(months.values()),
        None,
        year_of(sheets.months(year - 1).values()) if earlier else None,
        max(row.at for row in rows if row) if all(rows) else None,
        sheets.damaged,
        sheets.since(),
        months,
    )


def _read(
    actor: Actor, at: AtOffice, period: str, work: Callable[[], Report], now: datetime
) -> Report:
    if not allowed(actor, "report.read", at):
        return _tell(actor, at, period, None, now=now)
    with opening.ahead("report.read"):
        with COUNTS.place(str(actor.staff_id)):
            read = work()
        return _tell(actor, at, period, read, now=now)


@action("report.read")
def _tell(
    _actor: Actor,
    _at: AtOffice,
    period: str,
    read: Report | None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Report:
    """Leave the audit line of reading; for an actor who may not, it is a security line."""
    if read is None:
        raise Absent
    total = read.sheet[ALL]
    chain.tell(period=period, cases=total.persons, hits=total.times, damaged=read.damaged)
    return read


def people(
    actor: Actor, at: AtOffice, row: Row, months: frozenset[date], needs: Needs, *, now: datetime
) -> People:
    """The cases behind a number of some months of one fiscal year, as they are now.

    Raises:
        Absent: the actor may not count.
        Busy: others counted for too long.
    """
    ids: frozenset[UUID] = frozenset()
    with opening.ahead("report.read"):
        if allowed(actor, "report.read", at):
            with COUNTS.place(str(actor.staff_id)):
                facts = Sheets(actor, needs, now).facts(fiscal_year(min(months)))
                ids = behind(facts, row, months)
        return _list(actor, at, row, ids, now=now)


@action("report.read")
def _list(
    actor: Actor,
    _at: AtOffice,
    row: Row,
    ids: frozenset[UUID],
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> People:
    rows = visible(actor).filter(pk__in=ids).order_by("opened_at", "id")
    hits = cards_of(rows)
    chain.tell(table=row[0], cases=len(ids), hits=len(hits))
    return People(tuple(hits[:MOST_PEOPLE]), len(ids) - len(hits), len(hits) > MOST_PEOPLE)
