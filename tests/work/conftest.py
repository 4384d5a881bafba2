"""The offices and windows for these tests, and what holds at the end of each."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import Q

from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Due
from madoguchi.work.record.models import Entry
from tests.offices import (  # noqa: F401 - fixtures
    desk,
    office,
    offices,
    other_office,
    portal,
    who,
)
from tests.redteam.house import asked, held  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def no_promise_ends_unsaid(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the test's people did: each promise that ended has its entry, in their own words.

    A summary that the person approved is kept by passing it on, which has an entry of its own.
    """
    yield
    if request.node.get_closest_marker("django_db") and not connection.needs_rollback:
        own = {*dues.STANDING, *dues.DUTIES, dues.APPROVED}
        passing = Q(kind__in=(*dues.LOOKS, *dues.TURN), why=b"")
        ended = Due.objects.filter(done_at__isnull=False).exclude(kind__in=own).exclude(passing)
        assert ended.count() <= Entry.objects.filter(kind="promise").count(), list(ended.values())
