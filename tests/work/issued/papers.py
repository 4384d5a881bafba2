"""A case with a counsellor, and a paper to issue."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs, queries
from madoguchi.work.issued.actions import MadePaper
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked

PDF = b"%PDF-1.7 the bytes of a paper for " + "𠮷田 花子".encode()
TITLE = "補助金交付申請書"


def made(pdf: bytes = PDF, number: str = "渋人第12号") -> MadePaper:
    """A paper, ready to be issued."""
    return MadePaper("subsidy_application", TITLE, pdf, 2, ("𪚥",), number)


def taken(office: OfficeCard, now: datetime) -> tuple[Actor, UUID]:
    """A counsellor and the case that they took."""
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    case_id = asked(office, now).pk
    jobs.adopt(case_id, now=now)
    cases.take(actor, queries.find(actor, case_id), now=now)
    return actor, case_id
