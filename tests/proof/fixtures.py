"""Fixtures for whoever needs real servers and a real browser; a conftest imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.proof.house import prepared
from tests.proof.site import Site, browser, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Shibukawa's portal and desk on loopback, with a colleague of every role."""
    with opened(prepared(tmp_path_factory.mktemp("house") / "home")) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all proofs; take a context of your own."""
    with sync_playwright() as playwright, browser(playwright) as one:
        yield one
