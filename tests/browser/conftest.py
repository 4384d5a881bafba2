"""Real servers and a real browser for the story."""

from tests.proof.fixtures import chromium, desk_at, house, portal_at  # noqa: F401 - fixtures
