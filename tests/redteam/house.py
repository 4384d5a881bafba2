"""What the red team finds when it comes: cases with files, read, answered and noted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.models import Receipt
from madoguchi.tools.vault.upload import SealedUpload, SealingHandler
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding
from madoguchi.work.intake.public import ask
from madoguchi.work.record import actions as record
from madoguchi.work.referrals import actions as referrals
from tests.built import built
from tests.offices import actor_of, make_staff
from tests.redteam.requests import request
from tests.web.portal.browsing import holding


@dataclass(frozen=True)
class Asked:
    """A request and its receipt."""

    who: visit.Holder
    case_id: UUID
    number: str
    secret: str


def upload(content: bytes = b"\xff\xd8 picture", name: str = "a.jpg") -> SealedUpload:
    """The content as it arrives with a form."""
    handler = SealingHandler()
    handler.new_file("file", name, "image/jpeg", len(content), None, {})
    handler.receive_data_chunk(content, 0)
    return handler.settled(len(content))


@built
def asked_with_file(
    office: OfficeCard,
    now: datetime,
    text: str = "書き込みを消したい",
    content: bytes = b"\xff\xd8 picture",
) -> Asked:
    """A person asks for help and sends a picture."""
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text=text), now, [upload(content)])
    assert ask(who, office, request(now, text), "net", now=now)
    done = visit.recall(who, "done", now)
    assert done is not None
    receipt = Receipt.objects.get(office_id=office.id, number=done["number"])
    return Asked(who, receipt.case_id, done["number"], done["secret"])


@built
def read_and_answered(office: OfficeCard, asked: Asked, now: datetime) -> Actor:
    """A counsellor opens, takes, notes, plans, refers and answers; the counsellor."""
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(actor, asked.case_id, now=now)

    def case() -> Case:
        return queries.find(actor, asked.case_id)

    actions.take(actor, case(), now=now)
    record.note(actor, case(), "内部の記録", now=now)
    actions.plan(actor, case(), "call", now.date(), "電話する", "chosen", now=now)
    told = referrals.NewReferral("houterasu", referrals.Consent("told_only"), now.date())
    referrals.refer(actor, case(), told, now=now)
    record.answer(actor, case(), "こう答えます", now.date(), now=now)
    return actor


@pytest.fixture
def asked(office: OfficeCard, now: datetime) -> Asked:
    """Somebody asked for help and sent a picture."""
    return asked_with_file(office, now)


@pytest.fixture
def held(office: OfficeCard, now: datetime) -> Holding:
    """Somebody asked for help, and has opened their receipt."""
    asked = asked_with_file(office, now)
    return holding(office, (asked.number, asked.secret))
