"""What the worker does with mails: receive what was fetched, look for words of danger, forget."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import forget as vault
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.public import Thing
from madoguchi.work.intake.mail import actions
from madoguchi.work.intake.mail.models import ASIDE, ASIDE_FOR, FORGOTTEN, WAITING, Mail


def receive(office_id: UUID, raw: bytes, *, now: datetime) -> UUID:
    """Store a fetched mail, once however often it comes; it is committed when this returns."""
    return actions.receive(Actor(office_id, "worker"), raw, again=False, now=now)


def sweep(now: datetime) -> None:
    """Forget the mails that were set aside long enough: their keys, their words, their files."""
    over = Mail.objects.filter(state=ASIDE, decided_at__lte=now - ASIDE_FOR)
    doomed: list[UUID] = []
    for mail_id in list(over.values_list("pk", flat=True)):
        with transaction():
            mail = Mail.objects.select_for_update().get(pk=mail_id)
            if mail.forget_at and mail.forget_at <= now:  # nobody took it back meanwhile
                files = _forget(mail, now)
                enqueue("intake.mail.settle", mail.id, at=now)
            else:
                files = []
        doomed += files
    if doomed:
        vault.settle(doomed)


def _forget(mail: Mail, now: datetime) -> list[UUID]:
    """Destroy the mail's keys and words; returns the files to unlink after the commit."""
    worker = Actor(mail.office_id, "worker")
    doomed = cases.let_go(worker, Thing(mail.office_id, mail.id), now=now)
    mail.state, mail.about = FORGOTTEN, b""
    mail.save(update_fields=["state", "about"])
    return doomed


def forget_unopenable(now: datetime) -> list[UUID]:
    """Forget mails that no key opens, after a restore: they were decided about since the backup.

    Returns the files to unlink. A mail that is needed after all can be handed in as a file.
    """
    doomed: list[UUID] = []
    undecided = Mail.objects.filter(state__in=(WAITING, ASIDE))
    for mail in list(undecided.exclude(pk__in=DrawerKey.objects.values("case_id"))):
        doomed += _forget(mail, now)
    return doomed


def notice_all(now: datetime) -> None:
    """Have each undecided mail looked at, after a restore: the backup may not say what it means."""
    for mail in Mail.objects.filter(state__in=(WAITING, ASIDE)):
        enqueue("intake.mail.notice", mail.id, at=now)


def notice(mail_id: UUID, *, now: datetime) -> None:
    """Look for words that mean danger; what does not open is left to the list, which says so."""
    mail = Mail.objects.get(pk=mail_id)
    with suppress(unseal.Forgotten, Tampered, Unreadable):
        actions.notice(Actor(mail.office_id, "worker"), mail, now=now)


def settle(mail_id: UUID, *, now: datetime) -> None:
    """Forget what a mail that is over still has, and clear its keys out of the database's log.

    Of one that was taken out of a case these are its files; of one that was swept, nothing.

    Raises:
        Lingering: somebody reads from the log, try again.
    """
    mail, doomed = Mail.objects.get(pk=mail_id), []
    if mail.state == FORGOTTEN and vault.remains(mail_id):
        thing = Thing(mail.office_id, mail.id)
        doomed = cases.let_go(Actor(mail.office_id, "worker"), thing, now=now)
    if not vault.settle(doomed):
        raise cases.Lingering
