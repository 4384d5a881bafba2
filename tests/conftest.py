"""The cast of every test: two offices, their staff, both windows, a fixed moment."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

TESTS = Path(__file__).parent
os.environ.setdefault("MADOGUCHI_HOME", tempfile.mkdtemp(prefix="madoguchi-test-"))
os.environ.setdefault("MADOGUCHI_WINDOW", "desk")
os.environ.setdefault("MADOGUCHI_RECEIPT_COST", "test")
os.environ.setdefault("MADOGUCHI_PROGRAMMES", str(TESTS / "programmes"))

import pytest  # noqa: E402 - the variables must stand before Django is imported

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY_MORNING = datetime(2026, 11, 30, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def now() -> datetime:
    """Monday, 30 November 2026, ten o'clock: the desk is open."""
    return MONDAY_MORNING


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Django's databases; after a test, only tables that were written are emptied."""
    from tests.emptied import only_what_was_written

    with only_what_was_written():
        yield


WITH_DATABASE = ("tools", "work", "web", "ops", "redteam", "badinputs")


OTHER = "sqlite" if os.environ.get("MADOGUCHI_DATABASE") else "postgresql"
LEFT_OUT = pytest.StashKey[list[pytest.Item]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the upper storeys get both databases; those marked `race` real transactions."""
    for item in items:
        storey = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if storey in WITH_DATABASE and item.get_closest_marker("django_db") is None:
            race = item.get_closest_marker("race") is not None
            item.add_marker(pytest.mark.django_db(databases="__all__", transaction=race))
    config.stash[LEFT_OUT] = [item for item in items if item.get_closest_marker(OTHER)]
    config.hook.pytest_deselected(items=config.stash[LEFT_OUT])
    items[:] = [item for item in items if item not in config.stash[LEFT_OUT]]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Count what only the other database can answer, and say why."""
    for item in config.stash.get(LEFT_OUT, []):
        mark = item.get_closest_marker(OTHER)
        assert mark is not None
        terminalreporter.line(f"left to {OTHER}: {item.name}: {mark.args[0]}")


def pytest_configure(config: pytest.Config) -> None:
    """Name our markers."""
    config.addinivalue_line("markers", "race: threads write at once; real transactions")
    for database in ("sqlite", "postgresql"):
        config.addinivalue_line("markers", f"{database}(reason): a question to {database} alone")
