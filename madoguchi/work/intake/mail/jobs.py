"""What the worker does with mails: take in what was fetched, forget what was laid aside."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import forget as vault
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.public import Loose
from madoguchi.work.intake.mail import actions
from madoguchi.work.intake.mail.models import ASIDE, ASIDE_FOR, FORGOTTEN, WAITING, Mail


def receive(office_id: UUID, raw: bytes, *, now: datetime) -> UUID:
    """Keep a fetched mail, sealed and committed when this returns; once, however often it comes."""
    return actions.receive(Actor(office_id, "worker"), raw, again=False, now=now)


def sweep(now: datetime) -> None:
    """Forget the mails that were laid aside long enough: their keys, their words, their files."""
    over = Mail.objects.filter(state=ASIDE, decided_at__lte=now - ASIDE_FOR)
    doomed: list[UUID] = []
    for mail_id in list(over.values_list("pk", flat=True)):
        doomed += _forget(mail_id, now)
    if doomed:
        vault.settle(doomed)


def _forget(mail_id: UUID, now: datetime) -> list[UUID]:
    """The files to unlink; none where somebody took the mail back meanwhile."""
    with transaction():
        mail = Mail.objects.select_for_update().get(pk=mail_id)
        if mail.forget_at is None or mail.forget_at > now:
            return []
        doomed = _let_go(mail, now)
        enqueue("intake.mail.settle", mail.id, at=now)
    return doomed


def _let_go(mail: Mail, now: datetime) -> list[UUID]:
    worker = Actor(mail.office_id, "worker")
    doomed = cases.let_go(worker, Loose(mail.office_id, mail.id), now=now)
    mail.state, mail.about = FORGOTTEN, b""
    mail.save(update_fields=["state", "about"])
    return doomed


def forget_unopenable(now: datetime) -> list[UUID]:
    """Forget mails that no key opens, in a house put back: they were decided about since.

    The files to unlink. One that is needed after all is handed in as a file.
    """
    doomed: list[UUID] = []
    undecided = Mail.objects.filter(state__in=(WAITING, ASIDE))
    for mail in list(undecided.exclude(pk__in=DrawerKey.objects.values("case_id"))):
        doomed += _let_go(mail, now)
    return doomed


def settle(_mail_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 - a job's form
    """Clear the forgotten keys out of the database's log, also after a sweep that was killed.

    Raises:
        Lingering: somebody reads from the log, try again.
    """
    if not vault.settle([]):
        raise cases.Lingering
