"""Fixtures for whoever needs real servers and a real browser; a conftest imports them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.proof.house import House
from tests.proof.site import browser, opened, staffed


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Shibukawa's house, with a colleague of every role."""
    return staffed(tmp_path_factory.mktemp("house") / "home")


@pytest.fixture(scope="session")
def portal_at(house: House) -> Iterator[str]:
    """The address at which the portal answers, on a real server."""
    with opened(house, "portal") as address:
        yield address


@pytest.fixture(scope="session")
def desk_at(house: House) -> Iterator[str]:
    """The address at which the desk answers, on a real server."""
    with opened(house, "desk") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all proofs; take a context of your own."""
    with sync_playwright() as playwright, browser(playwright) as one:
        yield one


def serving(window: str) -> Any:
    """A fixture: the address at which a window of a file's own house answers."""

    @pytest.fixture(scope="module")
    def address(house: House) -> Iterator[str]:
        with opened(house, window) as at:
            yield at

    return address
