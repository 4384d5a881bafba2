"""The offices and windows for these tests, and a receipt."""

import pytest
from django.test import Client

from tests.offices import (  # noqa: F401 - fixtures
    desk,
    office,
    offices,
    other_office,
    portal,
)
from tests.web.desk.granted import sit  # noqa: F401 - a fixture
from tests.web.portal import browsing
from tests.web.portal.browsing import begun, filled  # noqa: F401 - fixtures
from tests.web.portal.granting import comes  # noqa: F401 - a fixture
from tests.web.portal.saturdays import clock  # noqa: F401 - a fixture


@pytest.fixture
def pair(portal: Client) -> tuple[str, str]:  # noqa: F811 - a fixture is asked for by its name
    """The receipt of a request; the browser has left since."""
    browsing.fill(portal, files=[browsing.file("a.jpg")])
    numbers = browsing.send(portal)
    portal.get("/s/leave/")
    return numbers
