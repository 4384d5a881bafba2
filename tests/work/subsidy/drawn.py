"""A grant with attachments and issued papers, and an auditor who drew it."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import upload
from madoguchi.work.evidence import public as evidence
from madoguchi.work.issued.actions import MadePaper, issue
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.sampling import actions as sampling
from tests import looking
from tests.offices import actor_of, make_staff
from tests.work.subsidy.filed import step
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent

JPEG = b"\xff\xd8\xff\xe0 the screen of a post " + bytes(range(256)) * 40
PDF = b"%PDF-1.7 the bytes of a letter"


def attach(grant: Grant, name: str, content: bytes, now: datetime) -> UUID:
    """A file that the person sent with a message of their case."""
    actor = Actor(grant.office_id, "consultee")
    shared, _ = looking.drawers(grant.office_id, grant.case_id)
    with closing(upload.seal(name, "image/jpeg", content)) as sealed, transaction():
        with chain.seals() as seals:
            upload.belong(sealed, grant.office_id, grant.case_id, now)
            evidence.file(shared, uuid4(), [(sealed.file_id, sealed.about)], now)
        chain.append(actor, "message.add", grant.case_id, outcome="done", now=now, sealed=seals)
        return sealed.file_id


def corrected(desk: Desk, applied: Applied) -> None:
    """The application as it stands after a correction."""
    grant = desk.grant
    grant.state = State.RETURNED
    step(grant, Verb.COMPLETE, {"application": applied.to_json()}, desk.now, "shared")


def whole(office: OfficeCard, now: datetime, state: str = "paid", **told: object) -> Desk:
    """A grant with a screen and an estimate attached, and one letter issued."""
    opened_year(office)
    desk = sent(office, now)
    desk.receive()
    screen = attach(desk.grant, "花子の画面 CANARY-name.jpg", JPEG, now - timedelta(minutes=1))
    estimate = attach(desk.grant, "見積書 花子.pdf", PDF + b" estimate", now)
    applied = replace(APPLIED, screen_files=(screen,), estimate_files=(estimate,), **told)  # type: ignore[arg-type] # fields of an application
    corrected(desk, applied)
    desk.until(state)
    letter = MadePaper("grant_decision", "補助金交付決定通知書", PDF, 2, (), "渋安第12号")
    issue(desk.officer, desk.grant, letter, now=now)
    return desk


def auditor(office: OfficeCard, now: datetime) -> Actor:
    """An auditor who drew nothing yet."""
    return actor_of(make_staff(office, "auditor", "監査", now))


def draw(actor: Actor, desk: Desk) -> None:
    """The auditor draws the grant."""
    sampling.draw(actor, desk.grant, now=desk.now)
