"""Entries by staff: an answer to the person, a contact and its outcome, a note, a correction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.case import State, Verb
from madoguchi.rules.steps.outcome import Next, Outcome, Turn, what_next
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import OF_PERSON
from madoguchi.work.notices.public import changes, in_force
from madoguchi.work.record import public
from madoguchi.work.record.models import Entry

MOST = 20_000
MOST_MINUTES = 24 * 60
type Kind = Literal["call", "interview", "letter", "received"]
type Way = Literal["web", "phone", "counter", "mail", "letter", "fax"]
type Direction = Literal["in", "out"]
CORRECTABLE = ("call", "interview", "letter", "note")  # what staff wrote; not a person's words


@dataclass(frozen=True)
class Contact:
    """One contact (やりとり) as staff write it down, in the staff drawer.

    `direction`: `in` from the person, `out` to them. `next_on`: the day that the officer chose,
    None for the outcome's own number of working days. `why`: what the next action is about.
    `happened_at`: when it was, if it is written down later. `details`: the story by field, as in
    `intake.public`.
    """

    kind: Kind
    way: Way
    direction: Direction
    outcome: Outcome
    text: str = field(default="", repr=False)
    minutes: int = 0
    next_on: date | None = None
    why: str = field(default="", repr=False)
    happened_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def require_complete(self, today: date) -> None:
        """Raise Refused unless the contact is complete.

        Raises:
            Refused: too long, no such time spent, or no day ahead where the outcome needs one.
        """
        _require_fits(self.text)
        _minutes(self.minutes)
        if self.next_on is None and what_next(self.outcome).asks_for_day:
            raise Refused(Reason("outcome.day"))
        if self.next_on is not None and self.next_on < today:
            raise Refused(Reason("due.past"))

    def words(self) -> dict[str, Any]:
        """The form in which it is sealed."""
        own = {name: getattr(self, name) for name in ("way", "direction", "text", "minutes")}
        later = {"happened_at": self.happened_at.isoformat()} if self.happened_at else {}
        return {**self.details, **own, "outcome": self.outcome.value, **later}


def _minutes(spent: int) -> int:
    if not 0 <= spent <= MOST_MINUTES:
        raise Refused(Reason("minutes.range"))
    return spent


def _checked(text: str) -> str:
    if not text.strip():
        raise Refused(Reason("text.empty"))
    _require_fits(text)
    return text


def _require_fits(text: str) -> None:
    if len(text) > MOST:
        raise Refused(Reason("text.long", values={"most": MOST, "length": len(text)}))


@action("case.answer")
def answer(actor: Actor, case: Case, text: str, follow_up_on: date, *, now: datetime) -> UUID:
    """Write to the person; the case waits for them, with a due on the day `follow_up_on`."""
    cases.hold(case)
    shared, _ = unseal.drawers(case.office_id, case.id)
    entry = public.write(shared, "sent", {"text": _checked(text)}, staff_id=actor.staff_id, now=now)
    cases.step(case, Verb.ANSWER, now)
    due = Due(
        office_id=case.office_id,
        case_id=case.id,
        kind="follow_up",
        on=follow_up_on,
        how="working_days",
    )
    cases.plan_next(case, due, now)
    outbox.queue(case.office_id, case.id, "answered", now=now)
    return entry.id


@action("case.log")
def log(actor: Actor, case: Case, contact: Contact, *, now: datetime) -> UUID:
    """Write down a contact; its outcome moves the case and sets its next due.

    A closed case opens again, unless the outcome itself closes it. Where the outcome closes the
    case and the actor may not, its counsellor gets a due for the next working day.
    """
    contact.require_complete(now.date())
    cases.hold(case)
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, contact.kind, contact.words(), staff_id=actor.staff_id, now=now)
    _apply_outcome(actor, case, staff, contact, now)
    return entry.id


def _apply_outcome(
    actor: Actor, case: Case, staff: Drawer, contact: Contact, now: datetime
) -> None:
    then = what_next(contact.outcome)
    if then.closes and case.state == State.CLOSED:
        return
    if then.closes and case.state != State.RECEIVED and allowed(actor, "case.close", case):
        cases.close(actor, case, then.closing, now=now)
        return
    if then.closes:
        then = Next(Turn.DESK, "close", 1)
    on, how = contact.next_on, "chosen"
    if on is None:
        desk = in_force(by_id(case.office_id), now.date()).desk
        on = working_day(desk, now.date(), then.days or 1, changes(case.office_id))
        how = "working_days"
    due = Due(office_id=case.office_id, case_id=case.id, kind=then.due, on=on, how=how)
    if contact.why:
        due.why = staff.seal("due", due.id, contact.why)
    cases.plan_next(case, due, now)
    cases.step(case, Verb.PROCEED if then.turn is Turn.DESK else Verb.AWAIT, now)


@action("case.hear")
def add_details(actor: Actor, case: Case, details: Mapping[str, Any], *, now: datetime) -> UUID:
    """Write down, by field, what the person said since (聞いたこと), in addition to the request.

    Earlier entries stay in the record; of one field the latest answer is shown.
    """
    of_person = {name: details[name] for name in OF_PERSON if name in details}
    if of_person:
        cases.amend(case, of_person, now)
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, "heard", dict(details), staff_id=actor.staff_id, now=now)
    return entry.id


@action("case.note")
def note(actor: Actor, case: Case, text: str, *, now: datetime) -> UUID:
    """Write a note into the staff drawer (記録); the person never sees it."""
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, "note", {"text": _checked(text)}, staff_id=actor.staff_id, now=now)
    return entry.id


@action("case.correct")
def correct(
    actor: Actor,
    case: Case,
    entry_id: UUID,
    text: str,
    minutes: int | None,
    reason: str,
    *,
    now: datetime,
) -> UUID:
    """Correct an entry of the staff drawer (訂正): a new one points to the earlier, which stays.

    Of two corrections of one entry both stay. The outcome cannot be corrected: it moved the case.
    """
    _, staff = unseal.drawers(case.office_id, case.id)
    rows = Entry.of(case.office_id).filter(case_id=case.id, drawer=staff.name)
    earlier = rows.filter(pk=entry_id, kind__in=CORRECTABLE).first()
    if earlier is None:
        raise Refused(Reason("entry.not_ours"))
    words = staff.open("entry", earlier.id, earlier.words)
    if "minutes" in words:
        words["minutes"] = _minutes(minutes or 0)
    words = {**words, "text": _checked(text), "corrects": str(earlier.id), "reason": reason}
    entry = public.write(staff, earlier.kind, words, staff_id=actor.staff_id, now=now)
    return entry.id
