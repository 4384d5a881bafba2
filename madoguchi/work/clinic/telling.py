"""A call about a changed day (変更の連絡): the contact and the answer, in one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.act.action import together
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.public import Seen
from madoguchi.work.record import actions as record

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


def tell(actor: Actor, case: Case, seen: Seen, call: Call, *, now: datetime, once: str) -> UUID:
    """Write down the call and do what the person said: both, or neither.

    Raises:
        Absent: it is none of this case.
        Refused: the booking was changed or its day moved again meanwhile, or it stands no more.
    """
    with together(actor, "case.log", case, now=now):
        if call.answer == "keeps":
            bookings.answered(actor, case, seen, call.to, now=now, once=once)
        elif call.answer == "gives":
            bookings.cancel(actor, case, seen, call.to, now=now, once=once)
        entry: UUID = record.log(actor, case, call.contact(now.date()), now=now, once=once)
        return entry
