"""Who comes to the lawyer, and the lawyer."""

from tests.web.lawyer.saturday import booking, browser, case, clerk  # noqa: F401 - fixtures
