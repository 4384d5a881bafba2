"""What there is to count (集計のもと): the cases' drawers are opened, neutral facts come out.

Nothing countable is stored. Age, kinds of harm, ways, outcomes and agencies are read from what is
sealed, some hundred cases at a time, and only what the rules count goes on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Q

from madoguchi.rules.figures.tally import (
    AGENCY_UNKNOWN,
    KINDS,
    TABLES,
    UNHEARD,
    WAYS,
    Consultation,
    Contact,
    Facts,
    Person,
    Referral,
    age_row,
    known,
)
from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year, months_of
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.rules.steps.booking import State
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import SHARED, Drawer
from madoguchi.work.cases.models import Access, Case, Consultee
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.public import changes, in_force
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy.counting import queries as subsidy

CAME = {
    State.CAME: "attended",
    State.LATE: "attended",
    State.ABSENT: "absent",
    State.BOOKED: "unsaid",
}

type ClinicCounted = tuple[tuple[Consultation, ...], tuple[date, ...]]


def count_clinic(
    office_id: UUID, year: int, now: datetime, without: frozenset[UUID]
) -> ClinicCounted:
    """The consultations of a fiscal year's days, and the day of each place that there was.

    A day counts where it takes place, with every place that it has. Were one that a colleague kept
    free left out, the number would tell it from one of a case that is hidden. Whoever only asked
    for a place, or cancelled it, has booked none.
    """
    clinic = in_force(by_id(office_id), now.date()).clinic
    if clinic is None:
        return (), ()
    standing = changes(office_id)
    near = (day for one in (year - 1, year, year + 1) for day in days(clinic, one, standing))
    held = {
        day.ref: day
        for day in near
        if day.published and not day.cancelled and fiscal_year(day.on) == year
    }
    rows = list(Booking.of(office_id).filter(day__in=held).order_by("day", "number", "seat"))
    return _booked(office_id, rows, held, without), _offered(held, clinic.lawyers)


def _booked(
    office_id: UUID,
    rows: Sequence[Booking],
    held: Mapping[str, ClinicDay],
    without: frozenset[UUID],
) -> tuple[Consultation, ...]:
    there = {row.case_id for row in rows if row.case_id} - without
    known = frozenset(Case.of(office_id).filter(pk__in=there).values_list("id", flat=True))
    return tuple(
        Consultation(row.case_id, held[row.day].on, CAME[State(row.state)], _waited(row, held))
        for row in rows
        if row.case_id in known and row.state in CAME
    )


def _waited(row: Booking, held: Mapping[str, ClinicDay]) -> int:
    """From the day on which the place was asked for; somebody who walks in waits for none."""
    return max(0, (held[row.day].on - day_in_japan(row.at)).days)


def _offered(held: Mapping[str, ClinicDay], lawyers: int) -> tuple[date, ...]:
    return tuple(day.on for day in held.values() for _ in range(len(day.slots) * lawyers))


CONTACTS = ("received", "sent", "call", "interview", "letter")
REFERRAL, HEARD = "referral", "heard"
WAY_OF = {"call": "phone", "interview": "counter", "letter": "letter"}
AT_A_TIME = 500
OUTCOMES = TABLES["outcome"]

type Needs = Mapping[str, str]  # agency → what it is there for first of all


@dataclass
class Counted:
    """The facts of a fiscal year; `damaged`: in how many cases something did not open."""

    facts: Facts
    damaged: int = 0


@dataclass
class _Found:
    """What has been found so far."""

    people: dict[UUID, Person] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    first: dict[UUID, date] = field(default_factory=dict)  # contact, by case
    damaged: set[UUID] = field(default_factory=set)


def needs_of(agencies: Iterable[Agency]) -> Needs:
    """What each agency is there for first of all."""
    return {agency.id: agency.needs[0] for agency in agencies if agency.needs}


def denied_to(office_id: UUID, staff_id: UUID) -> frozenset[UUID]:
    """The cases that do not exist for this colleague."""
    rows = Access.of(office_id).filter(kind="deny", staff_id=staff_id)
    return frozenset(rows.values_list("case_id", flat=True))


def denied_to_anybody(office_id: UUID) -> frozenset[UUID]:
    """The cases that do not exist for some colleague."""
    return frozenset(Access.of(office_id).filter(kind="deny").values_list("case_id", flat=True))


def count(
    office_id: UUID, year: int, needs: Needs, now: datetime, without: frozenset[UUID] = frozenset()
) -> Counted:
    """All that there is to count of a fiscal year, without some cases."""
    begins = datetime.combine(date(year, 4, 1), time(), now.tzinfo)
    touched = Entry.of(office_id).filter(at__gte=begins).values("case_id")
    cases = Case.of(office_id).filter(pk__in=touched).exclude(pk__in=without)
    found = _Found()
    for some in batched(cases.order_by("id").values_list("id", "opened_at", "channel"), AT_A_TIME):
        _Some(office_id, begins, needs, some).count_into(found)
    grants = subsidy.count(office_id, year, now, without)
    return Counted(
        Facts(
            found.people,
            tuple(one for one in found.contacts if _counts(one, year, found)),
            tuple(one for one in found.referrals if _counts(one, year, found)),
            *count_clinic(office_id, year, now, without),
            grants.grants,
            months_of(year) if grants.granting else (),
        ),
        len(found.damaged | grants.damaged) + grants.lacking,
    )


def _counts(one: Contact | Referral, year: int, found: _Found) -> bool:
    """Whether it was in the year, and its case was not forgotten."""
    return one.person in found.people and fiscal_year(one.on) == year


class _Some:
    """Some cases, opened together."""

    def __init__(
        self,
        office_id: UUID,
        begins: datetime,
        needs: Needs,
        cases: Iterable[tuple[UUID, datetime, str]],
    ) -> None:
        self._office_id, self._begins, self._needs = office_id, begins, needs
        self._cases = {case_id: (at, channel) for case_id, at, channel in cases}
        self._opened = unseal.drawers_of(office_id, list(self._cases))

    def count_into(self, found: _Found) -> None:
        """Add what these cases hold."""
        told = self._told(found)
        kinds: dict[UUID, list[str]] = defaultdict(list)
        for row_id, case_id, drawer, kind, at, blob in self._entries():
            words = self._words(found, case_id, drawer, "entry", row_id, blob)
            if kind == HEARD:
                kinds[case_id] = [*words.get("kinds", kinds[case_id])]
                continue
            kinds[case_id] += words.get("kinds", ())
            self._count(found, case_id, kind, at, words)
        for case_id in self._opened.drawers.keys() | self._opened.unopened | self._opened.damaged:
            person = self._person(found, case_id, told.get(case_id, {}), kinds[case_id])
            found.people[case_id] = person

    def _entries(self) -> Iterable[tuple[UUID, UUID, str, str, datetime, bytes | memoryview]]:
        rows = Entry.of(self._office_id).filter(
            Q(at__gte=self._begins) | Q(number=1) | Q(kind=HEARD),
            case_id__in=list(self._cases),
            kind__in=(*CONTACTS, REFERRAL, HEARD),
        )
        return (
            rows.order_by("number")
            .values_list("id", "case_id", "drawer", "kind", "at", "words")
            .iterator()
        )

    def _told(self, found: _Found) -> dict[UUID, Mapping[str, Any]]:
        """What the people said of themselves, newest."""
        rows = Consultee.of(self._office_id).filter(case_id__in=list(self._cases))
        return {
            case_id: self._words(found, case_id, SHARED, "consultee", row_id, blob)
            for row_id, case_id, blob in rows.order_by("number").values_list(
                "id", "case_id", "about"
            )
        }

    def _words(
        self,
        found: _Found,
        case_id: UUID,
        name: str,
        label: str,
        row_id: UUID,
        blob: bytes | memoryview,
    ) -> Mapping[str, Any]:
        """What a value says; nothing where nobody has opened the case yet, or it is damaged."""
        drawer: Drawer | None = self._opened.drawers.get(case_id, {}).get(name)
        if drawer is None:
            if case_id in self._opened.damaged:
                found.damaged.add(case_id)
            return {}
        try:
            told: Mapping[str, Any] = drawer.open(label, row_id, blob)
        except (Tampered, Unreadable):
            found.damaged.add(case_id)
            return {}
        return told

    def _count(
        self, found: _Found, case_id: UUID, kind: str, at: datetime, words: Mapping[str, Any]
    ) -> None:
        if "corrects" in words:
            return
        on = self._day(at, words)
        if kind != REFERRAL:
            way = words.get("way") or WAY_OF.get(kind) or self._written_way(case_id, kind)
            outcome = known(words.get("outcome", UNHEARD), OUTCOMES, UNHEARD)
            found.contacts.append(Contact(case_id, on, known(way, WAYS, "web"), outcome))
            found.first[case_id] = min(on, found.first.get(case_id, on))
        elif words.get("step", "give") == "give":
            need = self._needs.get(words.get("agency", ""), AGENCY_UNKNOWN)
            found.referrals.append(Referral(case_id, on, need))

    def _written_way(self, case_id: UUID, kind: str) -> str:
        """The way of a message: the portal, but for a first one that nobody has opened yet."""
        unopened = case_id in self._opened.unopened
        return self._cases[case_id][1] if unopened and kind == "received" else "web"

    def _day(self, at: datetime, words: Mapping[str, Any]) -> date:
        """When it was, not when it was written down."""
        happened = words.get("happened_at")
        moment = datetime.fromisoformat(happened) if happened else at
        return day_in_japan(moment)

    def _person(
        self, found: _Found, case_id: UUID, told: Mapping[str, Any], kinds: Sequence[str]
    ) -> Person:
        """The person, who comes since the first contact, though it was written down later."""
        opened_on = day_in_japan(self._cases[case_id][0])
        named = tuple(kind for kind in dict.fromkeys((*kinds, *told.get("kinds", ()))))
        return Person(
            opened_on=min(opened_on, found.first.get(case_id, opened_on)),
            age=age_row(told.get("age"), told.get("age_band") or ""),
            kinds=tuple(known(kind, KINDS, "other") for kind in named) or (UNHEARD,),
        )
