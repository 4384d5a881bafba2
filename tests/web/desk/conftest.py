"""What the tests of the desk's pages share."""

from tests.web.desk.granted import sit  # noqa: F401 - a fixture
