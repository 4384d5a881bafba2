"""Who comes to the clinic."""

from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from tests.work.clinic.coming import Coming, coming


@pytest.fixture
def one(office: OfficeCard, now: datetime) -> Coming:
    """Somebody whose case was taken, with their receipt open."""
    return coming(office, now)
