"""Interviews (面談): who comes when, and the places that colleagues keep free of them."""

from django.db import models

from madoguchi.rules.steps.interview import State
from madoguchi.tools import bounds
from madoguchi.work.cases.models import OfOffice


class Interview(OfOffice):
    """One place at one time; what the person needs for it is sealed in the shared drawer.

    Two of one place cannot be: the database refuses the second. A place that a colleague keeps free
    belongs to no case; `staff_id` is that colleague, or who booked (none: the person).
    """

    case_id = models.UUIDField(null=True, db_index=True)
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    wanted = bounds.CappedBytes(default=b"")
    staff_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            *bounds.longest("interviews_interview", "wanted"),
            bounds.years("interviews_interview", ("at",), ("on",), ("starts", "ends")),
            bounds.codes("interviews_interview", state=State),
            models.UniqueConstraint(
                fields=["office_id", "on", "starts", "place"],
                name="interviews_one_a_place",
                condition=~models.Q(state="cancelled"),
            ),
            models.CheckConstraint(
                name="interviews_kept_for_no_case",
                condition=models.Q(state="kept", case_id__isnull=True)
                | (~models.Q(state="kept") & models.Q(case_id__isnull=False)),
            ),
        ]
