"""A case with a counsellor, and a paper to issue."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs, queries
from madoguchi.work.issued import actions
from madoguchi.work.issued.actions import MadePaper, Papers
from madoguchi.work.issued.queries import IssuedCard, issued
from tests import looking
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked

PDF = b"%PDF-1.7 the bytes of a paper for " + "𠮷田 花子".encode()
TITLE = "補助金交付申請書"


def made(pdf: bytes = PDF, number: str = "渋人第12号") -> MadePaper:
    """A paper, ready to be issued."""
    return MadePaper("subsidy_application", TITLE, pdf, 2, ("𪚥",), number)


@looking.inside()
def issue(
    actor: Actor, of: Papers, made: MadePaper, *, now: datetime, idempotency_key: str | None = None
) -> IssuedCard:
    """Issue it, and look how it is kept."""
    id_ = actions.issue(actor, of, made, now=now, idempotency_key=idempotency_key)
    _, staff = unseal.drawers(of.office_id, of.case_id)
    return next(card for card in issued(staff, of.paper_of) if card.id == id_)


def taken(office: OfficeCard, now: datetime) -> tuple[Actor, UUID]:
    """A counsellor and the case that they took."""
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    case_id = asked(office, now).pk
    jobs.adopt(case_id, now=now)
    cases.take(actor, queries.find(actor, case_id), now=now)
    return actor, case_id
