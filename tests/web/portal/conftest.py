"""The portal's clock, for tests that turn it, and people who come to see their grant."""

from tests.web.portal.browsing import begun, filled  # noqa: F401 - fixtures
from tests.web.portal.granting import comes  # noqa: F401 - a fixture
from tests.web.portal.saturdays import clock  # noqa: F401 - a fixture
