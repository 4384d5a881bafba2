"""What the worker does for questions about a page: look for danger, send the answer, forget."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue, require_ours
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import forget, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import danger
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.public import Thing
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.queries import answer_of, drawer_of, question_of
from madoguchi.work.notices import public as notices

BACK = {"ended": "", "ended_at": None, "forget_on": None, "undelivered": True}


def hand_back() -> None:
    """Have the desk look again at questions whose answer was not sent, since nobody sends it."""
    Enquiry.objects.filter(ended="answered", sent_at__isnull=True).update(**BACK)


def notice_all(now: datetime) -> None:
    """Have each waiting question looked at, after a restore: the backup may not say it."""
    for row in Enquiry.objects.filter(ended=""):
        enqueue("intake.enquiry.notice", row.id, at=now)


def notice(enquiry_id: UUID, *, now: datetime) -> None:
    """Look for words that mean danger; what does not open is left to its page, which says so."""
    row = Enquiry.objects.filter(pk=enquiry_id, ended="").first()
    if row is not None:
        with suppress(unseal.Forgotten, Tampered, Unreadable):
            _notice(Actor(row.office_id, "worker"), _thing(row), row, now=now)


@action("danger.notice")
def _notice(_actor: Actor, thing: Thing, row: Enquiry, *, now: datetime) -> None:
    text = question_of(row, drawer_of(thing)).text
    noticed = danger.means_danger(row.office_id, now, text)
    Enquiry.objects.filter(pk=row.pk).update(noticed=noticed)


def send(enquiry_id: UUID, *, now: datetime) -> None:
    """Mail the answer to the address that was given, under a neutral subject.

    A worker that is killed after the server accepted it and before the row says so sends it once
    more, under the same message id. What no server accepts is looked at again by the desk.
    """
    row = Enquiry.objects.filter(pk=enquiry_id, ended="answered", sent_at__isnull=True).first()
    if row is None:
        return
    with outbox.line() as line:
        try:
            address, text = _letter(Actor(row.office_id, "worker"), _thing(row), row, now=now)
        except unseal.Forgotten:
            return
        office = by_id(row.office_id)
        words = notices.words(office, now.date())
        subject = words.get("mail.subject", city=office.name).words
        body = words.get("enquiry.mail", text=text, city=office.name).words
        require_ours()
        try:
            outbox.send(line, row.id, address, subject, body)
        except outbox.Undeliverable:
            Enquiry.objects.filter(pk=row.pk).update(**BACK)
        else:
            Enquiry.objects.filter(pk=row.pk).update(sent_at=now)


@action("enquiry.send")
def _letter(_actor: Actor, thing: Thing, row: Enquiry, *, now: datetime) -> tuple[str, str]:  # noqa: ARG001 - the act's form
    drawer = drawer_of(thing)
    return question_of(row, drawer).email, answer_of(row, drawer)


def untold(enquiry_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 - as of a mail
    """The answer is never sent: the desk looks at the question again."""
    Enquiry.objects.filter(pk=enquiry_id, ended="answered", sent_at__isnull=True).update(**BACK)


def sweep(now: datetime) -> None:
    """Forget the questions whose day has come: key, row and all.

    An answer that is not sent yet is not forgotten before it is.
    """
    over = Enquiry.objects.filter(forget_on__lte=now.date())
    for row in list(over.exclude(ended="answered", sent_at__isnull=True)):
        thing = _thing(row)
        with transaction():
            cases.let_go(Actor(row.office_id, "worker"), thing, now=now)
            row.delete()
            enqueue("intake.enquiry.settle", thing.case_id, at=now)


def forget_unopenable(now: datetime) -> None:
    """Forget questions that no key opens, after a restore: they ended since the backup."""
    for row in list(Enquiry.objects.exclude(pk__in=DrawerKey.objects.values("case_id"))):
        cases.let_go(Actor(row.office_id, "worker"), _thing(row), now=now)
        row.delete()


def settle(_enquiry_id: UUID, *, now: datetime) -> None:  # noqa: ARG001 - a job's form
    """Clear the forgotten keys out of the database's log.

    Raises:
        Lingering: somebody reads from the log, try again.
    """
    if not forget.settle([]):
        raise cases.Lingering


def _thing(row: Enquiry) -> Thing:
    return Thing(row.office_id, row.id)
