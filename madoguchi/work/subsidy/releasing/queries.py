"""Which ledgers with names (氏名入り台帳) were asked for and released; nothing is opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.models import Release

HOLDS = timedelta(days=1)
SHOWN = 20


@dataclass(frozen=True)
class ReleaseRequest:
    """A ledger with names that somebody asked for.

    `may_release`: this colleague may release it now. `may_use`: they asked for it, somebody else
    released it, and it was not taken yet.
    """

    id: UUID
    fiscal_year: int
    asked_by: UUID
    asked_at: datetime
    released_by: UUID | None
    used_at: datetime | None
    may_release: bool
    may_use: bool


def waits(row: Release, now: datetime) -> bool:
    """Whether it can still be released: it was asked for within a day."""
    return row.released_at is None and now - row.asked_at < HOLDS


def usable(row: Release, now: datetime) -> bool:
    """Whether it can still be taken: released within a day, and never taken."""
    return row.used_at is None and row.released_at is not None and now - row.released_at < HOLDS


def asked(actor: Actor, at: AtOffice, now: datetime) -> tuple[ReleaseRequest, ...]:
    """The newest requests of the office, for who may ask or release."""
    if not allowed(actor, "subsidy.names_ask", at):
        return ()
    rows = Release.of(at.office_id).order_by("-asked_at", "id")[:SHOWN]
    may = allowed(actor, "subsidy.names_release", at)
    return tuple(
        ReleaseRequest(
            row.id,
            row.fiscal_year,
            row.asked_by,
            row.asked_at,
            row.released_by,
            row.used_at,
            may and row.asked_by != actor.staff_id and waits(row, now),
            row.asked_by == actor.staff_id and usable(row, now),
        )
        for row in rows
    )


def find(actor: Actor, release_id: UUID) -> Release:
    """The row, for an act on it.

    Raises:
        Absent: not of this office.
    """
    row = Release.of(actor.office_id).filter(pk=release_id).first()
    if row is None:
        raise Absent
    return row
