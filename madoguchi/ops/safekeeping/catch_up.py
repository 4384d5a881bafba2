"""What *keys* that are newer than *data* know more, written down as if it happened now (追いつき).

Cases that came since have no rows: their keys go. Cases first opened since lie under the office's
wraps: that opening gets a line. Cases forgotten since stay forgotten: they get theirs, and so do
mails and questions that were decided about since, which no key opens any more.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import forget
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.mail import jobs as mails


def strangers() -> None:
    """Drop keys and receipts of cases, and of loose things, that the data does not have."""
    for table in (DrawerKey, Receipt):
        rows = table.objects.exclude(case_id__in=Case.objects.values("pk"))
        rows.exclude(case_id__in=_loose()).delete()


def _loose() -> QuerySet[Line, UUID | None]:
    """What the lines know besides cases: whatever was made has a line of its making."""
    lines = Line.objects.filter(case_id__isnull=False).exclude(
        case_id__in=Case.objects.values("pk")
    )
    return lines.values_list("case_id", flat=True)


def openings(now: datetime) -> None:
    """Write a line for every opening whose wraps no line holds yet."""
    seals = Line.objects.exclude(seals={}).values_list("seals", flat=True)
    said = {place for sealed in seals.iterator() for place in sealed}
    fresh: dict[tuple[UUID, UUID], dict[str, str]] = defaultdict(dict)
    for row in DrawerKey.objects.filter(by="office").iterator():
        place = f"{row.id}/wrap/{row.drawer}"
        if place not in said:
            fresh[row.office_id, row.case_id][place] = chain.seal_hash(bytes(row.blob))
    for (office_id, case_id), sealed in fresh.items():
        worker = Actor(office_id, "worker")
        chain.append(worker, "case.adopt", case_id, outcome="done", now=now, sealed=sealed)


def decisions(now: datetime) -> list[UUID]:
    """Let go of the mails and questions whose keys are gone: nobody could read or decide them.

    The files to unlink.
    """
    enquiries.forget_unopenable(now)
    return mails.forget_unopenable(now)


def forgettings(case_ids: Iterable[str], now: datetime) -> tuple[list[UUID], int]:
    """Forget these cases where it is not done and written yet; files to unlink, how many cases."""
    offices = Office.objects.all()
    written = {case for office in offices for case in chain.cases_with(office.pk, "case.forget")}
    named = Case.objects.filter(pk__in={UUID(case_id) for case_id in case_ids})
    cases = [case for case in named if case.pk not in written or forget.remains(case.pk)]
    doomed: list[UUID] = []
    for case in cases:
        doomed += jobs.destroy(Actor(case.office_id, "worker"), case, now=now)
    return doomed, len(cases)
