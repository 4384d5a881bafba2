"""What the tests of the desk's pages share; a file whose people are others has its own."""

from tests.web.desk.clinics import case, clerk, days, ref, staff  # noqa: F401 - fixtures
from tests.web.desk.colleagues import browser  # noqa: F401 - a fixture
from tests.web.desk.granted import sit  # noqa: F401 - a fixture
