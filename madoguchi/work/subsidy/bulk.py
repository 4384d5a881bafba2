"""The steps of many grants, opened together for ledger, books and counts (経過をまとめて開く).

A grant whose steps are not as they were written damages no grant of another case.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer, associated_data
from madoguchi.work.subsidy.history import (
    COLUMNS,
    DETAILS_LABEL,
    NOTHING,
    PROTECTING,
    BulkStep,
    is_protected,
    require_possible,
    row_matches,
    row_of,
    with_row,
    without_undone,
)
from madoguchi.work.subsidy.models import Grant, Step

IDS = {
    f"{name}_text": Cast(name, TextField()) for name in ("id", "case_id", "grant_id", "staff_id")
}
FIELDS = (*IDS, "number", "verb", "state", "on", "drawer", "at", "told")
VERBS, STATES = {str(verb): verb for verb in Verb}, {str(state): state for state in State}
HEX = 32


class Received(NamedTuple):
    """The clear columns of a grant that the desk received."""

    id: UUID
    case_id: UUID
    state: str
    channel: str
    sent_at: datetime | None
    received_on: date
    fiscal_year: int
    number: int


@dataclass
class Life:
    """The steps of a grant that count.

    `damaged`: they are not as they were written. `closed`: the drawer of the case is not there.
    `hides`: the person's address is hidden by now, as far as the steps that say so were opened.
    """

    case_id: UUID
    steps: list[BulkStep] = field(default_factory=list, repr=False)
    damaged: bool = False
    closed: bool = False
    hides: bool = False


@dataclass(frozen=True)
class Lives:
    """The steps of some grants, and the drawers of their cases."""

    of: Mapping[UUID, Life]
    opened: unseal.Drawers


def received(grants: QuerySet[Grant]) -> Iterator[Received]:
    rows = grants.exclude(fiscal_year=None).values_list("id", "case_id", *COLUMNS)
    return (Received(*row) for row in rows.iterator())


def lives(office_id: UUID, grants: Sequence[Received], needed: Collection[Verb]) -> Lives:
    """The steps of these grants; opened are those of the `needed` verbs."""
    cases = list({grant.case_id for grant in grants})
    reading = _Reading(unseal.drawers_of(office_id, cases), frozenset(needed))
    every = Grant.of(office_id).filter(case_id__in=cases).values_list("id", "case_id")
    reading.found |= {grant_id.hex: Life(case_id) for grant_id, case_id in every}
    rows = Step.of_cases(office_id, *cases).order_by("grant_id", "number").annotate(**IDS)
    for row in rows.values_list(*FIELDS).iterator():
        reading.add(row)
    broken = reading.broken()
    found = {grant.id: reading.found.get(grant.id.hex) or Life(grant.case_id) for grant in grants}
    for grant in grants:
        life = found[grant.id]
        life.damaged = grant.case_id in broken or not _agrees(grant, life.steps)
        life.hides = is_protected(reading.protecting(grant.case_id))
        life.steps = list(without_undone(life.steps))
    return Lives(found, reading.opened)


class _Reading:
    """The steps of the grants of some cases while they are read; grants by id without dashes.

    The ids stay texts, as the database has them: making UUIDs of them takes longer than opening.
    """

    def __init__(self, opened: unseal.Drawers, needed: frozenset[Verb]) -> None:
        self.opened, self._needed = opened, needed
        self.found: dict[str, Life] = {}
        self._seen: dict[UUID, set[str]] = defaultdict(set)
        self._broken: set[UUID] = set()
        self._protecting: dict[UUID, list[BulkStep]] = defaultdict(list)

    def add(self, row: tuple[Any, ...]) -> None:
        """Add a step (`FIELDS`) to its grant; if it was changed, its case is broken."""
        step_id, life = row[0], self.found.get(_plain(row[2]))
        if len(step_id) == HEX:  # the audit lines have dashes, SQLite has none
            parts = step_id[:8], step_id[8:12], step_id[12:16], step_id[16:20], step_id[20:]
            step_id = "-".join(parts)
        if life is None:  # it began just now
            return
        self._seen[life.case_id].add(step_id)
        number, verb, state, on, name, at, _ = row[4:]
        drawers, details = self.opened.drawers.get(life.case_id), NOTHING
        life.closed = drawers is None
        try:
            details = self._open(drawers[name], step_id, row) if drawers else NOTHING
        except (Tampered, Unreadable, KeyError):
            self._broken.add(life.case_id)
        if verb in VERBS and state in STATES:
            step = BulkStep(step_id, number, VERBS[verb], STATES[state], on, at, details)
            life.steps.append(step)
            if step.verb in PROTECTING:
                self._protecting[life.case_id].append(step)

    def _open(self, drawer: Drawer, step_id: str, row: tuple[Any, ...]) -> Mapping[str, Any]:
        _, case_id, grant_id, staff_id, number, verb, state, on, name, at, told = row
        require_possible(verb, number, name)
        if _plain(case_id) != drawer.case_id.hex:
            raise Tampered
        staff = staff_id and _plain(staff_id)
        clear = associated_data(_plain(grant_id), number, verb, state, on, staff, name, at)
        if verb not in self._needed:
            drawer.require_written(DETAILS_LABEL, step_id, told, clear)
            return NOTHING
        details: Mapping[str, Any] = drawer.open(DETAILS_LABEL, step_id, told, clear)
        return details

    def protecting(self, case_id: UUID) -> Iterator[BulkStep]:
        """The steps of all grants of a case that may hide the address, in order."""
        return iter(sorted(self._protecting[case_id], key=lambda step: step.at))

    def broken(self) -> set[UUID]:
        """The cases of which a step was changed, or is not there any more."""
        broken = set(self._broken)
        for case_id, opened in self.opened.drawers.items():
            drawer = next(iter(opened.values()))  # each knows the audit lines of the case
            if not drawer.written(DETAILS_LABEL) <= self._seen[case_id]:
                broken.add(case_id)
        return broken


def _plain(row_id: str) -> str:
    return row_id.replace("-", "")


def _agrees(grant: Received, steps: Sequence[BulkStep]) -> bool:
    """Whether no step is missing, and the grant's row is what they say."""
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        return False
    if row_matches(grant._asdict(), steps):
        return True
    # An act may have come between the two readings: do row and steps agree at one moment?
    newest = with_row(Step.objects.filter(grant_id=grant.id)).order_by("-number").first()
    if newest is None:
        return False
    row = row_of(newest)
    if newest.number == len(steps):
        return row_matches(row, steps)
    return row["state"] == newest.state  # what came since was not read
