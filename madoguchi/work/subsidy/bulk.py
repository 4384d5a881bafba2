"""The steps of many grants, opened together for ledger, books and counts (経過をまとめて開く).

One that is not as it was written down takes no grant of another case with it.
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
    follows,
    is_protected,
    require_possible,
    row_of,
    with_row,
)
from madoguchi.work.subsidy.models import Grant, Step

IDS = {
    f"{name}_text": Cast(name, TextField()) for name in ("id", "case_id", "grant_id", "staff_id")
}
FIELDS = (*IDS, "number", "verb", "state", "on", "drawer", "at", "told")
VERBS, STATES = {str(verb): verb for verb in Verb}, {str(state): state for state in State}
HEX = 32


class Received(NamedTuple):
    """What stands in the clear of a grant that the desk received."""

    id: UUID
    case_id: UUID
    state: str
    channel: str
    sent_at: datetime | None
    received_on: date
    fiscal_year: int
    number: int

    @property
    def public_details(self) -> Mapping[str, Any]:
        """What the person reads of it: nobody asks for that in bulk."""
        return NOTHING


@dataclass
class Life:
    """What happened to a grant.

    `damaged`: it is not what was written down. `closed`: the drawer of a step is not there.
    `hides`: the person's address is hidden by now, as far as the steps that say so were opened.
    """

    case_id: UUID
    steps: list[BulkStep] = field(default_factory=list, repr=False)
    damaged: bool = False
    closed: bool = False
    hides: bool = False


@dataclass(frozen=True)
class Lives:
    """What happened to some grants, and how their cases opened."""

    of: Mapping[UUID, Life]
    opened: unseal.Drawers


def received(grants: QuerySet[Grant]) -> Iterator[Received]:
    """Grants that the desk received, in the clear."""
    rows = grants.exclude(fiscal_year=None).values_list("id", "case_id", *COLUMNS)
    return (Received(*row) for row in rows.iterator())


def lives(office_id: UUID, grants: Sequence[Received], needed: Collection[Verb]) -> Lives:
    """What happened to these grants; opened are the steps of the verbs that are needed."""
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
        life.hides = is_protected(reading.saying(grant.case_id))
    return Lives(found, reading.opened)


class _Reading:
    """The steps of some cases' grants as they are read, by the grant's id without dashes.

    The ids come as the database has them: to make objects of them takes longer than to open.
    """

    def __init__(self, opened: unseal.Drawers, needed: frozenset[Verb]) -> None:
        self.opened, self._needed = opened, needed
        self.found: dict[str, Life] = {}
        self._seen: dict[UUID, set[str]] = defaultdict(set)
        self._broken: set[UUID] = set()
        self._saying: dict[UUID, list[BulkStep]] = defaultdict(list)

    def add(self, row: tuple[Any, ...]) -> None:
        """Add a step, `FIELDS`, to its grant's life; the case of one that was changed is broken."""
        step_id, life = _dashed(row[0]), self.found.get(_plain(row[2]))
        if life is None:  # it began just now
            return
        self._seen[life.case_id].add(step_id)
        number, verb, state, on, name, at, _ = row[4:]
        drawers, said = self.opened.drawers.get(life.case_id), NOTHING
        life.closed = drawers is None
        try:
            said = self._open(drawers[name], step_id, row) if drawers else NOTHING
        except (Tampered, Unreadable, KeyError):
            self._broken.add(life.case_id)
        if verb in VERBS and state in STATES:
            step = BulkStep(step_id, number, VERBS[verb], STATES[state], on, at, said)
            life.steps.append(step)
            if step.verb in PROTECTING:
                self._saying[life.case_id].append(step)

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
        said: Mapping[str, Any] = drawer.open(DETAILS_LABEL, step_id, told, clear)
        return said

    def saying(self, case_id: UUID) -> Iterator[BulkStep]:
        """The steps of all grants of a case that may speak of measures of support, in order."""
        return iter(sorted(self._saying[case_id], key=lambda step: step.at))

    def broken(self) -> set[UUID]:
        """The cases of which a step was changed, or is not there any more."""
        return self._broken | set(self._lacking())

    def _lacking(self) -> Iterator[UUID]:
        for case_id, opened in self.opened.drawers.items():
            drawer = next(iter(opened.values()))  # each knows the lines of the case
            if not drawer.written(DETAILS_LABEL) <= self._seen[case_id]:
                yield case_id


def _plain(row_id: str) -> str:
    return row_id.replace("-", "")


def _dashed(row_id: str) -> str:
    """An id as the lines have it; SQLite keeps it without dashes."""
    if len(row_id) != HEX:
        return row_id
    parts = row_id[:8], row_id[8:12], row_id[12:16], row_id[16:20], row_id[20:]
    return "-".join(parts)


def _agrees(grant: Received, steps: Sequence[BulkStep]) -> bool:
    """Whether no step lacks and the row is what they say."""
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        return False
    return follows(grant._asdict(), steps) or _went_on(grant.id, steps)


def _went_on(grant_id: UUID, steps: Sequence[BulkStep]) -> bool:
    """Whether row and steps agree at one moment: an act may lie between the two readings."""
    newest = with_row(Step.objects.filter(grant_id=grant_id)).order_by("-number").first()
    if newest is None:
        return False
    row = row_of(newest)
    if newest.number == len(steps):
        return follows(row, steps)
    return row["state"] == newest.state  # what came since was not read
