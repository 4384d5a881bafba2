"""The lawyer's clinic (法律相談): who sits when, bookings, the waiting list, briefs and packs.

A day is known by its `day`: the date on which it was first announced, and the venue where there are
several. Dates and times are derived from it (`rules.slots.day`), so that a day which moves moves
all its bookings without touching one row.
"""

from django.db import models

from madoguchi.rules.steps.booking import State
from madoguchi.tools import bounds
from madoguchi.work.cases.models import OfOffice


class Lawyer(OfOffice):
    """A lawyer of the roster (担当弁護士); `account_id`: the account, where there is one."""

    name = models.CharField(max_length=100)
    firm = models.CharField(max_length=100, blank=True)
    account_id = models.UUIDField(null=True)
    ended_on = models.DateField(null=True)


class Sitting(OfOffice):
    """A lawyer sits on a day of the clinic (担当日); those who book the same `seat` are theirs."""

    day = models.CharField(max_length=40)
    lawyer_id = models.UUIDField(db_index=True)
    seat = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "day", "lawyer_id"], name="clinic_one_sitting"
            ),
            models.UniqueConstraint(
                fields=["office_id", "day", "seat"], name="clinic_one_lawyer_a_seat"
            ),
        ]


class Booking(OfOffice):
    """One place of one slot of a day (予約); what was said of it is sealed in the shared drawer.

    Two of one place cannot be: the database refuses the second. `agreed_at`: the beginning that the
    person agreed to; where the day begins otherwise by now, they have not answered its move yet.
    `agreed_before_at`: the beginning that they agreed to before the desk wrote down that they keep
    their place on a day that moved, as long as that can be taken back. `written_at`: when the desk
    wrote to them of the day's last change.
    `until_at`: until when a held or offered place is theirs; each of them has an end.
    `holder`: the visit that holds it. `outcome_at`: when what came of it was written down.
    `reminded_of`: the beginning of which the person was reminded last, at `reminded_at`; the
    desk's alone to write.
    A place that is held or kept belongs to no case.
    """

    case_id = models.UUIDField(null=True, db_index=True)
    day = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    seat = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    agreed_at = models.DateTimeField()
    agreed_before_at = models.DateTimeField(null=True, default=None)
    written_at = models.DateTimeField(null=True, default=None)
    until_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=64, default="")
    wanted = bounds.CappedBytes(default=b"")
    staff_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    reminded_of = models.DateTimeField(null=True, default=None)
    outcome_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            *bounds.longest("clinic_booking", "wanted"),
            bounds.years(
                "clinic_booking",
                (
                    *("agreed_at", "agreed_before_at", "written_at", "until_at", "at"),
                    *("reminded_at", "reminded_of", "outcome_at"),
                ),
            ),
            bounds.codes("clinic_booking", state=State, channel=("web", "desk", "list", "walk_in")),
            models.CheckConstraint(
                name="clinic_booking_until",
                condition=~models.Q(state__in=("held", "offered"))
                | models.Q(until_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["office_id", "day", "number", "seat"],
                name="clinic_one_a_place",
                condition=~models.Q(state__in=("cancelled", "lapsed")),
            ),
            models.CheckConstraint(
                name="clinic_of_a_case",
                condition=models.Q(state__in=("held", "kept"), case_id__isnull=True)
                | (~models.Q(state__in=("held", "kept")) & models.Q(case_id__isnull=False))
                | models.Q(state="lapsed"),
            ),
        ]


class Waiting(OfOffice):
    """Somebody waits for a place of a day, or of any (`day` empty): キャンセル待ち.

    `said`: that they asked to, sealed in the shared drawer; null where the desk put them down, or
    the program before this column did.
    """

    case_id = models.UUIDField(db_index=True)
    day = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default="waiting")
    said = bounds.CappedBytes(null=True, default=None, db_default=b"")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            *bounds.longest("clinic_waiting", "said"),
            bounds.years("clinic_waiting", ("at",)),
            bounds.codes("clinic_waiting", state=("waiting", "offered", "left")),
            models.UniqueConstraint(
                fields=["case_id", "day"],
                name="clinic_waits_once",
                condition=models.Q(state="waiting"),
            ),
        ]


class Brief(OfOffice):
    """What the lawyer is told of a case (相談の要点), sealed in the staff drawer; append-only.

    `state`: `refused` the person wants nothing to be passed on, `agreed` they consent and nothing
    is written yet, `ready` the brief can be printed.
    """

    case_id = models.UUIDField(db_index=True)
    booking_id = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7)
    brief = bounds.CappedBytes()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("clinic_brief", "brief"),
            bounds.codes("clinic_brief", state=("refused", "agreed", "ready")),
            models.UniqueConstraint(fields=["booking_id", "number"], name="clinic_one_brief_row"),
        ]


class Pack(OfOffice):
    """A pack was printed (封筒の書類): of which state of booking and brief, by whom, when."""

    booking_id = models.UUIDField(db_index=True)
    revision = models.PositiveIntegerField()
    brief_number = models.PositiveSmallIntegerField()
    agreed_at = models.DateTimeField()
    staff_id = models.UUIDField()
    at = models.DateTimeField()
