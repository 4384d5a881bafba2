"""What staff read of the clinic's lawyers (担当弁護士): the roster, and who sits on which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.models import Lawyer, Sitting


@dataclass(frozen=True)
class LawyerCard:
    """A lawyer of the roster; `ended_on`: the last day on which they sit."""

    id: UUID
    name: str
    firm: str
    account_id: UUID | None
    ended_on: date | None

    def sits(self, on: date) -> bool:
        """Whether they may still sit on a day."""
        return self.ended_on is None or self.ended_on >= on


def roster(actor: Actor, at: AtOffice, today: date) -> tuple[LawyerCard, ...]:
    """The lawyers who sit today or later, then those who have ended.

    Raises:
        Absent: for a role that has no clinic.
    """
    _require(actor)
    rows = Lawyer.of(at.office_id).order_by("name", "firm", "id")
    cards = [LawyerCard(row.id, row.name, row.firm, row.account_id, row.ended_on) for row in rows]
    return tuple(sorted(cards, key=lambda each: not each.sits(today)))


def sitting(
    actor: Actor, at: AtOffice, refs: Iterable[str]
) -> Mapping[str, Mapping[int, LawyerCard]]:
    """Who sits on these days, by seat; a day without anybody is not there."""
    known = {each.id: each for each in roster(actor, at, date.min)}
    found: dict[str, dict[int, LawyerCard]] = {}
    for row in Sitting.of(at.office_id).filter(day__in=list(refs)).order_by("seat"):
        found.setdefault(row.day, {})[row.seat] = known[row.lawyer_id]
    return found


def _require(actor: Actor) -> None:
    if not rights.may(actor.role, "clinic.list", "office"):
        raise Absent
