"""What the auditor reads of grants (補助金の監査): a list without names, and the files they drew.

The list says the number of a grant in its year, where it is and since when: nothing of the case.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases.models import Access
from madoguchi.work.subsidy.bulk import received
from madoguchi.work.subsidy.bundle.dossier import Dossier, dossier
from madoguchi.work.subsidy.files.queries import find
from madoguchi.work.subsidy.ledger.queries import barred
from madoguchi.work.subsidy.models import Grant, Sample


@dataclass(frozen=True)
class SampleCard:
    """A grant as the auditor's list shows it; `drawn_at`: since when its file is theirs."""

    id: UUID
    number: int
    state: str
    received_on: date
    drawn_at: datetime | None


def years(actor: Actor) -> dict[int, int]:
    """The fiscal years among whose grants the auditor draws, the newest first; how many in each."""
    denied = Access.of(actor.office_id).filter(staff_id=actor.colleague, kind="deny")
    rows = Grant.of(actor.office_id).exclude(fiscal_year=None)
    rows = rows.exclude(case_id__in=denied.values("case_id"))
    counted = Counter(rows.values_list("fiscal_year", flat=True).iterator())
    return {year: counted[year] for year in sorted(filter(None, counted), reverse=True)}


def population(actor: Actor, year: int) -> tuple[SampleCard, ...]:
    """The grants of a fiscal year among which the auditor draws, by number.

    Raises:
        Absent: for a role that draws none.
    """
    if not rights.may(actor.role, "grant.sample", "office"):
        raise Absent
    of_year = Grant.of(actor.office_id).filter(fiscal_year=year)
    rows = tuple(received(of_year.order_by("number")))
    hidden = barred(actor, [row.case_id for row in rows])
    drawn = dict(Sample.of(actor.office_id).values_list("grant_id", "at"))
    return tuple(
        SampleCard(row.id, row.number, row.state, row.received_on, drawn.get(row.id))
        for row in rows
        if row.case_id not in hidden
    )


def drawn(actor: Actor, grant_id: UUID) -> bool:
    """Whether the grant was drawn, and is this auditor's to read."""
    return find(actor, grant_id).situation(actor) == "sampled"


def audit_file(actor: Actor, grant_id: UUID, *, now: datetime) -> Dossier:
    """The file of a grant that was drawn, whole: one line, committed before anything is shown.

    Raises:
        Absent: not there, not drawn, or not for this actor.
        Forgotten: the keys of its case were destroyed.
    """
    return _read(actor, find(actor, grant_id), now=now)


@action("grant.audit")
def _read(_actor: Actor, grant: Grant, *, now: datetime) -> Dossier:  # noqa: ARG001 - the act's form
    return dossier(grant, *unseal.drawers(grant.office_id, grant.case_id))


def grant_by_number(actor: Actor, year: int, number: int) -> UUID | None:
    """The grant of a number of a year, as the auditor's list has it; None where it has none."""
    return next((card.id for card in population(actor, year) if card.number == number), None)
