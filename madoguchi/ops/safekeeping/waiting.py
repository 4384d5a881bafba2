"""Mails that waited to be sent when the backup was taken (送る前だったメール).

Since then their people may have been told, or it may not be safe any more: none is sent by itself.
"""

from datetime import datetime

from madoguchi.tools.mail import outbox
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import jobs
from madoguchi.work.intake.enquiry import jobs as enquiries


def withhold(now: datetime) -> int:
    """Withhold them all and have the desk look at their cases today; the number of cases."""
    enquiries.hand_back()
    cases = outbox.withhold_waiting("restored")
    keys = DrawerKey.objects.filter(case_id__in=cases)  # a forgotten case has none
    living = set(keys.values_list("case_id", flat=True))
    for case_id in sorted(living):
        jobs.tell_desk(case_id, now=now)
    return len(living)
