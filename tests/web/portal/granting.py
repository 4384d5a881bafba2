"""A person who follows their own grant in a browser, for the tests of its pages."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import jobs
from tests.built import built
from tests.web.portal import browsing
from tests.web.portal.saturdays import Clock
from tests.work.subsidy.owning import Owner, own_of

type Comes = Callable[..., Owner]


@built
def come(portal: Client, office: OfficeCard, clock: Clock, state: str = "sent") -> Owner:
    """A person whose receipt is open, and whose grant has come to a state."""
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    held = browsing.holding(office, pair)
    jobs.adopt(held.case_id, now=clock.now)
    return own_of(held, clock.now, pair, state)


@pytest.fixture
def comes(portal: Client, office: OfficeCard, clock: Clock) -> Comes:
    """Somebody comes whose grant is in a state, and their receipt is opened."""
    return partial(come, portal, office, clock)
