"""The offices and windows for these tests."""

from tests.offices import (  # noqa: F401 - fixtures
    desk,
    office,
    offices,
    other_office,
    portal,
)
from tests.web.portal.saturdays import clock  # noqa: F401 - a fixture
