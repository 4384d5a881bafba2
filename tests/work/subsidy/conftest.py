"""A grant for these tests."""

from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from tests.work.subsidy.granting import Desk, opened_year, sent


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant that was sent just now, in a year with a budget."""
    opened_year(office)
    return sent(office, now)
