"""The case as its person reads it (本人に見せる案件): state, messages both ways, files by name."""

from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.interviews import public as interviews
from madoguchi.work.interviews.public import Booked
from madoguchi.work.record import public as record
from madoguchi.work.record.public import Message
from madoguchi.work.referrals import public as referrals

SHOWN = ("received", "sent", "deletion")


@dataclass(frozen=True)
class CasePage:
    """What the page shows of a case; `asked`: a summary waits for the person's yes."""

    state: str
    rule: str
    messages: tuple[Message, ...] = field(repr=False)
    files: tuple[FileCard, ...] = field(repr=False)
    asked: bool
    interviews: tuple[Booked, ...]

    @property
    def news(self) -> int:
        """How many messages of the desk are new."""
        return sum(message.new for message in self.messages)


def case_page(actor: Actor, held: cases.Holding, now: datetime) -> CasePage:
    """The page of a case; the desk's messages count as seen from now on."""
    return CasePage(
        state=f"state.public.{cases.state(held)}",
        rule=f"consult.contact_rule.{cases.wishes(held.drawer).contact_rule}",
        messages=tuple(m for m in record.read(actor, held, now=now) if m.kind in SHOWN),
        files=evidence.cards(held.drawer),
        asked=bool(referrals.proposals(held)),
        interviews=tuple(one for one in interviews.own(held) if one.on >= now.date()),
    )
