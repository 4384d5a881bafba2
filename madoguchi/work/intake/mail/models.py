"""Mails that came in (受信メール): each a loose thing until somebody decides what becomes of it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from madoguchi.tools import bounds
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case, OfOffice

WAITING, ASIDE, TAKEN, ADDED, FORGOTTEN = "waiting", "aside", "taken", "added", "forgotten"
FILED = (TAKEN, ADDED)
ASIDE_FOR = timedelta(days=30)  # until it is forgotten


class Mail(OfOffice):
    """One mail. Its contents, and its raw file's key, are sealed in a drawer of its own.

    They are deleted when it becomes part of a case, and when it is forgotten. `mark`: an HMAC of
    the raw bytes under the office's key, so that no mail comes in twice; `copy`: counts how often
    the same mail was handed in again after it was dealt with. `noticed`: words in it mean danger.
    """

    mark = models.CharField(max_length=64)
    copy = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=WAITING)
    about = bounds.CappedBytes()
    noticed = models.BooleanField(default=False, db_default=False)
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    staff_id = models.UUIDField(null=True)
    became_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            *bounds.longest("intake_mail_mail", "about"),
            bounds.codes("intake_mail_mail", state=(WAITING, ASIDE, *FILED, FORGOTTEN)),
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
                fields=["office_id", "state", "-noticed", "arrived_at", "id"],
                name="intake_mail_queue",
            )
        ]

    @property
    def forget_at(self) -> datetime | None:
        """When it will be forgotten; None unless it is set aside."""
        return self.decided_at + ASIDE_FOR if self.state == ASIDE and self.decided_at else None

    @property
    def case_id(self) -> UUID:
        """The mail's own id: an act on a mail belongs to no case."""
        return self.id

    def situation(self, actor: Actor) -> str:
        """`office` until it is part of a case; then how the actor stands to that case."""
        if self.became_id is None:
            return "office"
        case = Case.of(self.office_id).filter(pk=self.became_id).first()
        return case.situation(actor) if case else "denied"
