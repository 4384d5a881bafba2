"""What the worker does for the waiting list: a place that falls free is offered, in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def offer(office_id: UUID, *, now: datetime) -> None:
    """Offer each free place to who waits for it, one after the other."""
