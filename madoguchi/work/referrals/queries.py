"""What staff read of referrals, from the drawers of an opened case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.work.referrals.actions import Consent
from madoguchi.work.referrals.models import Referral

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from madoguchi.work.cases.queries import OpenedCase


@dataclass(frozen=True)
class ReferralCard:
    """One referral, opened."""

    id: UUID
    agency: str
    at: datetime
    staff_id: UUID
    consent: Consent = field(repr=False)


def given(opened: OpenedCase) -> tuple[ReferralCard, ...]:
    """The case's referrals, newest first."""
    rows = Referral.of(opened.staff.office_id).filter(case_id=opened.card.id).order_by("-at", "id")
    return tuple(_card(row, opened.staff.open("referral", row.id, row.details)) for row in rows)


def _card(row: Referral, told: dict[str, Any]) -> ReferralCard:
    return ReferralCard(row.id, told["agency"], row.at, row.staff_id, Consent(**told["consent"]))
