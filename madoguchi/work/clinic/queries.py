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
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.models import Booking, Lawyer, Sitting
from madoguchi.work.clinic.public import BookingRevision
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from madoguchi.work.record.promises import NOTHING_SAID
from madoguchi.work.record.public import Because


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


ANSWERS = ("keeps", "later", "nobody", "gives")  # what cannot be undone stands last


@dataclass(frozen=True)
class Call:
    """One call: they keep the place, give it back, will say later, or nobody answered.

    `on`: the day as it is now; `unreached`: how often nobody answered, this time included; `to`:
    the beginning of which they were told; `against`: why they were rung against their wish;
    `minutes`: how long it took.
    """

    answer: str
    text: str = field(repr=False)
    on: date
    unreached: Outcome | None = None
    to: datetime | None = None
    against: Against | None = None
    minutes: int = 0

    def contact(self, today: date) -> record.Contact:
        """The contact as the record keeps it; the case is looked at again on the day itself."""
        outcome, next_on = Outcome.CALL_BACK, None
        if self.answer == "nobody" and self.unreached:
            outcome = self.unreached
        elif self.answer == "keeps":
            outcome, next_on = Outcome.ANSWERED, max(self.on, today)
        elif self.answer == "gives":
            outcome = Outcome.ANSWERED
        return record.Contact(
            "call",
            "phone",
            "out",
            outcome,
            self.text,
            minutes=self.minutes,
            next_on=next_on,
            against=self.against,
        )


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

    Whoever answered is not rung again for the tries of before.

    Raises:
        Absent: the booking is not this case's.
        Refused: the booking was changed or its day moved again meanwhile, or it stands no more.
    """
    with together(actor, "case.log", case, now=now):
        if call.answer == "keeps":
            bookings.agree(actor, case, seen, call.to, now=now, idempotency_key=idempotency_key)
        elif call.answer == "gives":
            because, key = Because("person"), idempotency_key
            bookings.cancel(actor, case, seen, call.to, because, now=now, idempotency_key=key)
        entry: UUID = record.log(
            actor,
            case,
            call.contact(now.date()),
            said=record.calls_made(case) if call.answer in ("keeps", "gives") else NOTHING_SAID,
            now=now,
            idempotency_key=idempotency_key,
        )
        return entry


def write(
    actor: Actor,
    case: Case,
    booking_id: UUID,
    text: str,
    look_on: date,
    *,
    now: datetime,
    idempotency_key: str,
) -> UUID:
    """Write to a person of the change of their day; the booking keeps when.

    `look_on`: the day on which the desk looks whether there was an answer.

    Raises:
        Absent: the case is not the actor's.
        Refused: there is no text, or the case changed meanwhile.
    """
    with together(actor, "case.answer", case, now=now):
        entry: UUID = record.answer(
            actor, case, text, look_on, now=now, idempotency_key=idempotency_key
        )
        written_at = Entry.of(case.office_id).values_list("at", flat=True).get(pk=entry)
        rows = Booking.of(case.office_id).filter(pk=booking_id, case_id=case.id)
        rows.update(written_at=written_at)
        return entry
