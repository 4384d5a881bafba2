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
from tests.redteam.kept import places  # noqa: F401 - a fixture
from tests.web.desk.granted import sit  # noqa: F401 - a fixture
from tests.web.portal.saturdays import clock  # noqa: F401 - a fixture
