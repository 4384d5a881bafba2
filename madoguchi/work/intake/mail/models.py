"""Mails that came in (受信メール): each a loose thing until somebody decides what becomes of it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case, OfOffice

WAITING, ASIDE, TAKEN, ADDED, FORGOTTEN = "waiting", "aside", "taken", "added", "forgotten"
FILED = (TAKEN, ADDED)
ASIDE_FOR = timedelta(days=30)  # until it is forgotten


class Mail(OfOffice):
    """One mail. What it says, and its raw file's key, is sealed in a drawer of its own.

    Once it is part of a case, and once it is forgotten, nothing of that is here any more.
    `mark`: a hash of the raw bytes that only the office's key makes, so that no mail comes in
    twice; `copy`: the same mail, handed in again after it was dealt with.
    """

    mark = models.CharField(max_length=64)
    copy = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=WAITING)
    about = models.BinaryField()
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    staff_id = models.UUIDField(null=True)
    became_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "mark", "copy"], name="intake_mail_comes_once"
            ),
            models.CheckConstraint(
                name="intake_mail_filed_in_a_case",
                condition=models.Q(state__in=FILED, became_id__isnull=False)
                | (~models.Q(state__in=FILED) & models.Q(became_id__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["office_id", "state", "arrived_at", "id"], name="intake_mail_queue"
            )
        ]

    @property
    def forget_at(self) -> datetime | None:
        """When it is forgotten; None while somebody has to decide about it, and once filed."""
        return self.decided_at + ASIDE_FOR if self.state == ASIDE and self.decided_at else None

    @property
    def case_id(self) -> UUID:
        """What an act on this subject belongs to: the mail itself, which is no case."""
        return self.id

    def situation(self, actor: Actor) -> str:
        """`office` until it is part of a case; then how the actor stands to that case."""
        if self.became_id is None:
            return "office"
        case = Case.of(self.office_id).filter(pk=self.became_id).first()
        return case.situation(actor) if case else "denied"
