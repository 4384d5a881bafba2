"""Ask for a job by name, in the transaction of the act that wants it."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.later.models import Job

LISTED = frozenset(
    {
        "cases.adopt",
        "intake.enquiry.send",
        "intake.enquiry.settle",
        "intake.mail.settle",
        "record.tell",
        "interviews.follow",
        "interviews.recheck",
        "clinic.bookings.follow",
        "clinic.bookings.apart",
        "clinic.bookings.look",
        "clinic.waiting.offer",
    }
)


def later(name: str, subject_id: UUID, *, at: datetime) -> None:
    """Have the worker run `work.<room>.jobs.<verb>` with this id at or after the time.

    Raises:
        ValueError: for a name that is not listed here.
    """
    if name not in LISTED:
        message = f"{name}: no such job; add it to LISTED"
        raise ValueError(message)
    Job.objects.create(name=name, subject_id=subject_id, run_at=at)


def asked(name: str, subject_id: UUID) -> bool:
    """Whether this job is asked for already, and not done."""
    return Job.objects.filter(name=name, subject_id=subject_id, done_at__isnull=True).exists()
