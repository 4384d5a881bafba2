"""What staff read of the clinic's lawyers (担当弁護士): the roster, and who sits on which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.act.action import together
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.models import Lawyer, Sitting
from madoguchi.work.clinic.public import BookingRevision
from madoguchi.work.record import actions as record


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
    if not rights.may(actor.role, "clinic.list", "office"):
        raise Absent
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


ANSWERS = ("keeps", "gives", "later", "nobody")


@dataclass(frozen=True)
class Call:
    """One call: they keep the place, give it back, will say later, or nobody answered.

    `on`: the day as it is now; `unreached`: how often nobody answered, this time included; `to`:
    the beginning of which they were told.
    """

    answer: str
    text: str = field(repr=False)
    on: date
    unreached: Outcome | None = None
    to: datetime | None = None

    def contact(self, today: date) -> record.Contact:
        """The contact as the record keeps it; the case is looked at again on the day itself."""
        outcome, next_on = Outcome.CALL_BACK, None
        if self.answer == "nobody" and self.unreached:
            outcome = self.unreached
        elif self.answer == "keeps":
            outcome, next_on = Outcome.ANSWERED, max(self.on, today)
        elif self.answer == "gives":
            outcome = Outcome.ANSWERED
        return record.Contact("call", "phone", "out", outcome, self.text, next_on=next_on)


def tell(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    call: Call,
    *,
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Write down the call and do what the person said: both, or neither.

    Raises:
        Absent: the booking is not this case's.
        Refused: the booking was changed or its day moved again meanwhile, or it stands no more.
    """
    with together(actor, "case.log", case, now=now):
        if call.answer == "keeps":
            bookings.agree(actor, case, seen, call.to, now=now, idempotency_key=idempotency_key)
        elif call.answer == "gives":
            bookings.cancel(actor, case, seen, call.to, now=now, idempotency_key=idempotency_key)
        entry: UUID = record.log(
            actor, case, call.contact(now.date()), now=now, idempotency_key=idempotency_key
        )
        return entry
