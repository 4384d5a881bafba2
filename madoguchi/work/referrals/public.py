"""What the person may do with a referral: read what would be passed on, approve or decline it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.steps.referral import State, Verb, after
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import public as cases
from madoguchi.work.record import public as record
from madoguchi.work.referrals.models import Referral

REACHED_AT = frozenset({"consult.phone.label", "consult.email.label"})
A_LINE, LINES_A_PAGE, BLOCKS_A_LINE = 36, 34, 4
# The columns that the portal's role may read, by docs/running/roles.sql.
READABLE = "id", "office_id", "case_id", "drawer", "state", "details", "approval", "at"


@dataclass(frozen=True)
class Summary:
    """What is passed on (渡す内容): answers by the text key of their question, and free text."""

    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    told: str = field(default="", repr=False)
    asks: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        facts = tuple((label, words) for label, words in stored["facts"])
        return cls(facts, stored["told"], stored["asks"])

    def safely(self, contact: str, words: str, *, always: bool = False) -> Self:
        """The same with how contact is safe, under the text key `contact`.

        No number and no address goes without it; what has neither, only if it had it already, or
        `always`.
        """
        if not always and {contact, *REACHED_AT}.isdisjoint(label for label, _ in self.facts):
            return self
        facts = dict(self.facts) | {contact: words}
        return replace(self, facts=tuple(facts.items()))

    @property
    def fits_a_page(self) -> bool:
        """Whether it takes about one sheet of A4; the paper goes on to a second where it has to."""
        blocks = [*(words for _, words in self.facts), self.told, self.asks]
        lines = [line for block in blocks if block for line in block.split("\n")]
        rows = sum(max(1, -(-len(line) // A_LINE)) for line in lines)
        return rows + len(blocks) // BLOCKS_A_LINE <= LINES_A_PAGE

    @property
    def empty(self) -> bool:
        """Whether nothing would be passed on."""
        return not (self.facts or self.told.strip() or self.asks.strip())


@dataclass(frozen=True)
class Approval:
    """How and when the person approved the summary: `screen`, `paper`, `aloud` or `receipt`."""

    how: str
    at: str


@dataclass(frozen=True)
class Proposal:
    """A summary that waits for the person's approval."""

    id: UUID
    agency: str
    at: datetime
    until_on: date | None
    summary: Summary = field(repr=False)


def proposals(held: cases.Holding) -> tuple[Proposal, ...]:
    """The summaries of the case that wait for the person's approval, oldest first."""
    rows = Referral.of(held.office_id).filter(
        case_id=held.case_id, drawer=held.drawer.name, state=State.PREPARED, approval=b""
    )
    found: list[Proposal] = []
    for row in rows.only(*READABLE).order_by("at", "id"):
        details = held.drawer.open("referral", row.id, row.details)
        until = details["consent"]["until_on"]
        until_on = date.fromisoformat(until) if until else None
        summary = Summary.from_json(details["summary"])
        found.append(Proposal(row.id, details["agency"], row.at, until_on, summary))
    return tuple(found)


@action("referral.approve")
def approve(
    _actor: Actor, held: cases.Holding, referral_id: UUID, due_on: date, *, now: datetime
) -> UUID:
    """Approve exactly this summary; the desk gets a due on `due_on` to pass it on."""
    row = _waiting(held, referral_id)
    row.approval = held.drawer.seal(
        "approval", row.id, asdict(Approval("receipt", now.isoformat()))
    )
    row.save(update_fields=["approval"])
    _note(held, row, Verb.APPROVE, now)
    cases.desks_turn(held, due_on, "approved", now)
    return row.id


@action("referral.decline")
def decline(
    _actor: Actor, held: cases.Holding, referral_id: UUID, due_on: date, *, now: datetime
) -> UUID:
    """Decline: the referral ends, and the desk gets a due on `due_on`."""
    row = _waiting(held, referral_id)
    row.state, row.due_on = after(State(row.state), Verb.WITHDRAW), None
    row.save(update_fields=["state", "due_on"])
    _note(held, row, Verb.WITHDRAW, now)
    cases.desks_turn(held, due_on, "declined", now)
    return row.id


def _waiting(held: cases.Holding, referral_id: UUID) -> Referral:
    """The row, which must still wait for an answer.

    Raises:
        Absent: no such summary for this person.
        Refused: it was answered or taken back meanwhile.
    """
    rows = Referral.of(held.office_id).filter(case_id=held.case_id, drawer=held.drawer.name)
    row = rows.only(*READABLE).filter(pk=referral_id).first()
    if row is None:
        raise Absent
    if row.state != State.PREPARED or row.approval:
        raise Refused(Reason("referral.answered_before"))
    return row


def _note(held: cases.Holding, row: Referral, verb: Verb, now: datetime) -> None:
    agency = held.drawer.open("referral", row.id, row.details)["agency"]
    words = {"agency": agency, "step": verb.value, "how": "receipt"}
    record.write(held.drawer, "referral", words, staff_id=None, now=now)
