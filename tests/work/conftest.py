"""The offices and windows for these tests."""

from tests.offices import (  # noqa: F401 - fixtures
    desk,
    office,
    offices,
    other_office,
    portal,
    who,
)
from tests.redteam.house import asked, held  # noqa: F401 - fixtures
