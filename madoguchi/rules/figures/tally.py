"""A month's count (月次の集計): persons and contacts by way, age, kind, agency, outcome.

A contact (延べ件数) is what passed between the person and the desk: received, sent, a call, an
interview, a letter. Notes, the line of a referral and a correction are none; a corrected contact
stays the one contact it was. A person (実人数) is a case. What nobody asked or said is a row of its
own, never left out. The lawyer's clinic is counted by its days, whenever a place was asked for: its
places, who had booked one, who came, and after how many days of waiting. What is counted of the
grants stands in `granted.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi.rules.figures import granted
from madoguchi.rules.figures.granted import Granted
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.agency import NEEDS
from madoguchi.rules.steps.outcome import Outcome

type Row = tuple[str, str]

UNHEARD = "unheard"
ALL: Row = ("all", "all")
COURSES = ("new", "this_year", "earlier")
WAYS = ("phone", "counter", "web", "mail", "letter", "fax")
AGES = (
    "under_18",
    "18_29",
    "30_39",
    "40_49",
    "50_64",
    "65_up",
    "no_answer",
    UNHEARD,
)
KINDS = (
    "insult",
    "lie",
    "picture",
    "personal",
    "impersonation",
    "threat",
    "sexual",
    "school",
    "other",
    "unknown",
    UNHEARD,
)
OFFERED, BOOKED, WAITED = "offered", "booked", "waited"
CAME = ("attended", "absent", "unsaid")  # they add up to BOOKED; `unsaid`: nobody wrote it down yet
CLINIC = (OFFERED, BOOKED, *CAME, WAITED)
AGENCY_UNKNOWN = "unknown"  # one that has left the directory
TABLES: Mapping[str, tuple[str, ...]] = {
    "all": ("all",),
    "course": COURSES,
    "way": WAYS,
    "age": AGES,
    "kind": KINDS,
    "referral": (*NEEDS, AGENCY_UNKNOWN),
    "outcome": (*Outcome, UNHEARD),
    "clinic": CLINIC,
    granted.GRANT: granted.ROWS,
    granted.REFUSAL: granted.REASONS,
}
ROWS: tuple[Row, ...] = tuple((table, name) for table, names in TABLES.items() for name in names)
BANDS = ((18, "under_18"), (30, "18_29"), (40, "30_39"), (50, "40_49"), (65, "50_64"))


@dataclass(frozen=True)
class Person:
    """What is counted of one person: nothing that names anybody."""

    opened_on: date
    age: str = UNHEARD
    kinds: tuple[str, ...] = (UNHEARD,)


@dataclass(frozen=True)
class Contact:
    """One contact with a person: when, by which way, with which outcome."""

    person: UUID
    on: date
    way: str
    outcome: str = UNHEARD


@dataclass(frozen=True)
class Referral:
    """One referral of a person: when, and for what the agency is there first of all."""

    person: UUID
    on: date
    need: str


@dataclass(frozen=True)
class Consultation:
    """A place of the lawyer's clinic that somebody booked (法律相談の予約).

    `on`: the day of the clinic. `came`: a row of CAME. `waited_days`: from asking to the day.
    """

    person: UUID
    on: date
    came: str
    waited_days: int = 0


@dataclass(frozen=True)
class Facts:
    """What there is to count, of a fiscal year's days so far.

    `offered`: the day of each place that the lawyer's clinic had, free or not. `granting`: the
    first days of the months in which there was a budget for grants.
    """

    people: Mapping[UUID, Person]
    contacts: tuple[Contact, ...] = ()
    referrals: tuple[Referral, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    offered: tuple[date, ...] = ()
    grants: tuple[Granted, ...] = ()
    granting: tuple[date, ...] = ()

    def without(self, people: frozenset[UUID]) -> Facts:
        """The same without some people, as if they had never come."""
        return Facts(
            {each: person for each, person in self.people.items() if each not in people},
            tuple(each for each in self.contacts if each.person not in people),
            tuple(each for each in self.referrals if each.person not in people),
            tuple(each for each in self.consultations if each.person not in people),
            self.offered,
            tuple(each for each in self.grants if each.person not in people),
            self.granting,
        )


@dataclass(frozen=True)
class Count:
    """One number of persons (実人数) and one of contacts or referrals (延べ).

    `first`: the persons who stand in this row for the first time in the fiscal year. A year's
    persons are the sum of its months' first ones, so that nobody is counted twice; since when
    somebody comes (course) follows from the month in which they are first counted at all.
    """

    persons: int = 0
    first: int = 0
    times: int = 0


type Sheet = Mapping[Row, Count]
EMPTY: Sheet = dict.fromkeys(ROWS, Count())


def age_row(age: int | None, band: str) -> str:
    """The row of an age in years, or of the band that was chosen instead.

    >>> age_row(18, ""), age_row(None, "65_up"), age_row(None, "")
    ('18_29', '65_up', 'unheard')
    """
    if age is None:
        return band if band in AGES else UNHEARD
    return next((row for below, row in BANDS if age < below), "65_up")


def known(name: str, rows: tuple[str, ...], otherwise: str) -> str:
    """The row of this name; another one where there is none.

    >>> known("pager", WAYS, "web")
    'web'
    """
    return name if name in rows else otherwise


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def tally(facts: Facts, month: date) -> Sheet:
    """The sheet of the month that begins on this day."""
    return tallies(facts).get(month, EMPTY)


def tallies(facts: Facts) -> Mapping[date, Sheet]:
    """The sheets of all months in which anything was, counted in one go."""
    marks: dict[date, list[tuple[UUID, Row]]] = defaultdict(list)
    for person, row, on in _marks(facts):
        marks[month_of(on)].append((person, row))
    numbers = _numbers(facts)
    sheets: dict[date, Sheet] = {}
    earlier: dict[int, dict[Row, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    for month in sorted(marks.keys() | numbers.keys()):
        sheet = _sheet(marks[month], earlier[fiscal_year(month)])
        sheets[month] = {**sheet, **numbers.get(month, {})}
    return sheets


def _numbers(facts: Facts) -> Mapping[date, Mapping[Row, Count]]:
    """The clinic's places, days of waiting, sums of money by month: numbers without people."""
    found: dict[date, Counter[Row]] = defaultdict(Counter)
    for month, of_grants in granted.numbers(facts.grants, facts.granting).items():
        found[month].update(of_grants)
    for on in facts.offered:
        found[month_of(on)]["clinic", OFFERED] += 1
    for each in facts.consultations:
        found[month_of(each.on)]["clinic", WAITED] += each.waited_days
    return {
        month: {row: Count(times=number) for row, number in rows.items()}
        for month, rows in found.items()
    }


def _sheet(marks: list[tuple[UUID, Row]], earlier: dict[Row, set[UUID]]) -> Sheet:
    """The sheet of a month; its people are added to those of `earlier` months."""
    times = Counter(row for _, row in marks)
    here: dict[Row, set[UUID]] = defaultdict(set)
    for person, row in marks:
        here[row].add(person)
    stood = {row: earlier[ALL if row[0] == "course" else row] for row in ROWS}
    sheet = {row: Count(len(here[row]), len(here[row] - stood[row]), times[row]) for row in ROWS}
    for row, people in here.items():
        earlier[row] |= people
    return sheet


def year_of(months: Iterable[Sheet]) -> Sheet:
    """The sheet of a fiscal year from those of its months."""
    sheets = tuple(months)
    first = {row: sum(sheet[row].first for sheet in sheets) for row in ROWS}
    times = {row: sum(sheet[row].times for sheet in sheets) for row in ROWS}
    return {row: Count(first[row], first[row], times[row]) for row in ROWS}


def waited_days(sheet: Sheet) -> int | None:
    """How many days people waited for the lawyer's day on average, half a day up; None: nobody did.

    >>> booked, waited = Count(2, 2, 2), Count(times=29)
    >>> sheet = {**EMPTY, ("clinic", "booked"): booked, ("clinic", "waited"): waited}
    >>> waited_days(sheet), waited_days(EMPTY)
    (15, None)
    """
    return granted.mean_days(sheet["clinic", WAITED].times, sheet["clinic", BOOKED].times)


def behind(facts: Facts, row: Row, months: frozenset[date]) -> frozenset[UUID]:
    """The people who were counted in a row of these months."""
    return frozenset(
        person for person, counted, on in _marks(facts) if counted == row and month_of(on) in months
    )


def _marks(facts: Facts) -> Iterator[tuple[UUID, Row, date]]:
    """One mark for each row in which a contact, a referral or a consultation is counted."""
    for each in facts.contacts:
        person = facts.people[each.person]
        rows = (
            ALL,
            ("course", _course(person, each.on)),
            ("way", each.way),
            ("outcome", each.outcome),
            ("age", person.age),
            *(("kind", kind) for kind in dict.fromkeys(person.kinds)),
        )
        yield from ((each.person, row, each.on) for row in rows)
    for referral in facts.referrals:
        yield referral.person, ("referral", referral.need), referral.on
    for consultation in facts.consultations:
        yield consultation.person, ("clinic", BOOKED), consultation.on
        yield consultation.person, ("clinic", consultation.came), consultation.on
    for grant in facts.grants:
        yield from ((grant.person, row, on) for row, on in grant.marks())


def _course(person: Person, on: date) -> str:
    """Since when the person comes: this month, earlier this fiscal year, longer."""
    if month_of(person.opened_on) == month_of(on):
        return "new"
    return "this_year" if fiscal_year(person.opened_on) == fiscal_year(on) else "earlier"
