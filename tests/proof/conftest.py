"""Options of the proofs, and a plain word when something they need is not there."""

from __future__ import annotations

import pytest

from tests.proof import sharing
from tests.proof.fixtures import chromium, desk_at, house, portal_at
from tests.proof.needs import missing
from tests.proof.sharing import pytest_runtest_protocol, pytest_terminal_summary

__all__ = [
    "chromium",
    "desk_at",
    "house",
    "portal_at",
    "pytest_runtest_protocol",
    "pytest_terminal_summary",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: many more kill rounds, and a picture of every page in `out/`.

    `--pictures`: the manual's pictures are taken anew.
    """
    parser.addoption("--long", action="store_true", help="more rounds, a picture of every page")
    parser.addoption("--pictures", action="store_true", help="take the manual's pictures anew")
    sharing.pytest_addoption(parser)


collect_ignore = [  # programs of a house, run by `python -m`; they begin where they are imported
    "clinic_days.py",
    "clinic_people.py",
    "grant_states.py",
    "grants_made.py",
    "ledger_rows.py",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Proofs marked `long` run with `--long` only; the summary counts those left out.

    Those that open a browser are marked `browser`, so that one can run the others alone.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    left = [item for item in items if item.get_closest_marker("long")]
    if left and not config.getoption("--long"):
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_configure(config: pytest.Config) -> None:
    """Stop before the first proof when something is missing; a proof is never skipped."""
    config.addinivalue_line("markers", "long(why): only with --long")
    config.addinivalue_line("markers", "browser: opens Chromium (set by its fixture)")
    lacking = missing()
    if lacking:
        raise pytest.UsageError("the proofs need more:\n  " + "\n  ".join(lacking))
