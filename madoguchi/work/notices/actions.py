"""Publish and withdraw notices (お知らせ)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.written import decode
from madoguchi.tools.act.action import action
from madoguchi.tools.later.ask import later
from madoguchi.tools.write import in_turn
from madoguchi.work.notices.models import Notice

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.act.action import Subject
    from madoguchi.tools.office.actor import Actor


@action("notice.publish")
def publish(
    actor: Actor,
    at: Subject,
    kind: str,
    title: str,
    body: str,
    on: date,
    change: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> UUID:
    """Publish a notice, with the dated change of the programme that it tells of.

    Raises:
        Refused: without a title, or with a change that cannot be read.
    """
    if not title.strip():
        raise Refused(Ground("notice.title"))
    if change:
        decode(kind, change)
    in_turn(f"notices/{at.office_id}")
    row = Notice.objects.create(
        office_id=at.office_id,
        number=Notice.objects.filter(office_id=at.office_id).count() + 1,
        kind=kind,
        title=title.strip(),
        body=body.strip(),
        change=change or {},
        on=on,
        at=now,
        staff_id=actor.staff_id,
    )
    if change:
        later("interviews.recheck", at.office_id, at=now)
    return row.id


@action("notice.withdraw")
def withdraw(_actor: Actor, at: Subject, notice_id: UUID, *, now: datetime) -> None:
    """Take a notice back; the row stays."""
    Notice.objects.filter(office_id=at.office_id, pk=notice_id).update(withdrawn_at=now)
    later("interviews.recheck", at.office_id, at=now)
