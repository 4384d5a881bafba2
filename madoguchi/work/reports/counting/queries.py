"""The facts that are counted (集計のもと): read from the cases' drawers, without names or texts.

Nothing countable is stored in the clear. Age, kinds of harm, ways, outcomes and agencies are read
from what is sealed, some hundred cases at a time, and only what the rules count is passed on.
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
from madoguchi.rules.slots import days
from madoguchi.rules.steps.booking import State
from madoguchi.tools import bounds
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
    """The consultations on a fiscal year's clinic days, and the date of each place on offer.

    A day counts if it takes place, with all its places, also those that a colleague kept free: else
    the number would tell them from places of hidden cases. Only booked places are consultations,
    not those that were asked for or cancelled. The days waited are counted from the booking; who
    walks in waits for none.
    """
    clinic = in_force(by_id(office_id), now.date()).clinic
    if clinic is None:
        return (), ()
    decided = changes(office_id)
    near = (day for each in (year - 1, year, year + 1) for day in days(clinic, each, decided))
    held = {
        day.ref: day
        for day in near
        if day.published and not day.cancelled and fiscal_year(day.on) == year
    }
    rows = list(Booking.of(office_id).filter(day__in=held).order_by("day", "number", "seat"))
    case_ids = {row.case_id for row in rows if row.case_id} - without
    existing = frozenset(Case.of(office_id).filter(pk__in=case_ids).values_list("id", flat=True))
    consultations: list[Consultation] = []
    for row in rows:
        if row.case_id in existing and row.state in CAME:
            on = held[row.day].on
            waited = max(0, (on - day_in_japan(row.at)).days)
            consultations.append(Consultation(row.case_id, on, CAME[State(row.state)], waited))
    places = (day.on for day in held.values() for _ in range(len(day.slots) * clinic.lawyers))
    return tuple(consultations), tuple(places)


CONTACTS = ("received", "sent", "call", "interview", "letter")
REFERRAL, HEARD = "referral", "heard"
WAY_OF = {"call": "phone", "interview": "counter", "letter": "letter"}
AT_A_TIME = 500
OUTCOMES = TABLES["outcome"]

type Needs = Mapping[str, str]  # agency → the first need that it serves


@dataclass
class Counted:
    """The facts of a fiscal year; `damaged`: in how many cases something did not open."""

    facts: Facts
    damaged: int = 0


@dataclass
class _Found:
    """The facts collected so far."""

    people: dict[UUID, Person] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    first: dict[UUID, date] = field(default_factory=dict)  # contact, by case
    damaged: set[UUID] = field(default_factory=set)


def needs_of(agencies: Iterable[Agency]) -> Needs:
    """The first need that each agency serves."""
    return {agency.id: agency.needs[0] for agency in agencies if agency.needs}


def denied_to(office_id: UUID, staff_id: UUID) -> frozenset[UUID]:
    """The cases that are denied to this colleague."""
    rows = Access.of(office_id).filter(kind="deny", staff_id=staff_id)
    return frozenset(rows.values_list("case_id", flat=True))


def denied_to_anybody(office_id: UUID) -> frozenset[UUID]:
    """The cases that are denied to some colleague."""
    return frozenset(Access.of(office_id).filter(kind="deny").values_list("case_id", flat=True))


def count(
    office_id: UUID, year: int, needs: Needs, now: datetime, without: frozenset[UUID] = frozenset()
) -> Counted:
    """The facts of a fiscal year, without some cases."""
    begins = datetime.combine(date(year, 4, 1), time(), now.tzinfo)
    touched = Entry.of(office_id).filter(at__gte=begins).values("case_id")
    cases = Case.of(office_id).filter(pk__in=touched).exclude(pk__in=without)
    found = _Found()
    for some in batched(cases.order_by("id").values_list("id", "opened_at", "channel"), AT_A_TIME):
        _Batch(office_id, begins, needs, some).count_into(found)
    grants = subsidy.count(office_id, year, now, without)
    return Counted(
        Facts(
            found.people,
            tuple(contact for contact in found.contacts if _counts(contact, year, found)),
            tuple(referral for referral in found.referrals if _counts(referral, year, found)),
            *count_clinic(office_id, year, now, without),
            grants.grants,
            months_of(year) if grants.granting else (),
        ),
        len(found.damaged | grants.damaged) + grants.lacking,
    )


def _counts(fact: Contact | Referral, year: int, found: _Found) -> bool:
    """Whether it was in the year, and its case was not forgotten."""
    return fact.person in found.people and fiscal_year(fact.on) == year


class _Batch:
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
        """Add the facts of these cases."""
        consultees = Consultee.of(self._office_id).filter(case_id__in=list(self._cases))
        columns = consultees.order_by("number").values_list("id", "case_id", "about")
        details = {  # what the persons said of themselves; the newest row wins
            case_id: self._words(found, case_id, SHARED, "consultee", row_id, blob)
            for row_id, case_id, blob in columns.iterator(bounds.AT_A_TIME)
        }
        kinds: dict[UUID, list[str]] = defaultdict(list)
        for row_id, case_id, drawer, kind, at, blob in self._entries():
            words = self._words(found, case_id, drawer, "entry", row_id, blob)
            if kind == HEARD:
                kinds[case_id] = [*words.get("kinds", kinds[case_id])]
                continue
            kinds[case_id] += words.get("kinds", ())
            self._count(found, case_id, kind, at, words)
        for case_id in self._opened.drawers.keys() | self._opened.unopened | self._opened.damaged:
            person = self._person(found, case_id, details.get(case_id, {}), kinds[case_id])
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
            .iterator(bounds.AT_A_TIME)
        )

    def _words(
        self,
        found: _Found,
        case_id: UUID,
        name: str,
        label: str,
        row_id: UUID,
        blob: bytes | memoryview,
    ) -> Mapping[str, Any]:
        """A value, opened; empty where nobody has opened the case yet, or it is damaged."""
        drawer: Drawer | None = self._opened.drawers.get(case_id, {}).get(name)
        if drawer is None:
            if case_id in self._opened.damaged:
                found.damaged.add(case_id)
            return {}
        try:
            words: Mapping[str, Any] = drawer.open(label, row_id, blob)
        except (Tampered, Unreadable):
            found.damaged.add(case_id)
            return {}
        return words

    def _count(
        self, found: _Found, case_id: UUID, kind: str, at: datetime, words: Mapping[str, Any]
    ) -> None:
        if "corrects" in words:
            return
        happened = words.get("happened_at")  # where it was written down later
        on = day_in_japan(datetime.fromisoformat(happened) if happened else at)
        if kind != REFERRAL:
            # A message came by the portal, but for a first one that nobody has opened yet.
            unread_first = kind == "received" and case_id in self._opened.unopened
            by_default = self._cases[case_id][1] if unread_first else "web"
            way = words.get("way") or WAY_OF.get(kind) or by_default
            outcome = known(words.get("outcome", UNHEARD), OUTCOMES, UNHEARD)
            found.contacts.append(Contact(case_id, on, known(way, WAYS, "web"), outcome))
            found.first[case_id] = min(on, found.first.get(case_id, on))
        elif words.get("step", "give") == "give":
            need = self._needs.get(words.get("agency", ""), AGENCY_UNKNOWN)
            found.referrals.append(Referral(case_id, on, need))

    def _person(
        self, found: _Found, case_id: UUID, details: Mapping[str, Any], kinds: Sequence[str]
    ) -> Person:
        """The person; the case counts from its first contact, if that is before its opening."""
        opened_on = day_in_japan(self._cases[case_id][0])
        named = tuple(dict.fromkeys((*kinds, *details.get("kinds", ()))))
        return Person(
            opened_on=min(opened_on, found.first.get(case_id, opened_on)),
            age=age_row(details.get("age"), details.get("age_band") or ""),
            kinds=tuple(known(kind, KINDS, "other") for kind in named) or (UNHEARD,),
        )
