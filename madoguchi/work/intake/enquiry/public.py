"""What the public side may do: ask about a page. No cookie, no case; it cannot be read again."""

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import action, done_before
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import seal
from madoguchi.tools.vault.fairness import DAY
from madoguchi.work.cases.public import Thing, consultee
from madoguchi.work.intake.enquiry.models import Enquiry


@dataclass(frozen=True)
class Question:
    """What was asked; `email`: where the answer goes, empty where none is wished."""

    text: str = field(repr=False)
    email: str = field(default="", repr=False)


def ask(office: OfficeCard, question: Question, token: str, network: str, *, now: datetime) -> None:
    """File the question once, whatever repeats it; only a new one counts against the day.

    Raises:
        DayFull: the network has asked as often today as it may.
    """
    actor = consultee(office.id)
    # Of this page with these words: changed and sent again, it is another question.
    key = json.dumps([token, question.text, question.email])
    idempotency_key = hashlib.sha256(key.encode()).hexdigest()
    if done_before(actor, "enquiry.ask", idempotency_key):
        return
    DAY.enquire(office.id, network, now)
    _ask(
        actor,
        Thing(office.id, uuid.uuid4()),
        office,
        question,
        now=now,
        idempotency_key=idempotency_key,
    )


@action("enquiry.ask")
def _ask(
    _actor: Actor, thing: Thing, office: OfficeCard, question: Question, *, now: datetime
) -> UUID:
    drawer = seal.new_letter(office, thing.case_id)
    row = Enquiry(id=thing.case_id, office_id=thing.office_id, at=now)
    row.words = drawer.seal("enquiry", row.id, asdict(question))
    row.save(force_insert=True)
    enqueue("intake.enquiry.notice", row.id, at=now)
    return row.id
