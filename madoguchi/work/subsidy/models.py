"""The grant (交付) from application to payment, and the year's budget that it is paid from.

Who applied, sums, numbers and reasons are sealed in the grant's steps; readable are its state and
the days on which something happened, and of money only the totals of a year.
"""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools import bounds
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.models import GoesWithKeys
from madoguchi.tools.vault.seal import associated_data
from madoguchi.work.cases.models import DRAWERS, OfOffice, situation


class Draft(OfOffice):
    """An application that the person has begun (下書き), one a case; sealed in the shared drawer.

    Once it is sent the row stays, with nothing in it.
    """

    case_id = models.UUIDField(unique=True)
    told = bounds.CappedBytes()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("subsidy_draft", "told"),
            bounds.years("subsidy_draft", ("at",)),
        ]


class Grant(OfOffice):
    """One application and what came of it; the subject of every act on it.

    `fiscal_year` and `number` (整理番号, from 1 in each year) are given when the desk receives it.
    Each column follows from the grant's steps and verdicts (`history.follows`).
    """

    case_id = models.UUIDField(db_index=True)
    state = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    sent_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    fiscal_year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            bounds.years("subsidy_grant", ("sent_at",), ("received_on",)),
            bounds.codes("subsidy_grant", state=State, channel=("web", "paper")),
            models.UniqueConstraint(
                fields=["office_id", "fiscal_year", "number"], name="subsidy_one_number"
            ),
            models.CheckConstraint(
                name="subsidy_number_when_received",
                condition=Q(received_on__isnull=True, fiscal_year__isnull=True, number__isnull=True)
                | Q(received_on__isnull=False, fiscal_year__isnull=False, number__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["office_id", "state"], name="subsidy_grant_state"),
            models.Index(fields=["office_id", "case_id"], name="subsidy_grant_case"),
        ]

    @property
    def paper_of(self) -> UUID:
        """Whose papers are issued for it: its own."""
        return self.id

    @property
    def called(self) -> dict[str, int]:
        """What an audit line says of it: its number (整理番号); nothing before it has one."""
        if self.fiscal_year is None or self.number is None:
            return {}
        return {"grant_year": self.fiscal_year, "grant_number": self.number}

    def situation(self, actor: Actor) -> str:
        """The situation by which `rights.toml` decides; the deny list and 秘匿 are of the case."""
        standing = situation(self.office_id, self.case_id, actor)
        if standing == "denied":
            return standing
        if actor.role == "subsidy_officer":
            return "secret" if standing == "secret" else "applied"
        if actor.role == "auditor":
            drawn = Sample.of(self.office_id).filter(grant_id=self.id).exists()
            return "sampled" if drawn else "office"
        return standing


class OfGrant(OfOffice):
    """A row of a grant, whose sealed values are bound to its columns `BOUND`.

    They are bound to the case by the drawer whose key seals them.
    """

    BOUND: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    @property
    def associated_data(self) -> bytes:
        """What its values are bound to."""
        return associated_data(*(getattr(self, name) for name in self.BOUND))

    @classmethod
    def of_cases(cls, office_id: UUID, *case_ids: UUID) -> models.QuerySet[Self]:
        """The rows of all grants of some cases."""
        grants = Grant.of(office_id).filter(case_id__in=case_ids)
        return cls.of(office_id).filter(grant_id__in=grants.values("id"))


class Step(OfGrant):
    """One step of a grant's life (経過): append-only, the newest says where the grant is.

    `told`: what the step is about, in `drawer`. `shown`: what the person reads of a step of the
    desk, always in the shared drawer; empty where they read nothing of it.
    """

    BOUND = ("grant_id", "number", "verb", "state", "on", "staff_id", "drawer", "at")

    case_id = models.UUIDField()
    grant_id = models.UUIDField()
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    on = models.DateField()
    staff_id = models.UUIDField(null=True)
    drawer = models.CharField(max_length=6)
    told = bounds.CappedBytes()
    shown = bounds.CappedBytes(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("subsidy_step", "told", "shown"),
            bounds.years("subsidy_step", ("at",), ("on",)),
            bounds.codes("subsidy_step", verb=Verb, state=State, drawer=DRAWERS),
            models.UniqueConstraint(fields=["grant_id", "number"], name="subsidy_one_step"),
        ]


class Check(OfGrant):
    """A verdict on one condition (判定), sealed in the staff drawer; the newest of each holds."""

    BOUND = ("grant_id", "number", "staff_id", "at")

    case_id = models.UUIDField()
    grant_id = models.UUIDField()
    number = models.PositiveIntegerField()
    told = bounds.CappedBytes()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("subsidy_check", "told"),
            models.UniqueConstraint(fields=["grant_id", "number"], name="subsidy_one_check"),
        ]


class Mark(GoesWithKeys, OfOffice):
    """A mark by which grants that may be one person's are found (`doubles`).

    Equal ones are of grants that share something; of what, only the office's key tells. `step`: the
    newest step of the grant that it was made from. Each grant has one that is its own alone.
    """

    case_id = models.UUIDField(db_index=True)
    grant_id = models.UUIDField()
    step = models.PositiveIntegerField()
    mark = bounds.CappedBytes()

    class Meta:
        constraints = [*bounds.longest("subsidy_mark", "mark")]
        indexes = [
            models.Index(fields=["office_id", "mark"], name="subsidy_marked"),
            models.Index(fields=["grant_id", "step"], name="subsidy_marked_step"),
        ]


class Budget(OfOffice):
    """A fiscal year's budget (予算の控え): what is decided is reserved, what is paid is spent.

    The sums are of all grants of the year. `terms`: how it is known that this year's rules hold
    (交付要領): `new` (the programme has them) or `same` (the desk confirmed the earlier ones).
    """

    fiscal_year = models.PositiveSmallIntegerField()
    budget_yen = models.PositiveBigIntegerField()
    reserved_yen = models.PositiveBigIntegerField(default=0)
    spent_yen = models.PositiveBigIntegerField(default=0)
    warn_below_yen = models.PositiveBigIntegerField()
    section = models.CharField(max_length=200, blank=True)  # 款項目節
    terms = models.CharField(max_length=4)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            bounds.codes("subsidy_budget", terms=("new", "same")),
            models.UniqueConstraint(
                fields=["office_id", "fiscal_year"], name="subsidy_one_budget_a_year"
            ),
            models.CheckConstraint(
                name="subsidy_never_negative", condition=Q(reserved_yen__gte=0, spent_yen__gte=0)
            ),
            models.CheckConstraint(
                name="subsidy_never_overspent",
                condition=Q(budget_yen__gte=F("reserved_yen") + F("spent_yen")),
            ),
        ]


class BudgetChange(OfOffice):
    """A change of a year's budget (当初・補正・流用): append-only; no person is in it."""

    budget_id = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    yen = models.BigIntegerField()
    document_number = models.CharField(max_length=100, blank=True)
    on = models.DateField()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            bounds.codes(
                "subsidy_budgetchange", kind=("opening", "supplement", "transfer", "correction")
            ),
            models.UniqueConstraint(fields=["budget_id", "number"], name="subsidy_one_change"),
        ]


class Sample(OfOffice):
    """A grant that an auditor drew (抽出): they may read its whole file from then on."""

    grant_id = models.UUIDField(unique=True)
    staff_id = models.UUIDField()
    at = models.DateTimeField()
