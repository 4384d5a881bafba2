"""By which rules a grant goes (その申請の日の決まり): those of the day of its application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.programme.subsidy import Life
from madoguchi.tools.office.public import by_id
from madoguchi.work.notices.public import in_force

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from madoguchi.work.subsidy.models import Grant


def life(grant: Grant, today: date) -> Life:
    """What follows a decision; where the city has no rules of that day, all that there is."""
    return life_on(grant.office_id, grant.received_on or today)


def began_on(office_id: UUID, today: date) -> date | None:
    """The first day on which somebody could apply (制度の始まり); None where nobody can."""
    subsidy = in_force(by_id(office_id), today).subsidy
    return subsidy.version[0].since if subsidy else None


def life_on(office_id: UUID, day: date) -> Life:
    """The same for the applications of a day."""
    subsidy = in_force(by_id(office_id), day).subsidy
    version = subsidy.version_on(day) if subsidy else None
    return version.life if version else Life()
