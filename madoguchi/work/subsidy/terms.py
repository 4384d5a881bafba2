"""The rules under which a grant is (その申請の日の決まり): those of the day of its application."""

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.subsidy.year import application_day
from madoguchi.tools.office.public import by_id
from madoguchi.work.notices.public import in_force
from madoguchi.work.subsidy.models import Grant

type Rules = Callable[[UUID, date], SubsidyVersion | None]


def life(grant: Grant, today: date, rules: Rules | None = None) -> Life:
    """What follows a decision; all stages where the city has no rules of that day.

    `rules`: a cached `rules_on`, where many grants are asked about.
    """
    of_day = partial(rules or rules_on, grant.office_id)
    version = of_day(application_day(of_day, grant.sent_at, grant.received_on) or today)
    return version.life if version else Life()


def rules_on(office_id: UUID, day: date) -> SubsidyVersion | None:
    """The rules of an office's city for the applications of a day."""
    subsidy = in_force(by_id(office_id), day).subsidy
    return subsidy.version_on(day) if subsidy else None


def began_on(office_id: UUID, today: date) -> date | None:
    """The first day on which somebody could apply (制度の始まり); None where nobody can."""
    subsidy = in_force(by_id(office_id), today).subsidy
    return subsidy.version[0].since if subsidy else None
