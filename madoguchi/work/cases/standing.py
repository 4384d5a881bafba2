"""What the lines say of a case's columns in the clear, and where the two differ (記録との照合).

Whoever can write to the database can close a case, lower its level, or let a colleague see it; a
line of the desk they cannot write. A person's own line says only that the case is open again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from madoguchi.rules.steps.case import State
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.chain import Hashes, ReadLine
from madoguchi.tools.audit.macs import Voice
from madoguchi.tools.audit.models import Line
from madoguchi.work.cases.models import Access, Case

STATE, LEVEL, DENIED, UNDENIED = "state", "level", "denied", "undenied"  # what lines tell
CLOSE, SET_LEVEL, TAKE = "case.close", "case.level", "case.take"
DENY, UNDENY, DECLINE = "case.deny", "case.undeny", "clinic.decline_case"
DENYING = (DENY, DECLINE)
TELLING = Q(verb__in=(CLOSE, SET_LEVEL, TAKE, UNDENY, *DENYING)) | ~Q(told={})


@dataclass
class Standing:
    """How a case stands by its lines; None where lines of before, which told less, leave it open.

    `declined`: who declared to be tied to a party, and is denied the case for good. `unnamed`: how
    many lines of before deny the case to somebody whom they do not name.
    """

    closed: bool | None = False
    level: str | None = "normal"
    assignee: UUID | None = None
    denied: set[UUID] = field(default_factory=set)
    declined: set[UUID] = field(default_factory=set)
    unnamed: int = 0

    def hear(self, line: ReadLine, voice: Voice) -> None:
        """Take in what the next line says."""
        state = line.told.get(STATE)
        if voice is Voice.PERSON:
            if state and state != State.CLOSED:
                self.closed = False
            return
        if state or line.verb == CLOSE:
            self.closed = state == State.CLOSED if state else None
        if line.verb == SET_LEVEL:
            self.level = line.told.get(LEVEL)
        elif line.verb == TAKE:
            self.assignee = line.staff_id
        elif line.verb in DENYING:
            if name := line.told.get(DENIED):
                self._deny(UUID(name))
                self.declined |= {UUID(name)} if line.verb == DECLINE else set()
            else:
                self.unnamed += 1
        elif line.verb == UNDENY:
            self.denied.discard(UUID(line.told[UNDENIED]))

    def _deny(self, staff_id: UUID) -> None:
        self.denied.add(staff_id)
        if self.assignee == staff_id:
            self.assignee = None

    @property
    def may_return(self) -> set[UUID]:
        """Whom the desk put on the deny list and may take off it again."""
        return self.denied - self.declined

    def differs(self, case: Case, access: Iterable[tuple[UUID, str]]) -> tuple[str, ...]:
        """What of the case's columns and of who may see it is not as the lines say."""
        rows = set(access)
        denied = {staff_id for staff_id, kind in rows if kind == "deny"}
        assigned = {staff_id for staff_id, kind in rows if kind == "assigned"}
        assignees = {self.assignee, None} if self.unnamed else {self.assignee}
        seen_right = (
            self.denied <= denied
            and len(denied - self.denied) <= self.unnamed
            and case.assignee_id in assignees
            and assigned == {case.assignee_id} - {None}
        )
        holds = {
            STATE: self.closed in (None, case.state == State.CLOSED),
            LEVEL: self.level in (None, case.level),
            "access": seen_right,
        }
        return tuple(name for name, right in holds.items() if not right)


def read(case: Case) -> tuple[Standing, Hashes]:
    """How one case stands by its lines, and what they say of its sealed values: read at once."""
    lines = Line.objects.filter(TELLING | ~Q(seals={}), case_id=case.id).order_by("seq")
    found, hashes = Standing(), Hashes()
    for line, voice in chain.heard(case.office_id, lines):
        hashes.add(line.seq, line.seals, voice)
        if line.outcome == "done":
            found.hear(line, voice)
    return found, hashes


def access(case: Case) -> tuple[tuple[UUID, str], ...]:
    """Who is named as seeing the case or not, and how: the colleague and `assigned` or `deny`."""
    return tuple(Access.objects.filter(case_id=case.id).values_list("staff_id", "kind"))


def differences(office_id: UUID) -> Iterator[tuple[UUID, tuple[str, ...]]]:
    """The cases of an office of which something is not as their lines say, with what."""
    lines = Line.objects.filter(TELLING, office_id=office_id, outcome="done")
    of_cases = lines.filter(case_id__isnull=False).order_by("case_id", "seq")
    said: dict[UUID, Standing] = {}
    for case_id, own in groupby(
        chain.heard(office_id, of_cases, many=True), key=lambda heard: heard[0].case_id
    ):
        if case_id is not None:
            said[case_id] = Standing()
            for line, voice in own:
                said[case_id].hear(line, voice)
    rows = Access.of(office_id).order_by("case_id").values_list("case_id", "staff_id", "kind")
    access = {
        case_id: [(staff_id, kind) for _, staff_id, kind in own]
        for case_id, own in groupby(rows.iterator(), key=lambda row: row[0])
    }
    cases = Case.of(office_id).only("state", "level", "assignee_id").order_by("pk")
    for case in cases.iterator():
        found = said.get(case.id, Standing())
        if names := found.differs(case, access.get(case.id, ())):
            yield case.id, names
