"""A ledger with names (氏名入り台帳) takes two: one asks, another releases, it is taken once.

It holds for a day, and each of the three leaves its own line.
"""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.ledger import queries as ledgers
from madoguchi.work.subsidy.ledger.queries import Ledger
from madoguchi.work.subsidy.models import Release
from madoguchi.work.subsidy.releasing.queries import find, usable, waits


@action("subsidy.names_ask")
def ask(actor: Actor, at: AtOffice, year: int, *, now: datetime) -> UUID:
    """Ask for a fiscal year's ledger with names; the request's id."""
    row = Release(office_id=at.office_id, fiscal_year=year, asked_by=actor.colleague, asked_at=now)
    row.save(force_insert=True)
    chain.tell(period=str(year))
    return row.id


@action("subsidy.names_release")
def release(actor: Actor, at: AtOffice, release_id: UUID, *, now: datetime) -> None:
    """Release what a colleague asked for.

    Raises:
        Absent: no such request of this office.
        Refused: one's own request (`subsidy.own_release`), or it does not wait any more
            (`subsidy.release_over`).
    """
    row = _locked(actor, at, release_id)
    if row.asked_by == actor.staff_id:
        raise Refused(Reason("subsidy.own_release"))
    if not waits(row, now):
        raise Refused(Reason("subsidy.release_over"))
    row.released_by, row.released_at = actor.colleague, now
    row.save(update_fields=["released_by", "released_at"])
    chain.tell(period=str(row.fiscal_year))


def take(actor: Actor, at: AtOffice, release_id: UUID, *, now: datetime) -> Ledger:
    """The ledger with names, for who asked for it, once.

    Raises:
        Absent: no such request of this colleague.
        Refused: nobody released it, or it was taken or is too old (`subsidy.release_over`).
        Busy: others read for too long.
    """
    row = find(actor, release_id)
    if row.asked_by != actor.staff_id or not usable(row, now):
        return _take(actor, at, release_id, None, now=now)  # says why, and leaves the line
    found = ledgers.opened(actor, at, row.fiscal_year, names=True)
    return _take(actor, at, release_id, found, now=now)


@action("subsidy.ledger")
def _take(
    actor: Actor, at: AtOffice, release_id: UUID, found: Ledger | None, *, now: datetime
) -> Ledger:
    row = _locked(actor, at, release_id)
    if row.asked_by != actor.staff_id:
        raise Absent
    if not usable(row, now):
        raise Refused(Reason("subsidy.release_over"))
    if found is None:
        raise Absent
    row.used_at = now
    row.save(update_fields=["used_at"])
    chain.tell(names=1, **ledgers.counts(row.fiscal_year, found))
    return found


def _locked(actor: Actor, at: AtOffice, release_id: UUID) -> Release:
    """The request, held for the act: two at once would take it twice."""
    rows = Release.of(at.office_id).select_for_update()
    return rows.filter(pk=find(actor, release_id).pk).get()
