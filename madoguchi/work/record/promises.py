"""How a promise to the person ends (約束): kept, moved to another day, or dropped for a reason.

No act ends one in passing. What the officer says of it on the act's own page stands in the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import contact, dues
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import public

KIND = "promise"  # of the entry
MOST_WHY = 500


@dataclass(frozen=True)
class Ending:
    """What the officer says of a promise; `to`: the day to which it is moved.

    `stands`: said of an answer that the person waits for, which a talk would end.
    `rule`: the person's wish that the officer saw to forbid what was promised.
    """

    how: Literal["stands", "kept", "moved", "dropped"]
    to: date | None = None
    why: str = field(default="", repr=False)
    rule: str = ""

    def require_complete(self, today: date) -> None:
        """Raise Refused unless it says all.

        Raises:
            Refused: dropped without a reason, moved to no day or to one that is over.
        """
        if self.how == "dropped" and not self.why.strip():
            raise Refused(Reason("promise.why"))
        if self.how == "moved" and self.to is None:
            raise Refused(Reason("promise.day"))
        if self.to is not None and self.to < today:
            raise Refused(Reason("due.past"))
        if len(self.why) > MOST_WHY:
            raise Refused(Reason("promise.long"))


type Said = Mapping[UUID, Ending]
NOTHING_SAID: Said = {}
ANSWERS = dues.TURN  # the kinds that the person waits for


def end(
    actor: Actor, case: Case, drawers: tuple[Drawer, Drawer], said: Said, now: datetime
) -> None:
    """End what the officer spoke of, inside an act that holds the case, with an entry each.

    `drawers`: the shared one, and the staff's.

    Raises:
        Refused: one is not open any more, or incomplete, or is moved to the day that it has, or is
            moved though the person's newest wish forbids it, and it is not said why.
    """
    shared, staff = drawers
    if said and dues.waiting(case).filter(kind=dues.STRANDED).exists():
        enqueue("cases.recheck", case.office_id, at=now)  # the case may have another one
    for due_id, ending in said.items():
        if ending.how == "stands":
            continue
        ending.require_complete(now.date())
        row = dues.waiting(case).exclude(kind__in=dues.STANDING).filter(pk=due_id).first()
        if row is None:
            raise Refused(Reason("case.stale"))
        about = staff.open("due", row.id, row.why) if row.why else ""
        if ending.how == "moved" and ending.to is not None:
            if ending.to == row.on:
                raise Refused(Reason("promise.same_day"))
            against = contact.Against(ending.rule, ending.why)
            if not contact.allows(case, shared, row.kind, against):
                raise Refused(Reason("promise.forbidden"))
            moved = Due(office_id=case.office_id, case_id=case.id, kind=row.kind, on=ending.to)
            moved.how = "chosen"
            if about:
                moved.why = staff.seal("due", moved.id, about)
            moved.save(force_insert=True)
        row.done_at = now
        row.save(update_fields=["done_at"])
        words = {"due": row.kind, "on": row.on.isoformat(), "how": ending.how, "text": ending.why}
        words |= {"to": ending.to.isoformat()} if ending.to else {}
        words |= {"about": about} if about else {}
        public.write(staff, KIND, words, staff_id=actor.staff_id, now=now)
