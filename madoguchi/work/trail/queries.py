"""What the auditor reads of the audit (操作記録の閲覧): who did what when, never content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.audit import chain, looked_into
from madoguchi.tools.office.actor import Actor

PAGE = 50


@dataclass(frozen=True)
class LineCard:
    """One line of the audit."""

    seq: int
    at: datetime
    role: str
    staff_id: UUID | None
    verb: str
    outcome: str
    told: Mapping[str, str | int]


@action("audit.read")
def lines(
    actor: Actor,
    _at: Subject,
    before: int | None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> tuple[LineCard, ...]:
    """The office's newest lines, older than `before` where given."""
    return tuple(
        LineCard(line.seq, line.at, line.role, line.staff_id, line.verb, line.outcome, line.told)
        for line in chain.newest(actor.office_id, before, PAGE)
    )


@dataclass(frozen=True)
class Faults:
    """The numbers of lines that do not hold; of those, `looked_into`: two colleagues looked."""

    open: tuple[int, ...]
    looked_into: tuple[int, ...]


@action("audit.read")
def faults(
    actor: Actor,
    _at: Subject,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Faults:
    found, known = chain.faults(actor.office_id), looked_into.of(actor.office_id)
    return Faults(
        tuple(seq for seq in found if seq not in known), tuple(seq for seq in found if seq in known)
    )
