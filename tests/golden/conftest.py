"""A walk to be written down, and a town in which it takes place."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit import publications
from madoguchi.web.portal import visits
from tests.golden import reading
from tests.golden.telling import Walk
from tests.golden.windows import Town
from tests.offices import (  # noqa: F401 - fixtures
    DESK_HOST,
    PORTAL_HOST,
    office,
    offices,
    other_office,
)
from tests.web.portal.saturdays import Clock, clock  # noqa: F401 - a fixture


@pytest.fixture
def sealed(now: datetime) -> Iterator[list[reading.Sealed]]:
    """All that is sealed during the test; nothing is remembered of what was before."""
    for one in (publications, alarms, visits):
        one.forget()
    with reading.sealing() as kept:
        yield kept
    for one in (publications, alarms, visits):
        one.forget()


@pytest.fixture
def town(office: OfficeCard, sealed: list[reading.Sealed], clock: Clock) -> Town:  # noqa: F811
    """Shibukawa, on Monday, 30 November 2026 at ten."""
    return Town(office, (PORTAL_HOST, DESK_HOST), Walk(office.id, sealed), clock)
