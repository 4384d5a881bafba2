"""The portal's clock, for tests that turn it."""

from tests.web.portal.saturdays import clock  # noqa: F401 - a fixture
