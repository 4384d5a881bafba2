"""Settle a month (締め), publish a copy of it or of the fiscal year (公表)."""

import uuid
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.figures import release
from madoguchi.rules.figures.release import Release
from madoguchi.rules.figures.tally import Facts, tally
from madoguchi.rules.koyomi.dates import fiscal_year, months_of
from madoguchi.tools.act.action import action, allowed, earlier_result
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock
from madoguchi.tools.vault import unseal
from madoguchi.work.cases.public import AtOffice, Thing
from madoguchi.work.reports.counting.queries import Needs, count, denied_to_anybody
from madoguchi.work.reports.models import Published, Settled
from madoguchi.work.reports.queries import ALL_CASES, COUNTS, UNDENIED, settled, sheet_of, write


def settle(
    actor: Actor, office_id: UUID, month: date, needs: Needs, *, now: datetime, idempotency_key: str
) -> UUID:
    """Settle the numbers of a month that is over; without effect on a month that is settled.

    Raises:
        Refused: the month is not over.
        Busy: others counted for too long.
    """
    earlier = earlier_result(actor, "report.settle", idempotency_key)
    if earlier is not None:
        return earlier
    if month_is_open(month, now):
        raise Refused(Reason("report.month_open"))
    thing, facts = Thing(office_id, uuid.uuid4()), Facts({})
    with opening.ahead("report.settle"):
        if allowed(actor, "report.settle", thing):
            with COUNTS.place(str(actor.staff_id)):
                facts = count(office_id, fiscal_year(month), needs, now).facts
        return _settle(actor, thing, month, facts, now=now, idempotency_key=idempotency_key)


def month_is_open(month: date, now: datetime) -> bool:
    """Whether the month is not over yet."""
    return (month.year, month.month) >= (now.year, now.month)


@action("report.settle")
def _settle(actor: Actor, thing: Thing, month: date, facts: Facts, *, now: datetime) -> UUID:
    lock(f"reports/{thing.office_id}")
    earlier = _there(Settled.of(thing.office_id).filter(month=month))
    if earlier is not None:
        return earlier
    undenied = facts.without(denied_to_anybody(thing.office_id))
    drawer = unseal.new_loose(thing.office_id, thing.case_id)
    row = Settled(
        id=thing.case_id,
        office_id=thing.office_id,
        month=month,
        staff_id=actor.colleague,
        at=now,
    )
    sheets = {ALL_CASES: write(tally(facts, month)), UNDENIED: write(tally(undenied, month))}
    row.sheets = drawer.seal("sheets", row.id, sheets)
    row.save(force_insert=True)
    chain.tell(period=f"{month:%Y-%m}")
    return row.id


@action("report.publish")
def publish_month(actor: Actor, at: AtOffice, month: date, *, now: datetime) -> UUID:
    """Publish a settled month, with small numbers hidden and those that would reveal them.

    Raises:
        Refused: it is not settled, or its year is published already.
    """
    lock(f"reports/{at.office_id}")
    rows = Published.of(at.office_id).filter(fiscal_year=fiscal_year(month))
    earlier = _there(rows.filter(month=month))
    if earlier is not None:
        return earlier
    if rows.filter(month=None).exists():
        raise Refused(Reason("report.year_published"))
    row = settled(at.office_id).get(month)
    if row is None:
        raise Refused(Reason("report.unsettled"))
    tables = release.month(sheet_of(row, UNDENIED))
    return _publish(actor, at, fiscal_year(month), month, tables, now)


@action("report.publish")
def publish_year(actor: Actor, at: AtOffice, year: int, *, now: datetime) -> UUID:
    """Publish a fiscal year, once its months are settled; none of them is published after it.

    Raises:
        Refused: one of its months is not settled.
    """
    lock(f"reports/{at.office_id}")
    rows = Published.of(at.office_id).filter(fiscal_year=year)
    earlier = _there(rows.filter(month=None))
    if earlier is not None:
        return earlier
    settled_months, months = settled(at.office_id), months_of(year)
    if any(month not in settled_months for month in months):
        raise Refused(Reason("report.year_unsettled"))
    sheets = {f"{month:%Y-%m}": sheet_of(settled_months[month], UNDENIED) for month in months}
    published = {f"{row.month:%Y-%m}": row.tables for row in rows}
    return _publish(actor, at, year, None, release.year(sheets, published), now)


def _there(rows: QuerySet[Settled] | QuerySet[Published]) -> UUID | None:
    """The row that was made before, if any."""
    return rows.values_list("id", flat=True).first()


def _publish(
    actor: Actor, at: AtOffice, year: int, month: date | None, tables: Release, now: datetime
) -> UUID:
    row = Published.objects.create(
        office_id=at.office_id,
        fiscal_year=year,
        month=month,
        tables=tables,
        staff_id=actor.colleague,
        at=now,
    )
    chain.tell(period=f"{month:%Y-%m}" if month else str(year))
    return row.id
